#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "ricochet/result.h"

#include "classify/rule.h"

namespace ricochet {

// The rules of one stage, compiled into one RE2::Set, which finds all that
// match in a single scan. The first in order whose other conditions hold wins.
// Owned by one worker (RE2 locks inside).
//
// The set's DFA is built as replies come; its budget is large because a DFA
// that does not fit is thrown away and built anew, silently, at 50 to 100
// times the cost. When even that fails, the rules are tried one by one.
class RuleList {
 public:
  // `rules` are in order of precedence, and outlive the list.
  [[nodiscard]] static Result<std::unique_ptr<RuleList>> Compile(
      std::vector<const Rule*> rules);

  // Null: none.
  [[nodiscard]] const Rule* Winner(const Evidence& evidence);

 private:
  explicit RuleList(std::vector<const Rule*> rules);
  // Fills matches_ without the DFA.
  void MatchOneByOne(std::string_view text);

  std::vector<const Rule*> rules_;
  std::vector<std::size_t> with_text_;  // set index -> index into rules_
  std::vector<std::size_t> without_text_;
  std::unique_ptr<re2::RE2::Set> set_;              // null: no rule has a text
  std::vector<std::unique_ptr<re2::RE2>> singles_;  // made on first need
  std::vector<int> matches_;
};

}  // namespace ricochet
