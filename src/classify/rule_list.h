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

// The rules of one stage, in order of precedence; the first that matches wins.
// Owned by one worker (RE2 locks inside).
//
// They are compiled into several RE2::Sets, each of which finds all of its
// rules that match in one scan, and the scan ends with the first set that has a
// winner. Not one set for all: its DFA multiplies the states of its rules, and
// one that does not fit into its budget is thrown away and built anew,
// silently, at a thousand times the cost; bench/classify_bench shows it. When
// even a small set does not fit, its rules are tried one by one.
class RuleList {
 public:
  // `rules` outlive the list.
  [[nodiscard]] static Result<std::unique_ptr<RuleList>> Compile(
      const std::vector<const Rule*>& rules);

  // Null: none.
  [[nodiscard]] const Rule* Winner(const Evidence& evidence);

  // Adds all that match, in order, the winner first. For people: it tries all.
  void AddMatching(const Evidence& evidence, std::vector<const Rule*>& rules);

 private:
  // Consecutive rules that are matched together.
  struct Group {
    std::vector<const Rule*> rules;
    std::vector<std::size_t> with_text;  // set index -> index into rules
    std::vector<std::size_t> without_text;
    std::unique_ptr<re2::RE2::Set> set;              // null: no rule has a text
    std::vector<std::unique_ptr<re2::RE2>> singles;  // made on first need
  };

  RuleList() = default;
  [[nodiscard]] static Result<Group> CompileGroup(
      std::vector<const Rule*> rules);
  [[nodiscard]] const Rule* WinnerIn(Group& group, const Evidence& evidence);
  // Fills matches_ with the rules of the group whose text is found.
  void Match(Group& group, std::string_view text);
  // The same without the set.
  void MatchOneByOne(Group& group, std::string_view text);

  std::vector<Group> groups_;
  std::vector<int> matches_;
};

}  // namespace ricochet
