#include "classify/pattern_lint.h"

#include <fmt/format.h>

#include <cstddef>

#include "classify/pattern_tokens.h"

namespace ricochet {
namespace {

bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }

using Kind = PatternToken::Kind;

bool IsNumeric(const PatternToken& token) {
  return token.kind == Kind::kLiteral &&
         (IsDigit(token.literal) || token.literal == '.');
}

// "550" or "5.1.1"
bool IsCode(std::string_view text) {
  if (text.size() < 3 || text[0] < '2' || text[0] > '6') return false;
  if (text.size() == 3 && IsDigit(text[1]) && IsDigit(text[2])) return true;
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  return first == 1 && second != std::string_view::npos && second > 2 &&
         second + 1 < text.size();
}

// Does this token keep a number beside it from being longer? Null: the
// pattern's edge, which is no edge of the text.
bool Separates(const PatternToken* token) {
  if (token == nullptr) return false;
  if (token->kind == Kind::kBoundary) return true;
  return token->kind == Kind::kLiteral && !IsDigit(token->literal);
}

void FindLooseCodes(const std::vector<PatternToken>& tokens,
                    std::vector<std::string>& suspects) {
  for (std::size_t i = 0; i < tokens.size();) {
    std::size_t end = i;
    std::string text;
    while (end < tokens.size() && IsNumeric(tokens[end])) {
      text += tokens[end++].literal;
    }
    const std::size_t begin = i;
    i = end == begin ? begin + 1 : end;
    if (!IsCode(text)) continue;
    const auto* before = begin == 0 ? nullptr : &tokens[begin - 1];
    const auto* behind = end == tokens.size() ? nullptr : &tokens[end];
    if (Separates(before) && Separates(behind)) continue;
    suspects.push_back(
        fmt::format("the code {} also matches within a longer number: write "
                    "\\b before and behind it",
                    text));
  }
}

// A group is for alternatives or for repeating; one with neither, of which
// something follows, was meant as text.
void FindLiteralParentheses(const std::vector<PatternToken>& tokens,
                            std::vector<std::string>& suspects) {
  struct Group {
    bool captures;
    bool alternatives;
  };
  std::vector<Group> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.kind == Kind::kOpen) open.push_back({token.captures, false});
    if (token.kind == Kind::kOr && !open.empty())
      open.back().alternatives = true;
    if (token.kind != Kind::kClose || open.empty()) continue;
    const auto group = open.back();
    open.pop_back();
    const bool repeated =
        i + 1 < tokens.size() && tokens[i + 1].kind == Kind::kRepeat;
    if (!group.captures || group.alternatives || repeated) continue;
    suspects.emplace_back(
        "parentheses that group nothing: write \\( and \\) for those of the "
        "reply");
  }
}

}  // namespace

std::vector<std::string> SuspectsIn(std::string_view pattern) {
  std::vector<std::string> suspects;
  const auto tokens = TokensOf(pattern);
  FindLooseCodes(tokens, suspects);
  FindLiteralParentheses(tokens, suspects);
  if (pattern.find("  ") != std::string_view::npos) {
    suspects.emplace_back("two blanks in a row: replies are seen with one");
  }
  return suspects;
}

}  // namespace ricochet
