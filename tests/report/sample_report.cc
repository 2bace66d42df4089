#include "report/sample_report.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "report/fake_event.h"
#include "report/stats.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

struct Failure {
  std::uint32_t per_10000;
  Outcome outcome;
  Reason reason;
  DecidedBy by;
  std::string_view rule;
  std::string_view reply;
};

constexpr std::array kFailures = {
    Failure{310, Outcome::kBounced, Reason::kUserUnknown,
            DecidedBy::kProviderRule, "google.no-such-user",
            "550 5.1.1 The email account that you tried to reach does not "
            "exist. Please try double-checking the recipient's email address "
            "for typos or unnecessary spaces. For more information, go to "
            "<url> <id> - gsmtp"},
    Failure{140, Outcome::kBounced, Reason::kUserUnknown, DecidedBy::kTextRule,
            "generic.user-unknown.de", "550 5.1.1 Empfänger <addr> unbekannt"},
    Failure{45, Outcome::kBounced, Reason::kUserUnknown,
            DecidedBy::kEnhancedCode, "", "550 5.1.1 用户不存在 <addr>"},
    Failure{90, Outcome::kBounced, Reason::kMailboxDisabled,
            DecidedBy::kTextRule, "generic.disabled",
            "554 5.7.1 This mailbox is disabled (<id>)"},
    Failure{60, Outcome::kBounced, Reason::kDomainNotFound,
            DecidedBy::kTextRule, "postfix.host-not-found",
            "Host or domain name not found. Name service error for "
            "name=<host> type=A: Host not found"},
    Failure{110, Outcome::kBounced, Reason::kBlocklisted,
            DecidedBy::kProviderRule, "microsoft.s3150",
            "550 5.7.1 Unfortunately, messages from [<ip>] weren't sent. Part "
            "of their network is on our block list (S3150)."},
    Failure{25, Outcome::kBounced, Reason::kDmarcFailed,
            DecidedBy::kProviderRule, "google.dmarc",
            "550 5.7.26 Unauthenticated email from <domain> is not accepted "
            "due to domain's DMARC policy."},
    Failure{15, Outcome::kBounced, Reason::kUnclassified, DecidedBy::kNone, "",
            "550 \x1b[2J\x1b]0;owned\x07 Nope \xe2\x80\xae\xff <id>"},
    Failure{420, Outcome::kDeferred, Reason::kMailboxFull,
            DecidedBy::kEnhancedCode, "",
            "452 4.2.2 The recipient's inbox is out of storage space."},
    Failure{380, Outcome::kDeferred, Reason::kRateLimited,
            DecidedBy::kProviderRule, "yahoo.ts04",
            "421 4.7.0 [TSS04] Messages from <ip> temporarily deferred due to "
            "unexpected volume or user complaints - <addr>"},
    Failure{240, Outcome::kDeferred, Reason::kGreylisted, DecidedBy::kTextRule,
            "generic.greylisted",
            "450 4.2.0 <addr>: Recipient address "
            "rejected: Greylisted, see <url>"},
    Failure{70, Outcome::kDeferred, Reason::kNoAnswer, DecidedBy::kTextRule,
            "postfix.connect-timed-out",
            "connect to <host>[<ip>]:25: Connection timed out"},
    Failure{9, Outcome::kDeferred, Reason::kUnclassified, DecidedBy::kNone, "",
            "451 4.3.5 Verzögert: Versuch wird wiederholt <id>"},
    Failure{22, Outcome::kExpired, Reason::kMailboxFull,
            DecidedBy::kEnhancedCode, "",
            "452 4.2.2 The recipient's inbox is out of storage space."},
};

constexpr std::array<std::string_view, 6> kProviders = {
    "other", "google", "microsoft", "yahoo", "gmx", "apple"};
constexpr std::array<std::string_view, 8> kDomains = {
    "example.org", "google.test", "outlook.test", "yahoo.test",
    "gmx.test",    "icloud.test", "example.net",  "stadtwerke.test"};
constexpr std::array<std::string_view, 3> kSenders = {
    "news@shop.example", "orders@shop.example", "offers@lists.example"};

// xorshift; a standard distribution is not the same everywhere.
struct Random {
  std::uint32_t state = 2463534242;

  std::uint32_t operator()() {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    return state;
  }
};

const Failure* PickFailure(Random& random) {
  auto at = random() % 10000;
  for (const Failure& failure : kFailures) {
    if (at < failure.per_10000) return &failure;
    at -= failure.per_10000;
  }
  return nullptr;
}

