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
  // A bit for each choice, or each literal.
  using Bits = std::vector<std::uint64_t>;
  // Any of these literals.
  using Need = std::vector<std::uint32_t>;

  // One alternative of a rule's text.
  struct Choice {
    const Rule* rule;
    std::string pattern;              // empty: matches any text
    bool is_literal;                  // Alternative::is_literal
    std::vector<Need> needs;          // beside the one that it is filed under
    std::unique_ptr<re2::RE2> regex;  // made on first need
  };

  using LiteralIds = absl::flat_hash_map<std::string, std::uint32_t>;

  void Add(const Rule& rule, Alternative alternative, LiteralIds& literals);
  // Files each choice under the literals of the need that says most; the others
  // are asked for when one of these is found.
  void FileChoices(std::size_t literals);
  void FileUnderNothing(std::uint32_t index);

  // Sets found_ and touched_.
  void Look(const Evidence& evidence);
  // Calls `visit` with the choices that match, by precedence, until it says
  // that it has seen enough.
  template <class Visit>
  void VisitMatching(const Evidence& evidence, Visit visit);
  [[nodiscard]] bool Matches(Choice& choice, const Evidence& evidence) const;
  [[nodiscard]] bool HasAny(const Need& need) const noexcept;

  std::vector<Choice> choices_;  // by precedence
  std::optional<LiteralFinder> finder_;
  std::vector<std::uint32_t> filed_;        // choices, by literal
  std::vector<std::uint32_t> first_filed_;  // literal -> index into filed_
  // Choices that need nothing, by the provider that they may hold for.
  std::array<Bits, kMaxProviders> always_;
  // Of the text at hand.
  std::string folded_;
  Bits found_;    // literals
  Bits touched_;  // choices
};

}  // namespace ricochet
