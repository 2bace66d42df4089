#include "classify/new_address.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "ricochet/ascii.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestLocalPart = 64;  // RFC 5321, section 4.5.3.1
constexpr std::size_t kLongestDomain = 255;

constexpr bool IsLetter(char c) noexcept {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) > 0x7F;
}
constexpr bool IsDomainOctet(char c) noexcept {
  return IsLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}
// Of a local part that is a Dot-string (RFC 5321, section 4.1.2).
constexpr bool IsLocalOctet(char c) noexcept {
  return IsDomainOctet(c) || std::string_view("!#$%&'*+/=?^_`{|}~").find(c) !=
                                 std::string_view::npos;
}

// The address around the "@" at `at`; empty: there is none.
std::string_view AddressAround(std::string_view text, std::size_t at) noexcept {
  std::size_t begin = at;
  while (begin > 0 && IsLocalOctet(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && IsDomainOctet(text[end])) ++end;
  const bool alone = (begin == 0 || text[begin - 1] != '@') &&
                     (end == text.size() || text[end] != '@');
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const auto local = at - begin;
  const auto domain = end - at - 1;
  if (!alone || local == 0 || domain == 0) return {};
  if (local > kLongestLocalPart || domain > kLongestDomain) return {};
  return text.substr(begin, end - begin);
}

// Does the word at the end of `before` send us to what follows it?
bool SendsUsOn(std::string_view before) noexcept {
  constexpr std::array<std::string_view, 15> kWords = {
      "try",  "to",      "use",     "is",  "at",      "address", "now",   "an",
      "nach", "adresse", "instead", "new", "forward", "email",   "mailto"};
  before = before.substr(0, before.find_last_not_of(" \t<\"'([:") + 1);
  std::size_t begin = before.size();
  while (begin > 0 && IsLetter(before[begin - 1])) --begin;
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return EqualsIgnoreCase(before.substr(begin), word);
  });
}

bool IsOfTheHost(std::string_view address) noexcept {
  constexpr std::array<std::string_view, 4> kRoles = {
      "postmaster@", "abuse@", "mailer-daemon@", "root@"};
  return std::ranges::any_of(kRoles, [&](std::string_view role) {
    return EqualsIgnoreCase(address.substr(0, role.size()), role);
  });
}

}  // namespace

std::string_view FindNewAddress(
    std::string_view text,
    std::span<const std::string_view> recipients) noexcept {
  for (auto at = text.find('@'); at != std::string_view::npos;
       at = text.find('@', at + 1)) {
    const auto address = AddressAround(text, at);
    if (address.empty() || IsOfTheHost(address)) continue;
    const bool old = std::ranges::any_of(recipients, [&](auto recipient) {
      return EqualsIgnoreCase(address, recipient);
    });
    const auto begin = static_cast<std::size_t>(address.data() - text.data());
    if (!old && SendsUsOn(text.substr(0, begin))) return address;
  }
  return {};
}

}  // namespace ricochet
