#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/question.h"
#include "classify/ruleset.h"

namespace ricochet {

// What another set of rules would change, over some replies.
class RulesDifference {
 public:
  RulesDifference(std::unique_ptr<Ruleset> before,
                  std::unique_ptr<Ruleset> after)
      : before_(std::move(before)), after_(std::move(after)) {}

  void Add(const Question& question);

  // Replies that got one verdict and would get another.
  struct Change {
    std::string
        before;  // "user_unknown permanent recipient (recipient.unknown)"
    std::string after;
    std::uint64_t count = 0;
    std::string example;  // the first
  };
  // The commonest first.
  [[nodiscard]] std::vector<Change> changes() const;
  [[nodiscard]] std::uint64_t replies() const noexcept { return replies_; }
  [[nodiscard]] std::uint64_t changed() const noexcept { return changed_; }

 private:
  std::unique_ptr<Ruleset> before_;
  std::unique_ptr<Ruleset> after_;
  std::map<std::pair<std::string, std::string>, Change> changes_;
  std::uint64_t replies_ = 0;
  std::uint64_t changed_ = 0;
};

// How often each rule decides, over some replies.
class RuleHits {
 public:
  explicit RuleHits(std::unique_ptr<Ruleset> rules);

  void Add(const Question& question);

  struct Hit {
    const Rule* rule;
    std::uint64_t count = 0;
  };
  // Every rule, the most used first, then in order of precedence.
  [[nodiscard]] std::vector<Hit> hits() const;
  [[nodiscard]] std::uint64_t replies() const noexcept { return replies_; }
  // Replies by what decided on them, by DecidedBy.
  [[nodiscard]] const std::vector<std::uint64_t>& decided_by() const noexcept {
    return decided_by_;
  }

 private:
  std::unique_ptr<Ruleset> rules_;
  std::map<std::string_view, std::uint64_t> counts_;  // by rule id
  std::vector<std::uint64_t> decided_by_;
  std::uint64_t replies_ = 0;
};

}  // namespace ricochet
