#pragma once

#include <absl/container/flat_hash_map.h>
#include <re2/re2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/verdict.h"

#include "classify/alternatives.h"
#include "classify/literal_finder.h"
#include "classify/rule.h"

namespace ricochet {

// Rules in order of precedence; the first that matches wins.
// Owned by one worker (RE2 locks inside).
//
// Hardly any rule matches a given text, so nearly all are ruled out without a
// regex: each alternative of a rule's text needs certain strings, one pass over
// the reply finds those it has, and only alternatives that have all they need
// are tried, each by a regex of its own, compiled when it is first needed. A
// regex for many rules would be slower: its DFA multiplies their states.
class RuleList {
 public:
  // `rules` outlive the list. Their texts are valid.
  explicit RuleList(const std::vector<const Rule*>& rules);

  // Null: none.
  [[nodiscard]] const Rule* Winner(const Evidence& evidence);

  // Adds all that match, in order, the winner first. For people: it tries all
  // that may match.
  void AddMatching(const Evidence& evidence, std::vector<const Rule*>& rules);

 private:
  // One alternative of a rule's text.
  struct Choice {
    const Rule* rule;
    std::string pattern;              // empty: matches any text
    bool is_literal;                  // Alternative::is_literal
    std::unique_ptr<re2::RE2> regex;  // made on first need
  };
  // A literal meets a need of a choice.
  struct Use {
    std::uint32_t choice;
    std::uint8_t need;  // its bit
  };

  using UsesByLiteral = absl::flat_hash_map<std::string, std::vector<Use>>;

  void Add(const Rule& rule, Alternative alternative, UsesByLiteral& uses);
  // Fills candidates_ with the choices that may match, in order: their
  // conditions hold and the text has what they need.
  void FindCandidates(const Evidence& evidence);
  [[nodiscard]] static bool Matches(Choice& choice, std::string_view text);

  std::vector<Choice> choices_;  // by precedence
  // Choices that need nothing, by the provider that they may hold for.
  std::array<std::vector<std::uint32_t>, kMaxProviders> always_;
  std::vector<std::uint8_t> needs_;  // of each choice: a bit for each need
  std::optional<LiteralFinder> finder_;
  std::vector<Use> uses_;                 // by literal
  std::vector<std::uint32_t> first_use_;  // literal -> index into uses_
  // Of the text at hand.
  std::string folded_;
  std::vector<std::uint8_t> met_;  // of each choice: the needs that are met
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> candidates_;
};

}  // namespace ricochet
