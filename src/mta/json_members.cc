#include "mta/json_members.h"

#include <cstddef>
#include <cstdint>

#include "mta/scan.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// "00e9" -> 0xE9; -1: these are no four hexadecimal digits.
std::int32_t HexFour(std::string_view text) noexcept {
  if (text.size() < 4) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigit(c)) {
      value = value * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return value;
}

void AppendUtf8(std::uint32_t c, std::string& out) {
  const auto put = [&](std::uint32_t octet) {
    out.push_back(static_cast<char>(octet));
  };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

// Resolves what follows "\u", taking it; a surrogate without its other half
// becomes U+FFFD.
void TakeUnicode(std::string_view& rest, std::string& out) {
  const auto first = HexFour(rest);
  if (first < 0) {
    out.push_back('u');
    return;
  }
  rest.remove_prefix(4);
  auto code = static_cast<std::uint32_t>(first);
  if (code >= 0xD800 && code < 0xE000) {
    const auto second = StartsWith(rest, "\\u") ? HexFour(rest.substr(2)) : -1;
    if (code < 0xDC00 && second >= 0xDC00 && second < 0xE000) {
      rest.remove_prefix(6);
      code = 0x10000 + ((code - 0xD800) << 10) +
             (static_cast<std::uint32_t>(second) - 0xDC00);
    } else {
      code = 0xFFFD;
    }
  }
  AppendUtf8(code, out);
}

char PlainEscape(char c) noexcept {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

JsonMembers::JsonMembers(std::string_view object) noexcept : rest_(object) {
  SkipBlanks();
  if (!Take(rest_, "{")) rest_ = {};
}

void JsonMembers::SkipBlanks() noexcept {
  while (!rest_.empty() && static_cast<unsigned char>(rest_.front()) <= ' ') {
    rest_.remove_prefix(1);
  }
}

bool JsonMembers::TakeString(std::string_view& text) noexcept {
  if (!Take(rest_, "\"")) return false;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == '"') {
      text = rest_.substr(0, i);
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// A number, a word, or an object or array with all that is in it.
bool JsonMembers::TakeOther() noexcept {
  const auto begin = rest_;
  std::size_t depth = 0;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == '"') {
      std::string_view ignored;
      if (!TakeString(ignored)) return false;
      continue;
    }
    if (depth == 0 && (c == ',' || c == '}')) break;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return false;
      --depth;
    }
    rest_.remove_prefix(1);
  }
  value_ = TrimEnd(begin.substr(0, begin.size() - rest_.size()));
  return !value_.empty() && !rest_.empty();
}

bool JsonMembers::Next() noexcept {
  SkipBlanks();
  (void)Take(rest_, ",");
  SkipBlanks();
  if (!TakeString(key_)) return false;
  SkipBlanks();
  if (!Take(rest_, ":")) return false;
  SkipBlanks();
  is_string_ = StartsWith(rest_, "\"");
  return is_string_ ? TakeString(value_) : TakeOther();
}

std::string_view ResolveJsonEscapes(std::string_view text, std::string& out) {
  if (text.find('\\') == kNone) return text;
  const std::size_t begin = out.size();
  for (auto rest = text; !rest.empty();) {
    const auto plain = TakeUntil(rest, '\\');
    out.append(plain);
    if (rest.size() < 2) break;
    const char c = rest[1];
    rest.remove_prefix(2);
    if (c == 'u') {
      TakeUnicode(rest, out);
    } else {
      out.push_back(PlainEscape(c));
    }
  }
  return std::string_view(out).substr(begin);
}

}  // namespace ricochet
