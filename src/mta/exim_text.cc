#include "mta/exim_text.h"

#include <cstdint>

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr auto kNone = std::string_view::npos;

constexpr std::size_t kOldId = 16;  // "1xUrEb-0000l7-2r"
constexpr std::size_t kNewId = 23;  // since 4.97: "1xUrEb-00000000l7a-0Abc"

// Are sixteen octets letters and digits, but for dashes where `dashes` has a
// bit, that of the first octet lowest?
inline bool AreOfId(const char* at, unsigned dashes) noexcept {
  const Sixteen octets(at);
  const unsigned alnum =
      octets.In('0', '9') | octets.In('A', 'Z') | octets.In('a', 'z');
  return octets.Is('-') == dashes && (alnum | dashes) == 0xFFFF;
}

bool IsOctal(char c) noexcept { return c >= '0' && c <= '7'; }

// An escape that string_printing writes, behind its backslash: how many octets
// it has and the one it stands for. None: octets is 0.
struct Escape {
  std::size_t octets = 0;
  char means = 0;
};
Escape EscapeAt(std::string_view text) noexcept {
  if (text.empty()) return {};
  switch (text[0]) {
    case 'n':
    case 'r':
    case 't':
    case 'b':
    case 'v':
    case 'f':
      return {1, ' '};
    case '\\':
    case '"':
      return {1, text[0]};
    default:
      break;
  }
  if (text.size() < 3 || text[0] > '3' || !IsOctal(text[0]) ||
      !IsOctal(text[1]) || !IsOctal(text[2])) {
    return {};
  }
  const int octet =
      (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
  return {3, static_cast<char>(octet < ' ' || octet == 127 ? ' ' : octet)};
}

// Does a line of a reply begin here? "550-5.1.1 ...", "250 OK".
bool IsReplyLine(std::string_view text) noexcept {
  return text.size() >= 4 && text[0] >= '2' && text[0] <= '5' &&
         IsDigit(text[1]) && IsDigit(text[2]) &&
         (text[3] == '-' || text[3] == ' ');
}

// Behind a first backslash, is this an escape whose backslash was escaped? A
// server may have sent the two characters "\n" itself, so a newline counts only
// where a reply's next line follows.
Escape DoubledEscapeAt(std::string_view text) noexcept {
  if (text.size() < 2 || text[0] != '\\') return {};
  const auto inner = text.substr(1);
  if (inner[0] == 'n') {
    return IsReplyLine(inner.substr(1)) ? Escape{2, ' '} : Escape{};
  }
  const bool octal = inner.size() >= 3 && inner[0] >= '1' && inner[0] <= '3';
  const Escape escape = octal ? EscapeAt(inner) : Escape{};
  return escape.octets == 3 ? Escape{4, escape.means} : Escape{};
}

}  // namespace

std::size_t EximIdLength(std::string_view text) noexcept {
  const auto ends_at = [text](std::size_t size) {
    return text.size() == size || (text.size() > size && text[size] == ' ');
  };
  constexpr unsigned kAt6 = 1U << 6U;
  if (ends_at(kOldId)) {
    return AreOfId(text.data(), kAt6 | 1U << 13U) ? kOldId : 0;
  }
  if (!ends_at(kNewId) || !AreOfId(text.data(), kAt6)) return 0;
  return AreOfId(text.data() + 7, 1U << (18U - 7U)) ? kNewId : 0;
}

std::string_view TakeEximId(std::string_view& rest) noexcept {
  const auto size = EximIdLength(rest);
  const auto id = rest.substr(0, size);
  rest.remove_prefix(size);
  if (size != 0) (void)Take(rest, " ");
  return id;
}

double TakeEximInterval(std::string_view& rest) noexcept {
  double sum = -1;
  while (!rest.empty() && IsDigit(rest.front())) {
    auto ahead = rest;
    const auto number = TakeDecimal<double>(ahead);
    if (number < 0 || ahead.empty()) return sum;
    double unit = 0;
    switch (ahead.front()) {
      case 's':
        unit = 1;
        break;
      case 'm':
        unit = 60;
        break;
      case 'h':
        unit = 3600;
        break;
      case 'd':
        unit = 86400;
        break;
      case 'w':
        unit = 604800;
        break;
      default:
        return sum;
    }
    ahead.remove_prefix(1);
    rest = ahead;
    sum = (sum < 0 ? 0 : sum) + number * unit;
  }
  return sum;
}

std::size_t EndOfQuoted(std::string_view text, std::size_t at) noexcept {
  for (auto from = at + 1; from < text.size(); from += 2) {
    from += FindNear(text.substr(from), '"', '\\');
    if (from < text.size() && text[from] == '"') return from + 1;
  }
  return text.size();
}

std::size_t EndOfBracketed(std::string_view text, std::size_t at) noexcept {
  auto from = at + 1;
  if (from < text.size() && text[from] == '"') {
    const auto end = EndOfQuoted(text, from);
    if (end < text.size()) from = end;
  }
  const auto close = text.find('>', from);
  return close == kNone ? kNone : close + 1;
}

std::string_view WithoutEximEscapes(std::string_view text,
                                    std::string& buffer) {
  auto at = text.find('\\');
  if (at == kNone) return text;
  buffer.clear();
  while (at != kNone) {
    buffer.append(text.substr(0, at));
    text.remove_prefix(at + 1);
    Escape escape = DoubledEscapeAt(text);
    if (escape.octets == 0) escape = EscapeAt(text);
    buffer.push_back(escape.octets == 0 ? '\\' : escape.means);
    text.remove_prefix(escape.octets);
    at = text.find('\\');
  }
  buffer.append(text);
  return buffer;
}

}  // namespace ricochet
