#include "classify/entities.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "classify/dnsbl.h"
#include "classify/listed_ip.h"
#include "classify/new_address.h"
#include "classify/token.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kLooksAt = 2048;

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

// The first URL with a host. What ends where `text` was cut is not whole.
std::string_view FindUrl(std::string_view text, bool cut) noexcept {
  for (auto at = text.find("http"); at != std::string_view::npos;
       at = text.find("http", at + 4)) {
    const auto length = UrlAt(text.substr(at));
    if (cut && at + length == text.size()) return {};
    auto url = text.substr(at, length);
    const auto end = std::ranges::find_if(
        url, [](char c) { return static_cast<unsigned char>(c) > 0x7E; });
    url = url.substr(0, static_cast<std::size_t>(end - url.begin()));
    url = url.substr(0, url.find_last_not_of(".,;:!?'") + 1);
    if (url.size() > std::string_view("https://").size()) return url;
  }
  return {};
}

// Names of standards, hosts and the like, which have the form of a tag.
bool IsCommon(std::string_view letters) noexcept {
  constexpr std::array<std::string_view, 19> kLetters = {
      "RFC", "TLS",     "TLSV", "SSL", "SSLV", "SHA", "MD",
      "UTF", "SMTPUTF", "IP",   "IPV", "X",    "MX",  "NS",
      "ISO", "CVE",     "HTTP", "GMT", "UTC"};
  return std::ranges::find(kLetters, letters) != kLetters.end();
}

// Length of "(201)" at the front of `text`, 0: none.
std::size_t NumberInParenthesesAt(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 14;
  const auto end = text.substr(0, kLongest).find(')');
  if (!text.starts_with('(') || end == std::string_view::npos || end == 1) {
    return 0;
  }
  return std::ranges::all_of(text.substr(1, end - 1), IsDigit) ? end + 1 : 0;
}

// Length of "#1260" or "#O-1600" at the front of `text`, 0: none.
std::size_t NumberBehindHashAt(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '#') return 0;
  const auto atom = text.substr(1, AtomAt(text.substr(1)));
  return std::ranges::all_of(atom, IsDigit) || IsVendorTag(atom)
             ? 1 + atom.size()
             : 0;
}

// What stands before a colon and is no part of a tag: "SPF:FAIL", "ID:A1".
bool IsLabel(std::string_view letters) noexcept {
  constexpr std::array<std::string_view, 18> kLetters = {
      "ARC", "CC",  "CODE", "DKIM", "DSN", "EHLO", "ERR", "FROM", "HELO",
      "ID",  "MTA", "RCPT", "RE",   "REF", "SMTP", "SPF", "TO",   "URL"};
  return IsCommon(letters) ||
         std::ranges::find(kLetters, letters) != kLetters.end();
}

// Length of "RLY:B1" or "HL:REP" at the front of `text`, whose first `letters`
// octets are capitals; 0: none.
std::size_t PairAt(std::string_view text, std::size_t letters) noexcept {
  if (letters < 2 || letters > 4 || letters == text.size()) return 0;
  if (text[letters] != ':' || IsLabel(text.substr(0, letters))) return 0;
  const auto begin = letters + 1;
  auto end = begin;
  while (end < text.size() && IsUpper(text[end])) ++end;
  if (end == begin || end - begin > 4) return 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const bool goes_on = end < text.size() &&
                       static_cast<unsigned char>(text[end]) < 0x80 &&
                       (IsAsciiLetter(text[end]) || text[end] == ':' ||
                        text[end] == '_' || text[end] == '@');
  return goes_on ? 0 : end;
}

// Tags without a digit, which are known by name alone.
bool IsTagByName(std::string_view atom) noexcept {
  constexpr std::array<std::string_view, 16> kNames = {
      "CXBL",      "CDRBL",         "CXDNS",      "CXSNDR",
      "CXSMTP",    "CXCNCT",        "CXMXRT",     "CXTHRT",
      "ATTRBL",    "NOWL",          "DIAL",       "Nemesis",
      "NO-DOMAIN", "BLOCK-SEND-ER", "BLOCK-RCPT", "Invalid-Recipient"};
  return std::ranges::find(kNames, atom) != kNames.end();
}

// Length of a vendor's tag at the front of `text`: "TSS04", "AS(201)",
// "AUP#O-1600", "RLY:B1", "NOWL"; 0: none. `before` is what stands in front of
// it: a tag of two or three octets needs a bracket or colon there.
std::size_t TagAt(std::string_view text, char before) noexcept {
  constexpr std::size_t kMostLetters = 8;
  std::size_t letters = 0;
  while (letters < text.size() && IsUpper(text[letters])) ++letters;
  const auto rest = text.substr(letters);
  // Most capitals begin a word or make one up: of those, some are tags by name.
  const char next = rest.empty() ? ' ' : rest.front();
  const bool begins = next >= 'a' && next <= 'z';
  const bool whole = !IsAtomChar(next) && next != '(' && next != '#';
  if (begins || (whole && next != ':')) {
    const auto word = text.substr(0, AtomAt(text, letters));
    return IsTagByName(word) ? word.size() : 0;
  }
  if (IsCommon(text.substr(0, letters))) return 0;
  if (letters > 1 && letters <= kMostLetters) {
    if (const auto length = NumberInParenthesesAt(rest))
      return letters + length;
    if (const auto length = NumberBehindHashAt(rest)) return letters + length;
  }
  if (before != ':') {
    if (const auto length = PairAt(text, letters)) return length;
  }
  const auto atom = text.substr(0, AtomAt(text, letters));
  if (IsTagByName(atom)) return atom.size();
  if (!IsVendorTag(atom)) return 0;
  const bool enclosed = before == '[' || before == '(' || before == ':';
  return atom.size() > 3 || enclosed ? atom.size() : 0;
}

bool IsAtomOfAscii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80 && IsAtomChar(c);
}

// Where the first capital from `at` on is; text.size() if nowhere.
std::size_t FindUpper(std::string_view text, std::size_t at) noexcept {
  for (; at + 16 <= text.size(); at += 16) {
    const unsigned found = Sixteen(text.data() + at).In('A', 'Z');
    if (found != 0) return at + static_cast<unsigned>(std::countr_zero(found));
  }
  while (at < text.size() && !IsUpper(text[at])) ++at;
  return at;
}

std::string_view FindTag(std::string_view text) noexcept {
  for (std::size_t at = FindUpper(text, 0); at < text.size();
       at = FindUpper(text, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (IsAtomOfAscii(before)) continue;
    if (std::string_view("?&\\$").find(before) != std::string_view::npos)
      continue;
    const auto length = TagAt(text.substr(at), before);
    if (length > 0) return text.substr(at, length);
  }
  return {};
}

}  // namespace

Entities FindEntities(std::string_view text, Reason reason,
                      std::span<const std::string_view> recipients) noexcept {
  if (reason == Reason::kDelivered) return {};
  const bool cut = text.size() > kLooksAt;
  text = text.substr(0, kLooksAt);
  Entities found;
  found.url = FindUrl(text, cut);
  found.tag = FindTag(text);
  const bool listed = reason == Reason::kBlocklisted;
  if (listed) found.dnsbl = FindDnsbl(text);
  if (listed || reason == Reason::kIpReputation) {
    found.listed_ip = FindListedIp(text);
  }
  if (reason == Reason::kMailboxMoved) {
    found.new_address = FindNewAddress(text, recipients);
  }
  return found;
}

}  // namespace ricochet