void Send(Stats& stats, Random& random, std::uint32_t number) {
  FakeEvent event;
  const auto provider = random() % kProviders.size();
  const auto domain = provider > 0 ? provider : (random() % 3) * 3 % 8;
  event
      .To("user" + std::to_string(number) + "@" + std::string(kDomains[domain]))
      .From(kSenders[random() % kSenders.size()])
      .At(milliseconds{1'795'000'000'000 + number * std::int64_t{1700}})
      .Provider(static_cast<ProviderId>(provider))
      .Delay(0.2 + (random() % 1000) / 250.0);
  if (const Failure* failure = PickFailure(random)) {
    if (failure->outcome == Outcome::kBounced) {
      event.Bounced(failure->reason, failure->reply);
    } else if (failure->outcome == Outcome::kDeferred) {
      event.Deferred(failure->reason, failure->reply);
    } else {
      event.Expired(failure->reason, failure->reply);
    }
    if (failure->reason == Reason::kDomainNotFound) event.To("a@gmial.test");
    event.By(failure->by, failure->rule);
  }
  stats.OnEvent(event.Event());
}

Counts SampleCounts() {
  Counts counts;
  auto& lines = counts.lines[static_cast<std::size_t>(Mta::kPostfix)];
  const auto set = [&](Cause cause, std::uint64_t count) {
    lines[static_cast<std::size_t>(cause)] = count;
  };
  set(Cause::kAttempt, 19'956);
  set(Cause::kExpiry, 44);
  set(Cause::kClient, 19'600);
  set(Cause::kMessageId, 19'600);
  set(Cause::kQueued, 19'640);
  set(Cause::kRemoved, 19'580);
  set(Cause::kConnection, 82'403);
  set(Cause::kInboundReject, 6'042);
  set(Cause::kForeignProgram, 240);
  set(Cause::kBadSyntax, 3);
  return counts;
}

ReportFacts SampleFacts() {
  ReportFacts facts;
  facts.inputs = {{"mail.log.2.gz", 14'201'993, ""},
                  {"mail.log.1", 120'332'112, ""},
                  {"mail.log", 61'002'120,
                   "mail.log.2.gz: the compressed file is truncated"}};
  facts.providers.assign(kProviders.begin(), kProviders.end());
  const auto advise = [&](Reason reason, std::string_view text) {
    facts.advice[static_cast<std::size_t>(reason)] = text;
  };
  advise(Reason::kUserUnknown,
         "The mailbox does not exist. Remove the address from every list; ask "
         "where it came from when many come from one source.");
  advise(Reason::kBlocklisted,
         "Our address is on a blocklist. Stop the sending that caused it, then "
         "ask the list's operator for removal. No recipient is at fault.");
  advise(Reason::kMailboxFull, "The mailbox is over quota. Retry later.");
  advise(Reason::kRateLimited,
         "We send faster than the receiver likes. Send slower there.");
  facts.ruleset = "3b1e0c54";
  facts.elapsed_s = 1.9;
  for (int i = 0; i < 2412; ++i) {
    facts.suppressions.push_back(
        {.scope = "address",
         .key = "user" + std::to_string(i) + "@gmx.test",
         .reason = i % 7 == 0 ? Reason::kMailboxDisabled : Reason::kUserUnknown,
         .rule = "generic.user-unknown.de",
         .since = EventTime{milliseconds{1'795'000'000'000 + i * 60'000}},
         .expires =
             i % 7 == 0 ? kNoTime : EventTime{milliseconds{1'826'536'000'000}},
         .count = 1});
  }
  return facts;
}

}  // namespace

Summary SampleSummary() {
  Stats stats;
  Random random;
  for (std::uint32_t i = 0; i < 20'000; ++i) Send(stats, random, i);
  for (int i = 0; i < 1200; ++i) {
    stats.OnEvent(FakeEvent().As(Role::kReinjection).Event());
  }
  stats.OnEvent(FakeEvent().As(Role::kNotification).Event());
  for (int i = 0; i < 3; ++i) {
    stats.OnDeadLetter({.id = {},
                        .source = {.partition = {1, 0}, .offset = 8812},
                        .reason = Reject::kBadSyntax,
                        .error = "no recipient",
                        .value = "to=<"});
  }
  return Summarize(stats, SampleCounts(), SampleFacts());
}

}  // namespace ricochet
