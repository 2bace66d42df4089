#pragma once

#include <cstddef>
#include <string_view>

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {

// A line of Exim's main log (specification, chapter "Log files") with its front
// taken off. Views point into the line.
struct EximLine {
  std::string_view stamp;     // the line's own, with zone if it has one
  bool zoned = false;         // it has one
  std::string_view id;        // of the message; empty: the line speaks of none
  std::string_view text;      // all that follows
  bool cut = false;           // syslog: the first of a long line's pieces
  bool continuation = false;  // syslog: a further piece of one
  // It is a line of its own within an entry of several lines, such as the
  // headers of a rejected message.
  bool further_line = false;
};

// Takes "[2/3] ", the stamp ("2026-11-21 19:59:01.123 +0000"), "[pid] " and the
// message id off, as far as each is there.
[[nodiscard]] EximLine SplitEximLine(std::string_view text) noexcept;

// Does the text, which follows a message id, begin with two characters that
// mark a delivery or an arrival, as "=>" does? They need not be known ones.
[[nodiscard]] bool BeginsWithEximFlag(std::string_view text) noexcept;

// "2026-11-21 19:59:01"
inline constexpr std::size_t kEximStampSize = 19;

// Does the text begin with a stamp as Exim writes it? Looks at a few octets.
[[nodiscard]] inline bool BeginsWithEximStamp(std::string_view text) noexcept {
  if (text.size() < kEximStampSize) return false;
  // Where "2026-11-21 19:59" has digits, the first octet's bit lowest.
  constexpr unsigned kDigits = 0b1101'1011'0110'1111;
  return Sixteen(text.data()).In('0', '9') == kDigits && text[4] == '-' &&
         text[7] == '-' && text[10] == ' ' && text[13] == ':' &&
         text[16] == ':' && IsDigit(text[17]) && IsDigit(text[18]);
}

}  // namespace ricochet
