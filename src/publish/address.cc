#include "ricochet/address.h"

#include <idn2.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ricochet {
namespace {

// Longer than any domain that has A-labels of at most 255 octets: a U-label
// takes at most 4 octets for each code point. Beyond it there is nothing that
// IDNA could accept, and its cost grows with the square of the length.
constexpr std::size_t kMaxDomain = 1024;

constexpr bool IsUpper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

constexpr bool IsAscii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

void LowerAscii(char* begin, const char* end) noexcept {
  for (; begin != end; ++begin) {
    if (IsUpper(*begin)) *begin = static_cast<char>(*begin | 0x20);
  }
}

// What a text has: bits of 0x80 in any octet.
struct Letters {
  std::uint64_t upper = 0;  // A to Z
  std::uint64_t other = 0;  // not ASCII
};

constexpr Letters LettersOf(std::uint64_t word) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  const auto low = word & ~kHigh;
  const auto from_a = low + kOnes * (0x80 - 'A');
  const auto beyond_z = low + kOnes * (0x7F - 'Z');
  return {(from_a ^ beyond_z) & ~word & kHigh, word & kHigh};
}

// Eight octets at a time: every address of every event comes here.
Letters Scan(std::string_view text) noexcept {
  Letters all;
  const auto add = [&](std::string_view octets) {
    std::uint64_t word = 0;
    octets.copy(reinterpret_cast<char*>(&word), octets.size());
    const auto [upper, other] = LettersOf(word);
    all.upper |= upper;
    all.other |= other;
  };
  while (text.size() >= 8) {
    add({text.data(), 8});
    text.remove_prefix(8);
  }
  for (const char& c : text) add({&c, 1});
  return all;
}

struct FreeIdn2 {
  void operator()(char* text) const noexcept { idn2_free(text); }
};

// Replaces scratch[at..], a domain that is not ASCII, by its A-labels (UTS 46,
// non-transitional, as browsers do). Leaves it alone if IDNA refuses it.
void ToALabels(std::string& scratch, std::size_t at) {
  const auto size = scratch.size() - at;
  if (size > kMaxDomain || scratch.find('\0', at) != std::string::npos) return;
  char* converted = nullptr;
  const int result = idn2_to_ascii_8z(scratch.c_str() + at, &converted,
                                      IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, FreeIdn2> owner(converted);
  if (result == IDN2_OK) scratch.replace(at, size, converted);
}

// Where the domain begins; npos: there is none. A domain does not end in a
// quote, so `"a@b"` is a local part alone.
std::size_t FindDomain(std::string_view address) noexcept {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || address.back() == '"') {
    return std::string_view::npos;
  }
  return at + 1;
}

}  // namespace

Address ReadAddress(std::string_view logged, std::string& scratch) {
  const auto at = FindDomain(logged);
  if (at == std::string_view::npos) return {logged, {}};
  const auto domain = logged.substr(at);
  const auto letters = Scan(domain);
  if ((letters.upper | letters.other) == 0) return {logged, domain};
  scratch.assign(logged);
  if (letters.other != 0) ToALabels(scratch, at);
  LowerAscii(scratch.data() + at, scratch.data() + scratch.size());
  const std::string_view text = scratch;
  return {text, text.substr(at)};
}

std::string_view AddressKey(std::string_view logged, std::string& scratch) {
  const auto text = ReadAddress(logged, scratch).text;
  if (Scan(text).upper == 0) return text;
  if (text.data() != scratch.data()) scratch.assign(text);
  LowerAscii(scratch.data(), scratch.data() + scratch.size());
  return scratch;
}

}  // namespace ricochet
