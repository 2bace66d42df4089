#include "classify/listed_ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "classify/token.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsAlphanumeric(char c) noexcept {
  const char lower = AsciiLower(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'z');
}

// RFC 4291, section 2.2, or RFC 1123, section 2.1.
bool IsAddress(int family, std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.empty() || text.size() >= copy.size()) return false;
  std::ranges::copy(text, copy.begin());
  std::array<unsigned char, sizeof(in6_addr)> octets{};
  if (inet_pton(family, copy.data(), octets.data()) != 1) return false;
  if (family == AF_INET) return octets[0] != 127 && octets[0] != 0;
  return std::any_of(octets.begin(), octets.end() - 1,
                     [](unsigned char octet) { return octet != 0; });
}

// May an address begin behind `text`? Within a host name or an address it may
// not; "IPv6:" (RFC 5321, section 4.1.3) introduces one.
bool MayBeginBehind(std::string_view text) noexcept {
  if (text.empty() || EndsWithIgnoreCase(text, "ipv6:")) return true;
  const char last = text.back();
  if (last == ':' && text.size() > 1 && IsDigit(text[text.size() - 2])) {
    return false;
  }
  return !IsAlphanumeric(last) && last != '.' && last != '-' && last != '_';
}

// Does an address end before `rest`?
bool EndsBefore(std::string_view rest) noexcept {
  if (rest.empty()) return true;
  const char next = rest.size() > 1 ? rest[1] : ' ';
  if (rest[0] == '.') return !IsAlphanumeric(next);
  if (rest[0] == '/') return !IsDigit(next);
  return !IsAlphanumeric(rest[0]) && rest[0] != '-' && rest[0] != '_';
}

std::size_t AddressAt(std::string_view text) noexcept {
  auto length = std::min(text.find_first_not_of("0123456789."), text.size());
  while (length > 0 && text[length - 1] == '.') --length;
  if (EndsBefore(text.substr(length)) &&
      IsAddress(AF_INET, text.substr(0, length))) {
    return length;
  }
  Token token = Token::kWord;
  length = TimeOrIp6At(text, token);
  if (token == Token::kIp && EndsBefore(text.substr(length)) &&
      IsAddress(AF_INET6, text.substr(0, length))) {
    return length;
  }
  return 0;
}

}  // namespace

std::string_view FindListedIp(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsAlphanumeric(text[at]) && text[at] != ':') continue;
    if (!MayBeginBehind(text.substr(0, at))) continue;
    const auto length = AddressAt(text.substr(at));
    if (length > 0) return text.substr(at, length);
  }
  return {};
}

}  // namespace ricochet
