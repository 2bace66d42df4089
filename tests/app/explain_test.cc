#include "app/explain.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/rules.h"

namespace ricochet {
namespace {

Explainer& BuiltIn() {
  static auto rules = *LoadRules("");
  static Explainer explainer(*Ruleset::Compile(rules.book),
                             *LoadExplanations(""), rules.policy);
  return explainer;
}

Explanation Explain(std::string text, std::string remote = {}) {
  Question question;
  question.response = std::move(text);
  question.remote_mta = std::move(remote);
  return BuiltIn().Explain(question);
}

std::vector<std::string> CodesOf(const Explanation& explanation) {
  std::vector<std::string> codes;
  for (const auto* code : explanation.codes) codes.push_back(code->code);
  return codes;
}
using Codes = std::vector<std::string>;

TEST(Explain, AReply) {
  const auto e = Explain("550 5.1.1 <bob@example.org> User unknown");
  EXPECT_EQ(e.input, Explanation::Input::kReply);
  EXPECT_EQ(e.verdict.reason, Reason::kUserUnknown);
  ASSERT_FALSE(e.rules.empty());
  EXPECT_EQ(e.rules.front()->id, e.verdict.rule);
  EXPECT_EQ(CodesOf(e), (Codes{"5.1.1", "550"}));
  EXPECT_EQ(e.meaning.meaning, "The mailbox does not exist.");
  EXPECT_FALSE(e.advice.cause.empty());
  EXPECT_FALSE(e.advice.fix.empty());
  EXPECT_EQ(e.address,
            "Suppressed at once, for 365 days after the latest such answer.");
}

TEST(Explain, WhatIsOurFaultDoesNothingToTheAddress) {
  const auto e = Explain(
      "550 5.7.1 Service unavailable; client [192.0.2.1] blocked using "
      "zen.spamhaus.org");
  EXPECT_EQ(e.verdict.fault, Fault::kSender);
  EXPECT_TRUE(e.address.starts_with("Nothing:")) << e.address;
}

TEST(Explain, ACode) {
  for (const auto* code : {"550", "5.1.1", "4.4.7", "5.7.26", "4.1.9"}) {
    const auto e = Explain(code);
    EXPECT_EQ(e.input, Explanation::Input::kCode) << code;
    EXPECT_FALSE(e.codes.empty()) << code;
  }
}

TEST(Explain, ATagOfAProvider) {
  for (const auto* pasted : {"tss04", " TSS04\r\n"}) {
    const auto e = Explain(pasted);
    EXPECT_EQ(e.input, Explanation::Input::kCode);
    ASSERT_FALSE(e.codes.empty());
    EXPECT_EQ(e.codes.front()->code, "TSS04");
    EXPECT_EQ(e.provider, "yahoo");
  }
}

TEST(Explain, ACodeWithinARange) {
  const auto e = Explain("5.7.610");
  ASSERT_FALSE(e.codes.empty());
  EXPECT_EQ(e.codes.front()->code, "5.7.606-649");
}

TEST(Explain, TheSameCodeOfAProviderGoesFirst) {
  const auto e = Explain("550 5.4.1 Recipient address rejected: Access denied",
                         "example-org.mail.protection.outlook.com");
  ASSERT_FALSE(e.codes.empty());
  EXPECT_EQ(e.codes.front()->code, "5.4.1");
  EXPECT_FALSE(e.codes.front()->provider.empty());
}

TEST(Explain, ALogLineBringsWhatItKnows) {
  const auto e = Explain(
      "Nov 21 19:36:16 mx1 postfix/smtp[123]: 4F1C2T: to=<a@example.org>, "
      "relay=mx.example.org[192.0.2.7]:25, delay=1, delays=1/0/0/0, dsn=5.1.1, "
      "status=bounced (host mx.example.org[192.0.2.7] said: 550 5.1.1 no such "
      "user (in reply to RCPT TO command))");
  EXPECT_EQ(e.input, Explanation::Input::kLine);
  EXPECT_EQ(e.command, "RCPT TO");
  EXPECT_EQ(e.verdict.reason, Reason::kUserUnknown);
}

TEST(Explain, NothingKnownIsSaid) {
  const auto e = Explain("xyzzy");
  EXPECT_EQ(e.verdict.reason, Reason::kUnclassified);
  EXPECT_TRUE(e.codes.empty());
  EXPECT_FALSE(e.advice.fix.empty());
}

TEST(Explain, TextAndJsonHoldTheSame) {
  const auto e = Explain("452 4.2.2 mailbox \x1b[31mfull");
  const auto text = ToText(e, Screen{});
  EXPECT_NE(text.find("mailbox_full"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "not obeyed";
  const auto json = ToJson(e);
  EXPECT_EQ(json["verdict"]["reason"], "mailbox_full");
  EXPECT_EQ(json["codes"][0]["code"], "4.2.2");
  EXPECT_FALSE(json["names"]["ses"].get<std::string>().empty());
}

TEST(Explain, EveryReasonHasCauseFixAndNames) {
  const auto explanations = *LoadExplanations("");
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_FALSE(explanations.advice(reason).cause.empty()) << kReasons[i].name;
    EXPECT_FALSE(explanations.names(reason).sisimai.empty())
        << kReasons[i].name;
  }
}

// What codes.toml says of the bare code is what it is classified as.
TEST(Explain, EveryCodeWithAReasonHasItFromTheRules) {
  const auto explanations = *LoadExplanations("");
  for (const auto& code : explanations.codes()) {
    if (!code.reason || !code.provider.empty()) continue;
    if (code.code.find_first_of("Xx-") != std::string::npos) continue;
    const auto e = Explain(code.code);
    EXPECT_EQ(Info(e.verdict.reason).name, Info(*code.reason).name)
        << code.code;
  }
}

// The same of a provider's own codes: by the code tables, or by a rule if one
// knows the bare code; what needs more of the text is left to it.
TEST(Explain, NoRuleContradictsWhatIsSaidOfAProvidersCode) {
  const auto explanations = *LoadExplanations("");
  const auto rules = *LoadRules("");
  for (const auto& code : explanations.codes()) {
    if (!code.reason || code.provider.empty()) continue;
    const bool status = code.code.size() > 2 && code.code[1] == '.';
    if (status && code.code.find_first_of("Xx-") != std::string::npos) continue;
    const auto id = rules.book->providers().Find(code.provider);
    ASSERT_TRUE(id.has_value()) << code.provider;
    const auto reply = status
                           ? code.code.substr(0, 1) + "50 " + code.code + " zzz"
                           : "550 zzz (" + code.code + ")";
    const auto e =
        Explain(reply, std::string(rules.book->providers().SomeHost(*id)));
    if (!status && e.verdict.rule.empty()) continue;
    EXPECT_EQ(Info(e.verdict.reason).name, Info(*code.reason).name)
        << reply << " at " << code.provider << " by " << e.verdict.rule;
  }
}

// Where a code has no reason, its entry says why.
TEST(Explain, EveryCodeOfAProviderHasAReasonOrSaysWhyNot) {
  const auto explanations = *LoadExplanations("");
  for (const auto& code : explanations.codes()) {
    EXPECT_TRUE(code.reason || !code.note.empty())
        << code.code << " " << code.provider;
  }
}

}  // namespace
}  // namespace ricochet
