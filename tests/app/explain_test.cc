#include "app/explain.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/rules.h"

namespace ricochet {
namespace {

const Rules& BuiltInRules() {
  static const auto rules = *LoadRules("");
  return rules;
}

Explainer& BuiltIn() {
  static Explainer explainer(*Ruleset::Compile(BuiltInRules().book),
                             *LoadExplanations(""), BuiltInRules().policy);
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

// Somebody else was refused by us: nobody's address is at stake.
TEST(Explain, ALineThatTellsOfNoAttemptIsNamedAndNotJudged) {
  const std::string head = "Nov 21 19:36:16 mx1 postfix/";
  const std::vector<std::array<std::string, 3>> lines = {
      {head + "smtpd[123]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 550 "
              "5.1.1 <x@example.org>: Recipient address rejected: User unknown "
              "in local recipient table; from=<a@example.com> "
              "to=<x@example.org> proto=ESMTP helo=<c>",
       "inbound_reject", "ignored"},
      {head + "qmgr[123]: 4F1C2T: removed", "removed", "absorbed"},
      {head + "qmgr[123]: 4F1C2T: from=<a@example.org>, status=expired, "
              "returned to sender",
       "expiry", "emitted"},
      {head + "smtpd[123]: connect from unknown[192.0.2.7]", "connection",
       "ignored"},
      {"Nov 21 19:36:16 mx1 sshd[9]: Accepted password for ann",
       "foreign_program", "ignored"}};
  for (const auto& [line, cause, fate] : lines) {
    const auto e = Explain(line);
    EXPECT_EQ(e.input, Explanation::Input::kLine) << line;
    const auto json = ToJson(e);
    EXPECT_TRUE(json["verdict"].is_null()) << line;
    EXPECT_EQ(json["line"]["cause"], cause) << line;
    EXPECT_EQ(json["line"]["fate"], fate) << line;
    EXPECT_EQ(json["address"], "") << line;
    EXPECT_TRUE(json["rules"].empty()) << line;
    const auto text = ToText(e, Screen{});
    EXPECT_NE(text.find(cause), std::string::npos) << text;
    EXPECT_EQ(text.find("Suppressed"), std::string::npos) << text;
    EXPECT_EQ(text.find("No rule"), std::string::npos) << text;
  }
}

// No reply is taken for a line of a log.
TEST(Explain, EveryReplyIsAReply) {
  std::size_t replies = 0;
  for (const auto& rule : BuiltInRules().book->rules()) {
    for (const auto& example : rule.examples) {
      const auto e = Explain(example.text);
      EXPECT_EQ(e.input, Explanation::Input::kReply) << example.text;
      EXPECT_TRUE(e.instead.empty()) << example.text;
      ++replies;
    }
  }
  EXPECT_GT(replies, 500U);
}

TEST(Explain, TheTagOfAReplyIsNamedWhereverItStands) {
  for (const auto* reply :
       {"550 refused (SC-001)", "550 SC-001 refused", "550 refused by SC-001",
        "550 5.7.1 refused as SC-001 says"}) {
    const auto json = ToJson(Explain(reply));
    EXPECT_EQ(json["smtp"]["entities"]["tag"], "SC-001") << reply << json;
  }
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

// An entry's code as it may be asked for: of "5.7.606-649" the first, and of
// "X.1.9" both classes.
std::vector<std::string> Asked(std::string code) {
  const auto dash = code.rfind('-');
  const bool range = dash != std::string::npos && dash > 0 &&
                     dash + 3 < code.size() && code[dash - 1] >= '0' &&
                     code[dash - 1] <= '9';
  if (range) code = code.substr(0, dash);
  if (!code.starts_with("X.")) return {code};
  return {"4" + code.substr(1), "5" + code.substr(1)};
}

bool IsStatus(std::string_view code) {
  return code.size() > 2 && code[1] == '.';
}

// A code alone is judged as its entry says, which the page shows beside it; and
// where only a text can tell, no verdict and no advice contradict that.
TEST(Explain, ACodeAloneIsWhatItsEntrySays) {
  const auto explanations = *LoadExplanations("");
  for (const auto& code : explanations.codes()) {
    const auto id = BuiltInRules().book->providers().Find(code.provider);
    const std::string host(id ? BuiltInRules().book->providers().SomeHost(*id)
                              : "");
    for (const auto& asked : Asked(code.code)) {
      const auto e = Explain(asked, host);
      EXPECT_EQ(e.input, Explanation::Input::kCode) << asked;
      ASSERT_EQ(e.codes.size(), 1U) << asked;
      const auto own = e.codes.front()->reason;
      const auto text = ToText(e, Screen{});
      const auto json = ToJson(e);
      if (own && *own != Reason::kUnclassified) {
        EXPECT_EQ(Info(e.verdict.reason).name, Info(*own).name) << asked;
        EXPECT_EQ(json["verdict"]["reason"], Info(*own).name) << asked;
        EXPECT_FALSE(json["fix"].get<std::string>().empty()) << asked;
        EXPECT_TRUE(e.instead.empty()) << asked;
      } else {
        EXPECT_FALSE(e.instead.empty()) << asked;
        EXPECT_TRUE(json["verdict"].is_null()) << asked;
        EXPECT_EQ(json["meaning"], e.instead) << asked;
        EXPECT_EQ(json["fix"], "") << asked;
      }
      EXPECT_EQ(text.find("write a rule"), std::string::npos) << asked;
    }
  }
}

TEST(Explain, ACodeThatOnlyItsTextCanTell) {
  for (const auto* code : {"550", "450", "552", "553", "554", "5.0.0"}) {
    const auto text = ToText(Explain(code), Screen{});
    EXPECT_NE(text.find("Paste the whole"), std::string::npos) << text;
    EXPECT_EQ(text.find("unclassified"), std::string::npos) << text;
  }
  for (const auto* code : {"220", "354"}) {
    const auto text = ToText(Explain(code), Screen{});
    EXPECT_NE(text.find("no failure"), std::string::npos) << text;
  }
}

TEST(Explain, ATagDoesNotSayWhetherTheRefusalIsForGood) {
  const auto json = ToJson(Explain("S3150"));
  EXPECT_EQ(json["verdict"]["reason"], "ip_reputation");
  EXPECT_TRUE(json["verdict"]["permanence"].is_null());
  EXPECT_EQ(Explain("OFR_416").address,
            Explain("550 5.1.1 User unknown").address);
}

TEST(Explain, AnEnhancedCodeWithoutAnEntryIsStillACode) {
  const auto known =
      Explain("5.7.500", "example-org.mail.protection.outlook.com");
  EXPECT_EQ(known.verdict.reason, Reason::kRateLimited);
  EXPECT_EQ(known.input, Explanation::Input::kCode);
  const auto unknown = Explain("5.9.99");
  EXPECT_EQ(unknown.input, Explanation::Input::kCode);
  EXPECT_TRUE(unknown.codes.empty());
  EXPECT_FALSE(unknown.instead.empty());
}

// What codes.toml says of the code is what a reply with it is classified as.
TEST(Explain, EveryCodeWithAReasonHasItFromTheRules) {
  const auto explanations = *LoadExplanations("");
  for (const auto& code : explanations.codes()) {
    if (!code.reason || !code.provider.empty()) continue;
    if (code.code.find_first_of("Xx-") != std::string::npos) continue;
    const auto e = Explain(
        (IsStatus(code.code) ? code.code.substr(0, 1) + "50 " : std::string()) +
        code.code + " zzz");
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
    const bool status = IsStatus(code.code);
    if (status && code.code.find('-') != std::string::npos) continue;
    const auto id = rules.book->providers().Find(code.provider);
    ASSERT_TRUE(id.has_value()) << code.provider;
    for (const auto& asked : Asked(code.code)) {
      const auto reply = status ? asked.substr(0, 1) + "50 " + asked + " zzz"
                                : "550 zzz (" + code.code + ")";
      const auto e =
          Explain(reply, std::string(rules.book->providers().SomeHost(*id)));
      if (!status && e.verdict.rule.empty()) continue;
      EXPECT_EQ(Info(e.verdict.reason).name, Info(*code.reason).name)
          << reply << " at " << code.provider << " by " << e.verdict.rule;
    }
  }
}

std::vector<std::string> CodesIn(const Rule& rule) {
  std::vector<std::string> codes;
  for (const auto& pattern : rule.when.enhanced_codes) {
    if (pattern.subject == StatusPattern::kAny) continue;
    if (pattern.detail == StatusPattern::kAny) continue;
    const auto rest = "." + std::to_string(pattern.subject) + "." +
                      std::to_string(pattern.detail);
    if (pattern.cls != StatusPattern::kAny) {
      codes.push_back(std::to_string(pattern.cls) + rest);
    } else {
      codes.insert(codes.end(), {"4" + rest, "5" + rest});
    }
  }
  return codes;
}

// The tags that stand whole in a pattern or in an example of it: "MI:DGL",
// "IB703". Of "IB10[3-6]" the examples have one.
std::vector<std::string> TagsIn(const Rule& rule) {
  static const RE2 escape(R"(\\[bdwsSWDB])");
  static const RE2 quantified(R"([A-Z0-9_:#-]+(?:[\[(?*+]|\\[dw])[^ |]*)");
  static const RE2 tag(
      R"(\b([A-Z]{1,6}\d*_?\d{2,}|[A-Z]{2,4}:[A-Z]{1,4}\d*|[A-Z]{2}-\d{3})\b)");
  auto pattern = rule.text;
  RE2::GlobalReplace(&pattern, quantified, " ");
  RE2::GlobalReplace(&pattern, escape, " ");
  for (const auto& example : rule.examples) pattern += " | " + example.text;
  std::vector<std::string> tags;
  re2::StringPiece rest(pattern);
  for (std::string found; RE2::FindAndConsume(&rest, tag, &found);) {
    tags.push_back(found);
  }
  return tags;
}

// By one of the rule's providers, or by anybody if it names none.
bool IsExplained(const Explanations& explanations, const std::string& code,
                 const Rule& rule) {
  const auto names = BuiltInRules().book->provider_names();
  if (rule.when.providers == 0) return explanations.Find(code) != nullptr;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((rule.when.providers >> i & 1U) == 0) continue;
    if (explanations.Find(code, names[i]) != nullptr) return true;
  }
  return false;
}

TEST(Explain, EveryEnhancedCodeThatARuleNamesIsExplained) {
  const auto explanations = *LoadExplanations("");
  std::size_t codes = 0;
  for (const auto& rule : BuiltInRules().book->rules()) {
    for (const auto& code : CodesIn(rule)) {
      EXPECT_TRUE(IsExplained(explanations, code, rule))
          << code << " of " << rule.id;
      ++codes;
    }
  }
  EXPECT_GT(codes, 100U);
}

TEST(Explain, EveryTagThatARuleNamesIsExplained) {
  const auto explanations = *LoadExplanations("");
  // An id that differs in each reply, and a network's number.
  const std::set<std::string> none = {"S2017062302", "AS3130"};
  std::size_t tags = 0;
  for (const auto& rule : BuiltInRules().book->rules()) {
    for (const auto& tag : TagsIn(rule)) {
      if (none.contains(tag)) continue;
      EXPECT_TRUE(IsExplained(explanations, tag, rule))
          << tag << " of " << rule.id;
      ++tags;
    }
  }
  EXPECT_GT(tags, 50U);
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
