#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ricochet {

// Exim's message ids: 6-6-2 letters and digits, since 4.97 6-11-4. How long the
// one is that `text` begins with, up to a blank or the end; 0: there is none.
[[nodiscard]] std::size_t EximIdLength(std::string_view text) noexcept;

// Takes it, and the blank; empty: there is none.
[[nodiscard]] std::string_view TakeEximId(std::string_view& rest) noexcept;

// Takes "5s", "0.056s" or "1d2h3m4s" off the front, in seconds; -1: there is
// none.
[[nodiscard]] double TakeEximInterval(std::string_view& rest) noexcept;

// Where the quoted string ends that begins at `text[at]`: behind its closing
// quote, or at the end of the text. A backslash escapes.
[[nodiscard]] std::size_t EndOfQuoted(std::string_view text,
                                      std::size_t at) noexcept;

// Where the address ends whose '<' is at `text[at]`: behind its '>', or npos.
// A '>' within a quoted local part is the address's.
[[nodiscard]] std::size_t EndOfBracketed(std::string_view text,
                                         std::size_t at) noexcept;

// A reply without the escapes that Exim prints it with (string_printing):
// "\n" between its lines, "\t", "\\", "\303" for octets that are not ASCII. Its
// lines are folded into one, with a blank between, as Postfix logs them. In
// C="..." and in what some shippers make of a line, the backslashes of these
// escapes are escaped once more.
// Returns `text` itself if it has none, else a view of `buffer`, which only
// grows.
[[nodiscard]] std::string_view WithoutEximEscapes(std::string_view text,
                                                  std::string& buffer);

}  // namespace ricochet
