#include "ricochet/address.h"

#include <idn2.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "ricochet/bytes.h"

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

// Does a text have capitals, and octets that are not ASCII?
struct Letters {
  bool upper = false;
  bool other = false;

  [[nodiscard]] bool any() const noexcept { return upper || other; }
};

// Every address of every event comes here.
Letters Scan(std::string_view text) noexcept {
  unsigned upper = 0;
  unsigned other = 0;
  const auto add = [&](const char* at) {
    const Sixteen octets(at);
    upper |= octets.In('A', 'Z');
    other |= octets.In('\x80', '\xFF');
  };
  if (text.size() >= 16) {
    const char* const last = text.data() + text.size() - 16;
    for (const char* at = text.data(); at < last; at += 16) add(at);
    add(last);
  } else {
    for (const char c : text) {
      upper |= IsUpper(c) ? 1U : 0U;
      other |= IsAscii(c) ? 0U : 1U;
    }
  }
  return {upper != 0, other != 0};
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
  const auto domain = DomainPart(address);
  if (domain.data() == nullptr || address.back() == '"') {
    return std::string_view::npos;
  }
  return static_cast<std::size_t>(domain.data() - address.data());
}

}  // namespace

Address ReadAddress(std::string_view logged, std::string& scratch) {
  const auto at = FindDomain(logged);
  if (at == std::string_view::npos) return {logged, {}};
  const auto domain = logged.substr(at);
  const auto letters = Scan(domain);
  if (!letters.any()) return {logged, domain};
  scratch.assign(logged);
  if (letters.other) ToALabels(scratch, at);
  LowerAscii(scratch.data() + at, scratch.data() + scratch.size());
  const std::string_view text = scratch;
  return {text, text.substr(at)};
}

std::string_view AddressKey(std::string_view logged, std::string& scratch) {
  if (!Scan(logged).any()) return logged;  // as nearly all are
  const auto text = ReadAddress(logged, scratch).text;
  if (!Scan(text).upper) return text;
  if (text.data() != scratch.data()) scratch.assign(text);
  LowerAscii(scratch.data(), scratch.data() + scratch.size());
  return scratch;
}

}  // namespace ricochet
