#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ricochet {

// Folded strings (FoldOctet) of LiteralFinder::kShortest octets or more.
using AnyOf = std::vector<std::string>;

// One alternative of a pattern: "no such user|mailbox \S+ (is )?full" has two.
struct Alternative {
  std::string pattern;
  // Every text in which the pattern is found contains one string of each:
  // {"mailbox "}, {"full"}. What says most comes first. Empty: nothing is known
  // of such texts.
  std::vector<AnyOf> needs;
  // A text that has what is needed matches; there is no more to the pattern.
  bool is_literal = false;
};

// The alternatives of a valid RE2 that is searched for case-insensitively, in
// Latin-1. One that is written in a way we do not read (PatternToken::foreign)
// comes back whole, with nothing needed.
[[nodiscard]] std::vector<Alternative> AlternativesOf(std::string_view pattern);

}  // namespace ricochet
