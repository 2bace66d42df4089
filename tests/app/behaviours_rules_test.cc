// What users of such tools suffer from, as they report it: one test for each
// symptom that is about verdicts and the rules behind them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/explain.h"
#include "app/pipeline.h"
#include "app/rules.h"
#include "classify/rule_lint.h"
#include "ledger/policy.h"
#include "observe/collector.h"

namespace ricochet {
namespace {

// The verdict on what `host` said in reply to RCPT TO, from the line that
// Postfix writes.
SeenEvent Bounced(std::string_view host, std::string_view reply) {
  Pipeline pipeline;
  pipeline.Feed(fmt::format(
      "Nov 21 19:59:23 mx1 postfix/smtp[7]: 4F1C2A: to=<ann@example.org>, "
      "relay={0}[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, "
      "status=bounced (host {0}[192.0.2.7] said: {1} (in reply to RCPT TO "
      "command))",
      host, reply));
  EXPECT_EQ(pipeline.events.size(), 1U) << reply;
  return pipeline.events.empty() ? SeenEvent{} : pipeline.events[0];
}

constexpr std::string_view kGoDaddy = "smtp.secureserver.net";
constexpr std::string_view kMicrosoft =
    "example-org.mail.protection.outlook.com";
constexpr std::string_view kAnybody = "mx.example.org";

// Row 5: the code says that the user is unknown, the text that we are too fast.
TEST(Behaviours, TooManyRecipientsThisHourIsNoUnknownUser) {
  const auto event =
      Bounced(kGoDaddy,
              "550 5.1.1 <ann@example.org> 192.0.2.1 has sent to too many "
              "recipients this hour. IB607");
  EXPECT_EQ(event.verdict.reason, Reason::kRateLimited);
  EXPECT_EQ(event.verdict.kind, Kind::kSoft);
  EXPECT_EQ(event.verdict.fault, Fault::kSender);
  EXPECT_EQ(event.verdict.decided_by, DecidedBy::kProviderRule);
  EXPECT_FALSE(event.verdict.rule.empty());
  EXPECT_EQ(event.entities.tag, "IB607");
}

TEST(Behaviours, TextOutranksTheCodeAtAnybodysAndSaysSo) {
  const auto event = Bounced(
      kAnybody, "550 5.1.1 too many recipients this hour, try again later");
  EXPECT_EQ(event.verdict.reason, Reason::kRateLimited);
  EXPECT_EQ(event.verdict.decided_by, DecidedBy::kTextRule);
  const auto bare = Bounced(kAnybody, "550 5.1.1 zzz");
  EXPECT_EQ(bare.verdict.reason, Reason::kUserUnknown);
  EXPECT_EQ(bare.verdict.decided_by, DecidedBy::kEnhancedCode);
}

// Row 6.
TEST(Behaviours, MicrosoftsAccessDeniedIsAnUnknownUserAtItsEdge) {
  for (const std::string_view reply :
       {"550 5.4.1 Recipient address rejected: Access denied. "
        "AS(201806281) [DB5EUR03FT003.eop-EUR03.prod.protection.outlook.com]",
        "550 5.4.1 [ann@example.org]: Recipient address rejected: Access "
        "denied [AM5EUR02FT011.eop-EUR02.prod.protection.outlook.com]"}) {
    const auto verdict = Bounced(kMicrosoft, reply).verdict;
    EXPECT_EQ(verdict.reason, Reason::kUserUnknown) << reply;
    EXPECT_EQ(verdict.kind, Kind::kHard) << reply;
    EXPECT_EQ(verdict.decided_by, DecidedBy::kProviderRule) << reply;
  }
}

TEST(Behaviours, MicrosoftsOtherRefusalsUnderThatCodeAreNoUnknownUser) {
  const auto relaying = Bounced(kMicrosoft, "550 5.4.1 Relay Access Denied");
  EXPECT_EQ(relaying.verdict.reason, Reason::kRelayDenied);
  EXPECT_NE(relaying.verdict.kind, Kind::kHard);
  const auto elsewhere = Bounced(kAnybody, "550 5.4.1 Access denied");
  EXPECT_NE(elsewhere.verdict.reason, Reason::kUserUnknown);
  EXPECT_NE(elsewhere.verdict.kind, Kind::kHard);
}

// Row 7: a reply that several rules are about.
TEST(Behaviours, SameReplyHasTheSameReasonAThousandTimes) {
  const std::vector<std::string> replies = {
      "550 5.7.1 Mailbox unavailable: client blocked using zen.spamhaus.org",
      "552 5.2.2 user unknown or over quota", "550 rejected"};
  Pipeline pipeline;
  std::mt19937_64 random(3);
  for (int run = 0; run < 1000; ++run) {
    const auto& reply = replies[random() % replies.size()];
    pipeline.Feed(fmt::format(
        "Nov 21 19:59:23 mx1 postfix/smtp[7]: 4F{:04X}: to=<ann@example.org>, "
        "relay=mx.example.org[192.0.2.7]:25, delay=1, delays=0/0/0/1, "
        "dsn=5.0.0, status=bounced (host mx.example.org[192.0.2.7] said: {})",
        run, reply));
  }
  ASSERT_EQ(pipeline.events.size(), 1000U);
  std::set<std::string> answers;
  for (const auto& event : pipeline.events) {
    answers.insert(fmt::format("{}: {} by {}", event.text,
                               Info(event.verdict.reason).name,
                               event.verdict.rule));
  }
  EXPECT_EQ(answers.size(), replies.size());
}

// Row 12.
TEST(Behaviours, FailuresAreCountedByReasonProviderAndKind) {
  Pipeline pipeline;
  pipeline.Feed(
      "Nov 21 19:59:23 mx1 postfix/smtp[7]: 4F1C2A: to=<ann@example.org>, "
      "relay=gmail-smtp-in.l.google.com[192.0.2.7]:25, delay=1, "
      "delays=0/0/0/1, dsn=5.1.1, status=bounced (host "
      "gmail-smtp-in.l.google.com[192.0.2.7] said: 550-5.1.1 The email account "
      "that you tried to reach does not exist. (in reply to RCPT TO command))");
  const auto published = std::make_unique<PublishedCounts>();
  published->Add(*pipeline.counts);
  const auto rules = *LoadRules("");
  const auto names = rules.book->provider_names();
  const Collector collector({.workers = {published.get()},
                             .providers = {names.begin(), names.end()}});
  const auto metrics = MetricsText(collector);
  EXPECT_NE(metrics.find("ricochet_bounces_total{provider=\"google\",reason="
                         "\"user_unknown\",kind=\"hard\"} 1"),
            std::string::npos)
      << metrics;
}

// The built-in files with one rule before all others.
std::vector<EmbeddedFile> RulesWith(std::string_view rule) {
  std::vector<EmbeddedFile> files = {{"00-mine.toml", rule}};
  const auto built_in = BuiltInFiles();
  files.insert(files.end(), built_in.begin(), built_in.end());
  return files;
}

TEST(Behaviours, UsersOwnRegexesNameTheReason) {
  const auto book = RuleBook::Parse(
      RulesWith("[[rule]]\nid = \"mine.lunch\"\nreason = "
                "\"receiver_unavailable\"\ntext = 'gone for lunch'\n"
                "source = \"my own log\"\nexamples = [\"550 5.1.1 the "
                "postmaster is gone for lunch\"]\n"));
  ASSERT_TRUE(book.has_value()) << book.error().message;
  const auto rules = Ruleset::Compile(*book).value();
  SmtpResponse response;
  const auto verdict =
      rules->Classify({.text = "550 5.1.1 Gone for lunch, user unknown",
                       .outcome = Outcome::kBounced},
                      response);
  EXPECT_EQ(verdict.reason, Reason::kReceiverUnavailable);
  EXPECT_EQ(verdict.rule, "mine.lunch");
}

// Row 23, zone-mta#396.
TEST(Behaviours, RegexWithTwoBlanksIsToldThatItCannotMatchItsOwnSample) {
  const auto errors = LintRules(
      RulesWith("[[rule]]\nid = \"mine.blanks\"\nreason = \"mailbox_full\"\n"
                "text = 'no  room at  all'\nsource = \"my own log\"\n"
                "examples = [\"452 no  room at  all\"]\n"));
  const auto says = [&](std::string_view what) {
    return std::ranges::any_of(errors, [what](const Error& error) {
      return error.message.starts_with("00-mine.toml:") &&
             error.message.find(what) != std::string::npos;
    });
  };
  EXPECT_TRUE(says("two blanks in a row"));
  EXPECT_TRUE(says("it does not match the rule itself"));
}

// Row 23: what an action means is said with every reason.
TEST(Behaviours, WhatHappensToAnAddressIsSaidForEveryReason) {
  const auto rules = *LoadRules("");
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto& text = rules.book->reason_text(static_cast<Reason>(i));
    EXPECT_FALSE(text.meaning.empty()) << kReasons[i].name;
    EXPECT_FALSE(text.advice.empty()) << kReasons[i].name;
  }
  Explainer explainer(*Ruleset::Compile(rules.book), *LoadExplanations(""),
                      rules.policy);
  Question question;
  question.response = "550 5.1.1 user unknown";
  EXPECT_TRUE(
      explainer.Explain(question).address.starts_with("Suppressed at once"));
}

}  // namespace
}  // namespace ricochet
