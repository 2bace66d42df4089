#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "ricochet/time.h"

namespace ricochet {

// Writes times as RFC 3339, UTC, with milliseconds: events of one second share
// all but three digits, so the rest is kept from call to call.
// Owned by one encoder; not thread-safe.
class TimeText {
 public:
  // Dies at the next call. Empty for kNoTime and for years that RFC 3339
  // cannot write (before 0 or after 9999).
  [[nodiscard]] std::string_view Format(EventTime time) noexcept;

 private:
  std::int64_t second_ = INT64_MIN;  // that text_ shows
  std::array<char, 24> text_{};      // "2026-11-21T19:59:23.000Z"
};

// As TimeText::Format(), for what is written once.
[[nodiscard]] std::string TextOf(EventTime time);

}  // namespace ricochet
