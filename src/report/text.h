#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ricochet {

// Text for a terminal. A reply is written by a stranger: it may hold escape
// sequences, bidirectional overrides, or no UTF-8 at all.

// `text` as well-formed UTF-8 on one line: white space becomes a blank; what a
// terminal would obey or hide (control characters, C1, direction marks,
// zero-width characters) and octets that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string Printable(std::string_view text);

// How many columns printable text takes: East Asian wide characters two,
// combining marks none.
[[nodiscard]] std::size_t Columns(std::string_view text);

// Printable text in at most `columns`, ending in "…" when it was longer.
[[nodiscard]] std::string Shortened(std::string_view text, std::size_t columns);

// Broken at blanks into lines of at most `columns`, but for longer words.
[[nodiscard]] std::vector<std::string> Wrapped(std::string_view text,
                                               std::size_t columns);

}  // namespace ricochet
