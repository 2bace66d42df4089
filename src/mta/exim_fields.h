#pragma once

#include <cstdint>
#include <string_view>

namespace ricochet {

// One field of a line: "R=dnslookup", "K", "H=mx.example.org [192.0.2.7]:25*".
struct EximField {
  std::string_view key;    // "R"; of a word without "=", the word
  std::string_view value;  // without its quotes or brackets
  bool closed = true;      // false: the closing quote is missing
};

// Takes the next field off `rest`, which begins with the blank before it;
// false if there is none: the line ends, or ":" and the reason follow, which is
// left. What a value may hold within "" or <> does not end it.
[[nodiscard]] bool TakeEximField(std::string_view& rest,
                                 EximField& field) noexcept;

// Takes what goes on from an H= field behind the host's name: "[192.0.2.7]:25*"
// and the words before it, " DS" and "(helo.example.org)".
struct EximEndpoint {
  std::string_view ip;     // empty: not logged
  std::uint16_t port = 0;  // 0: not logged
};
[[nodiscard]] EximEndpoint TakeEximEndpoint(std::string_view& rest) noexcept;

// "[192.0.2.7]:25*", whole or without port, as in I= and behind H=.
[[nodiscard]] EximEndpoint SplitEximEndpoint(std::string_view word) noexcept;

}  // namespace ricochet
