#include "classify/rule_check.h"

#include <fmt/format.h>

#include <bit>
#include <string_view>

#include "classify/ruleset.h"

namespace ricochet {
namespace {

// The lowest value whose bit is set, or `none`.
template <class Enum, class Set>
Enum FirstOf(Set bits, Enum none) {
  return bits == 0 ? none : static_cast<Enum>(std::countr_zero(bits));
}

// What an example leaves out is taken from the rule's own conditions.
Reply ReplyFor(const Rule& rule, const Example& example, const RuleBook& book) {
  Reply reply;
  reply.text = example.text;
  reply.outcome = Outcome::kBounced;
  reply.dsn = example.dsn;
  reply.recipient_domain = example.domain;
  reply.command = example.command != SmtpCommand::kUnknown
                      ? example.command
                      : FirstOf(rule.when.commands, SmtpCommand::kUnknown);
  reply.authority = example.authority != Authority::kRemote
                        ? example.authority
                        : FirstOf(rule.when.authorities, Authority::kRemote);
  reply.remote_host = example.remote;
  if (example.remote.empty() && example.domain.empty()) {
    const auto provider = FirstOf(rule.when.providers, kOtherProvider);
    reply.remote_host = book.providers().SomeHost(provider);
  }
  return reply;
}

// Adds an error unless the rule's winning is what is `expected`.
void Check(const Rule& rule, const Example& example, bool expected,
           Ruleset& rules, std::vector<Error>& errors) {
  SmtpResponse response;
  const auto verdict =
      rules.Classify(ReplyFor(rule, example, rules.book()), response);
  if ((verdict.rule == rule.id) == expected) return;
  const auto winner =
      verdict.rule.empty()
          ? fmt::format("no rule ({})", Info(verdict.reason).name)
          : fmt::format("rule '{}'", verdict.rule);
  errors.push_back({ErrorCode::kConfig,
                    fmt::format("{}:{}: {} of rule '{}' is won by {}",
                                example.place.file, example.place.line,
                                expected ? "an example" : "a counter-example",
                                rule.id, winner)});
}

}  // namespace

Result<std::vector<Error>> FailedExamples(
    const std::shared_ptr<const RuleBook>& book) {
  auto rules = Ruleset::Compile(book);
  if (!rules) return Fail(rules.error());
  std::vector<Error> errors;
  for (const auto& rule : book->rules()) {
    for (const auto& example : rule.examples) {
      Check(rule, example, true, **rules, errors);
    }
    for (const auto& example : rule.counter_examples) {
      Check(rule, example, false, **rules, errors);
    }
  }
  return errors;
}

}  // namespace ricochet
