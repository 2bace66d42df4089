#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {

// One field of a line: "R=dnslookup", "K", "H=mx.example.org [192.0.2.7]:25*".
struct EximField {
  std::string_view key;    // "R"; of a word without "=", the word
  std::string_view value;  // without its quotes or brackets
  bool closed = true;      // false: the closing quote is missing
};

// A short key as a number, to switch on; 0: a longer word.
[[nodiscard]] constexpr int EximKey(std::string_view key) noexcept {
  const auto octet = [key](std::size_t i) -> int {
    return static_cast<unsigned char>(key[i]);
  };
  switch (key.size()) {
    case 1:
      return octet(0);
    case 2:
      return 0x10000 + octet(0) * 256 + octet(1);
    default:
      return 0;
  }
}

// Takes the next field off `rest`, which begins with the blank before it;
// false if there is none: the line ends, or ":" and the reason follow, which is
// left. What a value may hold within "" or <> does not end it.
[[nodiscard]] bool TakeAnyEximField(std::string_view& rest,
                                    EximField& field) noexcept;

// The same, in line for what most fields are: a blank, a key or none within the
// first octets, and a plain value, which another blank ends.
[[nodiscard]] [[gnu::always_inline]] inline bool TakeEximField(
    std::string_view& rest, EximField& field) noexcept {
  constexpr unsigned kStep = 16;
  if (rest.size() <= kStep || rest[0] != ' ' || rest[1] == ' ' ||
      rest[1] == ':') {
    return TakeAnyEximField(rest, field);
  }
  const char* const begin = rest.data() + 1;
  const Sixteen front(begin);
  const auto equals =
      static_cast<unsigned>(std::countr_zero(front.Is('=') | 1U << kStep));
  std::size_t size = 0;
  unsigned blanks = front.Is(' ');
  while (blanks == 0) {
    size += kStep;
    if (size + kStep >= rest.size()) return TakeAnyEximField(rest, field);
    blanks = Sixteen(begin + size).Is(' ');
  }
  size += static_cast<unsigned>(std::countr_zero(blanks));
  const bool keyed = equals < size;
  if (keyed && (equals == kStep || begin[equals + 1] == '"' ||
                begin[equals + 1] == '<')) {
    return TakeAnyEximField(rest, field);
  }
  if (begin[size - 1] == ':') --size;
  field.key = {begin, keyed ? equals : size};
  field.value = keyed ? std::string_view(begin + equals + 1, size - equals - 1)
                      : std::string_view{};
  field.closed = true;
  rest.remove_prefix(1 + size);
  return true;
}

// Takes a word up to a blank, without the colon that may end it.
[[nodiscard]] inline std::string_view TakeEximWord(
    std::string_view& rest) noexcept {
  auto word = rest.substr(0, FindNear(rest, ' '));
  if (word.ends_with(':')) word.remove_suffix(1);
  rest.remove_prefix(word.size());
  return word;
}

// Takes what goes on from an H= field behind the host's name: "[192.0.2.7]:25*"
// and the words before it, " DS" and "(helo.example.org)".
struct EximEndpoint {
  std::string_view ip;     // empty: not logged
  std::uint16_t port = 0;  // 0: not logged
};

// "[192.0.2.7]:25*", whole or without port, as in I= and behind H=.
[[nodiscard]] [[gnu::always_inline]] inline EximEndpoint SplitEximEndpoint(
    std::string_view word) noexcept {
  EximEndpoint endpoint;
  if (!Take(word, "[")) return endpoint;
  endpoint.ip = word.substr(0, FindNear(word, ']'));
  word.remove_prefix(endpoint.ip.size());
  if (Take(word, "]:")) {
    const auto port = TakeNumber(word, 65535);
    if (port > 0) endpoint.port = static_cast<std::uint16_t>(port);
  }
  return endpoint;
}

[[nodiscard]] EximEndpoint TakeFartherEximEndpoint(
    std::string_view& rest) noexcept;

// The address mostly follows the name.
[[nodiscard]] inline EximEndpoint TakeEximEndpoint(
    std::string_view& rest) noexcept {
  if (!StartsWith(rest, " [")) return TakeFartherEximEndpoint(rest);
  rest.remove_prefix(1);
  return SplitEximEndpoint(TakeEximWord(rest));
}

}  // namespace ricochet
