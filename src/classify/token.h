#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ricochet {

// What a piece of a reply becomes in its template.
enum class Token {
  kWord,     // stays as it is
  kAddress,  // {address}
  kIp,       // {ip}
  kHost,     // {host}
  kTime,     // {time}
  kNumber,   // {n}
  kId,       // {id}
};

// Which kinds of octets there are in an atom, and how many dots. `other` are
// - _ + = / % ~ and octets of UTF-8.
struct Census {
  bool digit = false;
  bool upper = false;
  bool lower = false;
  bool at = false;
  bool other = false;
  std::size_t dots = 0;
};
[[nodiscard]] Census CensusOf(std::string_view atom) noexcept;

[[nodiscard]] constexpr bool IsAsciiLetter(char c) noexcept {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

inline constexpr auto kAtomChars = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char c = static_cast<char>(i);
    table[i] = IsAsciiLetter(c) || (c >= '0' && c <= '9') || i >= 0x80;
  }
  for (const char other : {'.', '-', '_', '+', '=', '/', '%', '~', '@'}) {
    table[static_cast<unsigned char>(other)] = true;
  }
  return table;
}();

// An atom is a run of these; '.' and the like at its end belong to the text.
[[nodiscard]] inline bool IsAtomChar(char c) noexcept {
  return kAtomChars[static_cast<unsigned char>(c)];
}

// How many ASCII letters `text` begins with.
[[nodiscard]] inline std::size_t LettersAt(std::string_view text) noexcept {
  std::size_t length = 0;
  while (length < text.size() && IsAsciiLetter(text[length])) ++length;
  return length;
}

// Length of the atom at the front of `text`, whose first `letters` octets are
// known to be letters. It ends before two dots in a row, and where Chinese,
// Japanese or Korean meets anything else: these set no blanks around what they
// quote. Within an address it goes on.
[[nodiscard]] std::size_t AtomAt(std::string_view text,
                                 std::size_t letters = 0) noexcept;

// What is left of `octets`, one at least, that may be of an atom, without the
// '.' and the like at their end.
[[nodiscard]] inline std::size_t WithoutStops(
    std::string_view octets) noexcept {
  auto size = octets.size();
  const auto stops = [](char c) {
    return c == '.' || c == '-' || c == '/' || c == '=';
  };
  while (size > 1 && stops(octets[size - 1])) --size;
  return size;
}

// Length of an http or https URL at the front of `text`, without the full stop
// or comma behind it; 0: none.
[[nodiscard]] std::size_t UrlAt(std::string_view text) noexcept;

// "TSS04", "S3150", "OFR_506", "SC-001"; and a host name, by its form alone.
[[nodiscard]] bool IsVendorTag(std::string_view atom) noexcept;
[[nodiscard]] bool IsHost(std::string_view atom) noexcept;

// What `atom`, of which `census` is, is. `before` is the text to its left: what
// stands after "using " is a DNSBL, "AS(201)" and "[299]" are vendors' tags.
[[nodiscard]] Token Classify(std::string_view atom, const Census& census,
                             std::string_view before,
                             std::string_view after) noexcept;

// Length of an IPv6 address, clock time ("23:34:45") or ISO 8601 stamp at the
// front of `text`, which atoms would split; 0: none. Sets `token`.
[[nodiscard]] std::size_t TimeOrIp6At(std::string_view text,
                                      Token& token) noexcept;

}  // namespace ricochet
