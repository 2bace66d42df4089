#pragma once

#include <algorithm>
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
  bool plain = false;      // known to hold no backslash
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

// A field with what follows it.
struct EximFieldAndRest {
  EximField field;
  std::string_view rest;
  bool taken = false;  // false: there was no field
};

// Takes the next field off `rest`, which begins with the blank before it. There
// is none if the line ends, or ":" and the reason follow, which is left. What a
// value may hold within "" or <> does not end it.
[[nodiscard]] EximFieldAndRest TakeAnyEximField(std::string_view rest) noexcept;

// The same of a field whose key and value are known to be parted by the "=" at
// `equals`, the value beginning with a quote or bracket.
[[nodiscard]] EximFieldAndRest TakeEnclosedEximField(
    std::string_view rest, std::size_t equals) noexcept;

// How long the word is that `text` begins with, up to a blank or the end. Of
// its first sixteen octets, which it has at least, `blanks` are blanks.
[[nodiscard]] [[gnu::always_inline]] inline std::size_t EximWordLength(
    std::string_view text, unsigned blanks) noexcept {
  constexpr std::size_t kStep = 16;
  std::size_t at = 0;
  while (blanks == 0) {
    at += kStep;
    if (at + kStep > text.size()) {
      // The last sixteen, of which some were searched before, and the end.
      const std::size_t last = text.size() - kStep;
      blanks = (Sixteen(text.data() + last).Is(' ') | 1U << kStep);
      blanks >>= at - last;
      break;
    }
    blanks = Sixteen(text.data() + at).Is(' ');
  }
  return at + static_cast<unsigned>(std::countr_zero(blanks));
}

// Takes the next field off `rest`; false if there is none. In line for what
// most fields are: a blank, a key or a word within the first octets, and a
// value without quotes.
[[nodiscard]] [[gnu::always_inline]] inline bool TakeEximField(
    std::string_view& rest, EximField& field) noexcept {
  // By value, so that what the caller has may stay in registers.
  const auto give = [&](const EximFieldAndRest& from) {
    rest = from.rest;
    field = from.field;
    return from.taken;
  };
  if (rest.empty()) return false;
  if (rest.size() < 18 || rest[0] != ' ' || rest[1] == ':') {
    return give(TakeAnyEximField(rest));
  }
  const auto text = rest.substr(1);
  const Sixteen front(text.data());
  const unsigned blanks = front.Is(' ');
  const unsigned stops = blanks | front.Is('=');
  const auto stop = static_cast<unsigned>(std::countr_zero(stops));
  if (stops == 0 || stop == 0) return give(TakeAnyEximField(rest));
  std::size_t size = stop;
  if (text[stop] == '=') {
    const char first = text[stop + 1];
    if (first == '"' || first == '<') {
      return give(TakeEnclosedEximField(rest, stop + 1));
    }
    size = EximWordLength(text, blanks);
  }
  if (text[size - 1] == ':') --size;
  field.key = text.substr(0, std::min<std::size_t>(stop, size));
  field.value =
      size > stop ? text.substr(stop + 1, size - stop - 1) : std::string_view{};
  field.closed = true;
  field.plain = false;
  rest = text.substr(size);
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

[[nodiscard]] EximEndpoint TakeAnyEximEndpoint(std::string_view& rest) noexcept;

// In line for what mostly follows the name: " [192.0.2.7] ".
[[nodiscard]] [[gnu::always_inline]] inline EximEndpoint TakeEximEndpoint(
    std::string_view& rest) noexcept {
  if (rest.size() > 18 && StartsWith(rest, " [")) {
    const unsigned stops = Sixteen(rest.data() + 2).Is(']', ' ');
    const auto size = static_cast<unsigned>(std::countr_zero(stops));
    const char* const close = rest.data() + 2 + size;
    if (stops != 0 && close[0] == ']' && close[1] == ' ') {
      const auto ip = rest.substr(2, size);
      rest.remove_prefix(size + 3);
      return {ip, 0};
    }
  }
  auto ahead = rest;
  const auto endpoint = TakeAnyEximEndpoint(ahead);
  rest = ahead;
  return endpoint;
}

}  // namespace ricochet
