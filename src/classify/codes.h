#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// "5.1.1" at the front of `text`: class 2, 4 or 5, each other number of one to
// three digits, and no digit or dot-digit after it. `length` is set to its
// octets. RFC 3463, section 2.
[[nodiscard]] EnhancedCode EnhancedCodeAt(std::string_view text,
                                          std::size_t& length) noexcept;

// Reply code and enhanced code at the front of a reply, by hand: for delivered
// replies, whose text nobody reads.
struct Codes {
  std::uint16_t reply_code = 0;
  EnhancedCode enhanced_code;
};
[[nodiscard]] Codes ScanCodes(std::string_view reply) noexcept;

}  // namespace ricochet
