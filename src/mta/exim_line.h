#pragma once

#include <string_view>

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

// Does the text begin with a stamp as Exim writes it? Looks at a few octets.
[[nodiscard]] bool BeginsWithEximStamp(std::string_view text) noexcept;

}  // namespace ricochet
