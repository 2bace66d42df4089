#include "classify/pattern_tokens.h"

#include <algorithm>

#include "ricochet/ascii.h"

namespace ricochet {
namespace {

using Kind = PatternToken::Kind;

bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
bool IsLetter(char c) noexcept {
  return AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z';
}

// The "]" that ends it may be preceded by "]" as its first member, "\]" and
// "[:alpha:]".
std::size_t ClassSize(std::string_view pattern) {
  std::size_t i = 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  while (i < pattern.size() && pattern[i] != ']') {
    const auto rest = pattern.substr(i);
    const auto name_end = rest.starts_with("[:") ? rest.find(":]") : rest.npos;
    if (name_end != rest.npos) {
      i += name_end + 2;
    } else {
      i += std::size_t{pattern[i] == '\\' ? 2U : 1U};
    }
  }
  return std::min(i + 1, pattern.size());
}

PatternToken EscapeAt(std::string_view pattern) {
  PatternToken token{.size = 2};
  if (pattern.size() < 2) return token;
  const char c = pattern[1];
  if (c == 'b' || c == 'B') {
    token.kind = Kind::kBoundary;
  } else if (!IsLetter(c) && !IsDigit(c)) {
    token.kind = Kind::kLiteral;
    token.literal = c;
  } else {
    token.foreign = std::string_view("sSdDwW").find(c) == pattern.npos;
  }
  return token;
}

PatternToken OpenAt(std::string_view pattern) {
  PatternToken token{.kind = Kind::kOpen};
  token.captures = pattern.size() < 2 || pattern[1] != '?';
  if (token.captures) return token;
  const auto end = std::min(pattern.find_first_of(":)>"), pattern.size() - 1);
  token.size = end + 1;
  if (pattern[end] == ')') token.kind = Kind::kAny;  // "(?i)"
  token.foreign = !pattern.starts_with("(?:") && !pattern.starts_with("(?P<");
  return token;
}

// "{2}", "{2,}", "{2,3}"; any other "{" is text.
PatternToken BraceAt(std::string_view pattern) {
  const auto end = pattern.find('}');
  const auto inside = pattern.substr(1, end == pattern.npos ? 0 : end - 1);
  const bool repeats = !inside.empty() && IsDigit(inside.front()) &&
                       std::ranges::count(inside, ',') <= 1 &&
                       std::ranges::all_of(inside, [](char c) {
                         return IsDigit(c) || c == ',';
                       });
  if (!repeats) return {.kind = Kind::kLiteral, .literal = '{'};
  return {.kind = Kind::kRepeat, .size = end + 1};
}

PatternToken TokenAt(std::string_view pattern) {
  switch (pattern.front()) {
    case '\\':
      return EscapeAt(pattern);
    case '[':
      return {.kind = Kind::kClass, .size = ClassSize(pattern)};
    case '(':
      return OpenAt(pattern);
    case ')':
      return {.kind = Kind::kClose};
    case '|':
      return {.kind = Kind::kOr};
    case '^':
    case '$':
      return {.kind = Kind::kBoundary};
    case '*':
    case '+':
    case '?':
      return {.kind = Kind::kRepeat};
    case '{':
      return BraceAt(pattern);
    case '.':
      return {.kind = Kind::kAny};
    default:
      return {.kind = Kind::kLiteral, .literal = pattern.front()};
  }
}

}  // namespace

std::vector<PatternToken> TokensOf(std::string_view pattern) {
  std::vector<PatternToken> tokens;
  for (std::size_t at = 0; at < pattern.size();) {
    auto token = TokenAt(pattern.substr(at));
    token.at = at;
    at += token.size;
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace ricochet
