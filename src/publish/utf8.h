#pragma once

#include <cstddef>
#include <string_view>

namespace ricochet {

// U+FFFD REPLACEMENT CHARACTER.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What stands at the front of a text: a character, or the octets that one
// U+FFFD replaces.
struct Utf8Piece {
  std::size_t size;
  bool valid;
};

// `text` is not empty. Well-formed is what RFC 3629, section 4, says; of what
// is not, a piece is the longest beginning of a character, at least one octet
// (Unicode, section 3.9, "maximal subpart").
[[nodiscard]] Utf8Piece NextUtf8(std::string_view text) noexcept;

}  // namespace ricochet
