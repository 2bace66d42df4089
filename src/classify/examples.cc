#include "classify/examples.h"

#include <bit>

namespace ricochet {
namespace {

// The lowest value whose bit is set, or `none`.
template <class Enum, class Set>
Enum FirstOf(Set bits, Enum none) {
  return bits == 0 ? none : static_cast<Enum>(std::countr_zero(bits));
}

}  // namespace

Reply ReplyOf(const Example& example, const Rule& rule, const RuleBook& book) {
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

void WarmUp(Ruleset& rules) {
  const auto& book = rules.book();
  for (const auto& rule : book.rules()) {
    for (const auto* examples : {&rule.examples, &rule.counter_examples}) {
      for (const auto& example : *examples) {
        static_cast<void>(rules.Matching(ReplyOf(example, rule, book)));
      }
    }
  }
}

}  // namespace ricochet
