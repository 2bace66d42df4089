#include "classify/ruleset.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

// "reason kind permanence decided_by", as verdict.h names them.
std::string Brief(const Verdict& verdict) {
  const auto name = [](const auto& names, auto value) {
    return names[static_cast<std::size_t>(value)];
  };
  return fmt::format("{} {} {} {}", Info(verdict.reason).name,
                     name(kKindNames, verdict.kind),
                     name(kPermanenceNames, verdict.permanence),
                     name(kDecidedByNames, verdict.decided_by));
}

std::string Remote(std::string_view text,
                   SmtpCommand command = SmtpCommand::kRcptTo) {
  return Brief(Classified({.text = text, .command = command}));
}

std::string Local(std::string_view text, EnhancedCode dsn) {
  return Brief(
      Classified({.text = text, .authority = Authority::kLocal, .dsn = dsn}));
}

TEST(Ruleset, DeliveredReadsCodesOnly) {
  SmtpResponse response;
  const auto verdict = TestRules().Classify(
      {.text = "250 2.0.0 Ok", .remote_host = "mx.google.com"}, response);
  EXPECT_EQ(Brief(verdict), "delivered delivered  none");
  EXPECT_EQ(TestRules().book().provider_names()[verdict.provider], "google");
  EXPECT_EQ(response.reply_code, 250);
  EXPECT_EQ(response.enhanced_code, (EnhancedCode{2, 0, 0}));
  EXPECT_EQ(response.template_id, 0U);
}

TEST(Ruleset, TextOutranksTheCode) {
  EXPECT_EQ(Remote("450 4.2.1 This mailbox is currently disabled"),
            "mailbox_disabled hard permanent text_rule");
  EXPECT_EQ(Remote("550 5.1.1 Too many recipients this hour"),
            "rate_limited soft transient text_rule");
  EXPECT_EQ(Remote("552 5.2.2 Mailbox full"),
            "mailbox_full soft transient text_rule");
}

TEST(Ruleset, CodesDecideWhereTheTextSaysNothing) {
  const std::string text(900, 'x');
  EXPECT_EQ(Remote("550 5.1.1 " + text),
            "user_unknown hard permanent enhanced_code");
  EXPECT_EQ(Remote("450 4.1.1 " + text),
            "user_unknown soft transient enhanced_code");
  EXPECT_EQ(Remote("451 " + text), "receiver_error soft transient reply_code");
  EXPECT_EQ(Remote("452 4.0.0 " + text),
            "receiver_full soft transient reply_code");
  EXPECT_EQ(Remote("550 5.7.999 " + text),
            "policy_rejected block permanent enhanced_code");
  EXPECT_EQ(Remote("599 9.9.9 strange code"),
            "unclassified undetermined permanent none");
}

TEST(Ruleset, MailFromIsAboutUs) {
  EXPECT_EQ(Remote("550 5.1.1 User unknown", SmtpCommand::kMailFrom),
            "sender_rejected block permanent text_rule");
}

TEST(Ruleset, OwnMtaFallsBackOnItsStatus) {
  EXPECT_EQ(Local("something new", {4, 4, 2}),
            "connection_lost soft transient enhanced_code");
  EXPECT_EQ(Local("connect to mx.example.org[192.0.2.1]:25: refused by magic",
                  {4, 4, 1}),
            "no_answer soft transient text_rule");
  EXPECT_EQ(Brief(Classified({.text = "not-an-smtp-reply 554 5.5.1 No valid "
                                      "recipients",
                              .dsn = {5, 5, 1}})),
            "protocol_error soft permanent text_rule");
}

TEST(Ruleset, OurOwnRelayIsOurFault) {
  const Reply reply{.text = "554 5.7.1 Relay access denied"};
  EXPECT_EQ(Classified(reply).fault, Fault::kDomain);
  auto relayed = reply;
  relayed.authority = Authority::kRelay;
  EXPECT_EQ(Classified(relayed).fault, Fault::kSender);
}

TEST(Ruleset, EspDispositionsHaveTheirOwnAuthority) {
  const auto verdict = Classified({.text = "602 Too old to be true"});
  EXPECT_EQ(verdict.reason, Reason::kExpired);
  EXPECT_EQ(verdict.authority, Authority::kEsp);
}

TEST(Ruleset, DisagreementOfCodesAndTextIsFlagged) {
  const auto disagree = [](std::string_view text) {
    return Classified({.text = text}).disagreement;
  };
  EXPECT_FALSE(disagree("550 5.1.1 User unknown"));
  EXPECT_FALSE(disagree("552 5.2.2 Mailbox full"));
  EXPECT_TRUE(disagree("450 5.1.1 zzz"));
  EXPECT_TRUE(disagree("450 4.2.1 This mailbox is currently disabled"));
  EXPECT_TRUE(disagree("550 5.1.5 zzz"));
}

TEST(Ruleset, ProviderDialectsStayWithTheirProvider) {
  const std::string_view text = "550 5.7.29 zzz";
  EXPECT_EQ(Brief(Classified(
                {.text = text, .remote_host = "gmail-smtp-in.l.google.com"})),
            "tls_failure soft transient provider_rule");
  EXPECT_EQ(Remote(text),
            "authentication_failed block permanent "
            "enhanced_code");
}

TEST(Ruleset, AddressesDoNotFoolRules) {
  EXPECT_EQ(Remote("550 5.1.1 <virus.spam@spamhaus.org>: User unknown"),
            "user_unknown hard permanent text_rule");
}

TEST(Ruleset, SameReplySameVerdict) {
  SmtpResponse response;
  const Reply reply{.text =
                        "550 5.7.1 <ann@example.org>: User unknown, spam, "
                        "blocked using zen.spamhaus.org, mailbox full",
                    .outcome = Outcome::kBounced};
  const auto first = TestRules().Classify(reply, response).rule;
  const auto others = *Ruleset::Compile(TestBook());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(others->Classify(reply, response).rule, first);
  }
}

TEST(Ruleset, SurvivesHostileInput) {
  SmtpResponse response;
  for (const std::string& text :
       {std::string(), std::string("550"), std::string(1 << 18, 'u'),
        std::string(1 << 16, ' '), std::string("550 \xff\xfe\x00x", 8),
        std::string("550-550-550-550 550 550")}) {
    static_cast<void>(TestRules().Classify(
        {.text = text, .outcome = Outcome::kBounced}, response));
  }
}

TEST(Expired, KeepsTheLastReplysVerdict) {
  const auto last = Classified({.text = "452 4.2.2 Mailbox full"});
  const auto verdict = ExpiredVerdict(&last);
  EXPECT_EQ(verdict.reason, Reason::kExpired);
  EXPECT_EQ(verdict.last_reason, Reason::kMailboxFull);
  EXPECT_EQ(verdict.kind, Kind::kSoft);
  EXPECT_EQ(ExpiredVerdict(nullptr).kind, Kind::kUndetermined);
}

}  // namespace
}  // namespace ricochet
