#include "classify/rule_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "classify/examples.h"
#include "classify/ruleset.h"

namespace ricochet {
namespace {

// What there is to say about an example's not being won by its rule.
std::string WhyNot(const Rule& rule, const Reply& reply, const Verdict& verdict,
                   Ruleset& rules) {
  std::string masked;
  const auto matching = rules.Matching(reply, &masked);
  if (std::ranges::find(matching, rule.id, &Rule::id) != matching.end()) {
    return fmt::format("is won by rule '{}'", verdict.rule);
  }
  const auto winner =
      verdict.rule.empty()
          ? fmt::format("no rule ({})", Info(verdict.reason).name)
          : fmt::format("rule '{}'", verdict.rule);
  return fmt::format(
      "is won by {}: it does not match the rule itself, which sees '{}'",
      winner, masked);
}

// Adds an error unless the rule's winning is what is `expected`. True: it won.
bool Check(const Rule& rule, const Example& example, bool expected,
           Ruleset& rules, std::vector<Error>& errors) {
  SmtpResponse response;
  const auto reply = ReplyOf(example, rule, rules.book());
  const auto verdict = rules.Classify(reply, response);
  const bool won = verdict.rule == rule.id;
  if (won == expected) return won;
  const auto what = expected ? "an example" : "a counter-example";
  const auto why = won ? fmt::format("is won by rule '{}'", rule.id)
                       : WhyNot(rule, reply, verdict, rules);
  errors.push_back({ErrorCode::kConfig,
                    fmt::format("{}:{}: {} of rule '{}' {}", example.place.file,
                                example.place.line, what, rule.id, why)});
  return won;
}

}  // namespace

Result<std::vector<Error>> FailedExamples(
    const std::shared_ptr<const RuleBook>& book) {
  auto rules = Ruleset::Compile(book);
  if (!rules) return Fail(rules.error());
  std::vector<Error> errors;
  for (const auto& rule : book->rules()) {
    bool wins = false;
    for (const auto& example : rule.examples) {
      wins = Check(rule, example, true, **rules, errors) || wins;
    }
    if (!wins) {
      errors.push_back(
          {ErrorCode::kConfig,
           fmt::format("{}:{}: rule '{}' can never win", rule.place.file,
                       rule.place.line, rule.id)});
    }
    for (const auto& example : rule.counter_examples) {
      Check(rule, example, false, **rules, errors);
    }
  }
  return errors;
}

}  // namespace ricochet
