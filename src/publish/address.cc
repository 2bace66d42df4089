#include "ricochet/address.h"

#include <idn2.h>

#include <cstddef>
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

bool HasUpper(std::string_view text) noexcept {
  bool found = false;
  for (const char c : text) found |= IsUpper(c);
  return found;
}

// True if `domain` is as it should be: ASCII, and no upper case.
bool IsCanonical(std::string_view domain) noexcept {
  bool bad = false;
  for (const char c : domain) bad |= IsUpper(c) | !IsAscii(c);
  return !bad;
}

bool IsAscii(std::string_view text) noexcept {
  bool ascii = true;
  for (const char c : text) ascii &= IsAscii(c);
  return ascii;
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
  if (IsCanonical(domain)) return {logged, domain};
  scratch.assign(logged);
  if (!IsAscii(domain)) ToALabels(scratch, at);
  LowerAscii(scratch.data() + at, scratch.data() + scratch.size());
  const std::string_view text = scratch;
  return {text, text.substr(at)};
}

std::string_view AddressKey(std::string_view logged, std::string& scratch) {
  const auto text = ReadAddress(logged, scratch).text;
  if (!HasUpper(text)) return text;
  if (text.data() != scratch.data()) scratch.assign(text);
  LowerAscii(scratch.data(), scratch.data() + scratch.size());
  return scratch;
}

}  // namespace ricochet
