#include "classify/token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "classify/codes.h"
#include "classify/dnsbl.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool IsAscii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}
constexpr bool IsHex(char c) noexcept {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// "5.1.1", or "550-5.1.1".
bool IsCode(std::string_view atom) noexcept {
  if (atom.size() > 4 && atom[3] == '-') atom.remove_prefix(4);
  std::size_t length = 0;
  return EnhancedCodeAt(atom, length).present() && length == atom.size();
}

bool IsIp4(std::string_view atom, const Census& census) noexcept {
  if (census.dots != 3 || atom.size() < 7) return false;
  const auto slash = atom.find('/');
  const auto address = atom.substr(0, slash);
  return std::ranges::all_of(
      address, [](char c) { return IsDigit(c) || c == '.' || c == 'x'; });
}

// Upper-case letters, then digits, perhaps twice: TSS04, S3150, OFR_506,
// LPN007_416. A longer run of hexadecimal digits is an id.
bool IsVendorTag(std::string_view atom, const Census& census) noexcept {
  if (census.lower || census.dots > 0 || census.at) return false;
  if (atom.size() > 12 || !IsUpper(atom.front())) return false;
  std::size_t at = 0;
  while (at < atom.size() && IsUpper(atom[at])) ++at;
  const bool hex = std::ranges::all_of(atom, [](char c) { return IsHex(c); });
  if (at > 8 || (hex && atom.size() > 5)) return false;
  return std::ranges::all_of(atom.substr(at), [](char c) {
    return IsDigit(c) || c == '_' || c == '-';
  });
}

bool IsList(std::string_view host, std::string_view before) noexcept {
  return before.ends_with("using ") || !ListOperatorOf(host).empty();
}

// Octets of one letter at the front of `text` that is written without blanks
// between words, in UTF-8: ideographs, kana, hangul, with their punctuation and
// full-width forms (U+3000 to U+DFFF, U+F000 to U+FFFF); 0: it is none.
std::size_t WideAt(std::string_view text) noexcept {
  const auto octet = [text](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  if (octet(0) < 0xE3 || octet(0) > 0xEF || octet(0) == 0xEE) return 0;
  const bool whole =
      text.size() > 2 && (octet(1) & 0xC0) == 0x80 && (octet(2) & 0xC0) == 0x80;
  return whole ? 3 : 0;
}

// Two labels or more of letters, digits and hyphens, the last one letters of
// one case: "RESOLVER.ADR.RecipNotFound" is a word.
bool IsHost(std::string_view atom, const Census& census) noexcept {
  if (census.dots == 0 || census.at) return false;
  const auto top = atom.substr(atom.rfind('.') + 1);
  if (top.size() < 2 || atom.front() == '.' || atom.front() == '-') {
    return false;
  }
  const bool one_case =
      std::ranges::all_of(top, IsLower) || std::ranges::all_of(top, IsUpper);
  if (!one_case || atom.find("..") != std::string_view::npos) return false;
  return !census.other || std::ranges::all_of(atom, [](char c) {
    return IsAsciiLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool IsMonthOrDay(std::string_view atom, std::string_view after) noexcept {
  constexpr std::array<std::string_view, 19> kNames = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
      "Nov", "Dec", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (atom.size() != 3 || !IsUpper(atom.front())) return false;
  const auto next = after.find_first_not_of(" ,");
  return next != std::string_view::npos && next > 0 &&
         (IsDigit(after[next]) || IsUpper(after[next])) &&
         std::ranges::find(kNames, atom) != kNames.end();
}

// A number stays where it is a code: "550 5.1.1" within a text, "AS(201)",
// "[299]", "[-20]".
bool IsCodeNumber(std::string_view atom, std::string_view before,
                  std::string_view after) noexcept {
  if (atom.size() > 5) return false;
  if (atom.size() <= 3 && before.ends_with('[') && after.starts_with(']')) {
    return true;
  }
  if (before.size() > 1 && before.back() == '(' &&
      IsUpper(before[before.size() - 2])) {
    return true;
  }
  if (atom.size() != 3 || after.size() < 6) return false;
  std::size_t length = 0;
  return EnhancedCodeAt(after.substr(1), length).present();
}

}  // namespace

Census CensusOf(std::string_view atom) noexcept {
  Census census;
  for (const char c : atom) {
    if (IsDigit(c)) {
      census.digit = true;
    } else if (IsUpper(c)) {
      census.upper = true;
    } else if (IsLower(c)) {
      census.lower = true;
    } else if (c == '.') {
      ++census.dots;
    } else if (c == '@') {
      census.at = true;
    } else {
      census.other = true;
    }
  }
  return census;
}

std::size_t AtomAt(std::string_view text, std::size_t letters) noexcept {
  std::size_t end = letters;
  bool wide = false;     // the letter before `end` is
  bool address = false;  // there is an "@" before `end`
  for (; end < text.size() && IsAtomChar(text[end]); ++end) {
    const char c = text[end];
    if (!wide && (IsAsciiLetter(c) || IsDigit(c))) continue;
    if (c == '.' && end + 1 < text.size() && text[end + 1] == '.') break;
    const auto length = IsAscii(c) ? 0 : WideAt(text.substr(end));
    if (end > 0 && wide != (length > 0)) {
      const char narrow = wide ? c : text[end - 1];
      if (narrow != '@' && !(address && narrow == '.')) break;
    }
    wide = length > 0;
    address = address || c == '@';
    if (wide) end += length - 1;
  }
  return end == 0 ? 1 : WithoutStops(text.substr(0, end));  // 1: of ".."
}

std::size_t UrlAt(std::string_view text) noexcept {
  if (text.empty() || text.front() != 'h') return 0;
  if (!text.starts_with("http://") && !text.starts_with("https://")) return 0;
  auto length =
      FindNear(text, ' ', '\t', '\r', '\n', '<', '>', '"', '\'', ')', ']');
  while (text[length - 1] == '.' || text[length - 1] == ',') --length;
  return length;
}

bool IsVendorTag(std::string_view atom) noexcept {
  const Census census = CensusOf(atom);
  return census.digit && IsVendorTag(atom, census);
}

bool IsHost(std::string_view atom) noexcept {
  return IsHost(atom, CensusOf(atom));
}

Token Classify(std::string_view atom, const Census& census,
               std::string_view before, std::string_view after) noexcept {
  if (census.at && atom.front() != '@' && atom.back() != '@') {
    return Token::kAddress;
  }
  if (census.dots == 0 && !census.digit) {
    return IsMonthOrDay(atom, after) ? Token::kTime : Token::kWord;
  }
  if (IsHost(atom, census)) {
    return IsList(atom, before) ? Token::kWord : Token::kHost;
  }
  if (!census.digit) return Token::kWord;
  if (!census.upper && !census.lower) {
    if (IsCode(atom)) return Token::kWord;
    if (IsIp4(atom, census)) return Token::kIp;
    return IsCodeNumber(atom, before, after) ? Token::kWord : Token::kNumber;
  }
  if (IsIp4(atom, census)) return Token::kIp;
  return IsVendorTag(atom, census) ? Token::kWord : Token::kId;
}

std::size_t TimeOrIp6At(std::string_view text, Token& token) noexcept {
  const auto is_stamp = [](std::string_view t) {
    return t.size() > 10 && t[4] == '-' && t[7] == '-' && IsDigit(t[0]) &&
           IsDigit(t[1]) && IsDigit(t[2]) && IsDigit(t[3]) && IsDigit(t[5]) &&
           IsDigit(t[6]) && IsDigit(t[8]) && IsDigit(t[9]);
  };
  if (is_stamp(text)) {
    token = Token::kTime;
    return std::min(text.find_first_not_of("0123456789T:.+-Z"), text.size());
  }
  std::size_t length = 0;
  std::size_t colons = 0;
  std::size_t letters = 0;
  while (length < text.size() && length < 46 &&
         (IsHex(text[length]) || text[length] == ':' ||
          (text[length] == '.' && colons > 0))) {
    colons += text[length] == ':' ? 1U : 0U;
    letters += IsAsciiLetter(text[length]) ? 1U : 0U;
    ++length;
  }
  while (length > 0 && (text[length - 1] == ':' || text[length - 1] == '.') &&
         !text.substr(0, length).ends_with("::")) {
    colons -= text[length - 1] == ':' ? 1U : 0U;
    --length;
  }
  if (length < text.size() && IsAtomChar(text[length]) && text[length] != '.' &&
      text[length] != '/' && WideAt(text.substr(length)) == 0) {
    return 0;
  }
  if (letters == 0 && (colons == 1 || colons == 2) && length >= 4 &&
      IsDigit(text.front())) {
    token = Token::kTime;
    return length;
  }
  token = Token::kIp;
  return colons >= 2 ? length : 0;
}

}  // namespace ricochet
