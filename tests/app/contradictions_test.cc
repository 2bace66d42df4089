// Where what documents and look-up tools say of a code contradicts the IANA
// registry, the registry rules, and explain keeps what they say. One test for
// each point; the table of codes is not part of the repository and lies where
// RICOCHET_REFERENCE_DATA says. Unset: the tests that walk it do not exist.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/explain.h"
#include "app/pipeline.h"
#include "app/rules.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

Explainer& BuiltIn() {
  static const auto rules = *LoadRules("");
  static Explainer explainer(*Ruleset::Compile(rules.book),
                             *LoadExplanations(""), rules.policy);
  return explainer;
}

Explanation On(std::string reply, SmtpCommand command = SmtpCommand::kUnknown) {
  Question question;
  question.response = std::move(reply);
  question.command = command;
  return BuiltIn().Explain(question);
}

Verdict VerdictOn(std::string reply,
                  SmtpCommand command = SmtpCommand::kUnknown) {
  return On(std::move(reply), command).verdict;
}

Reason ReasonOf(std::string reply,
                SmtpCommand command = SmtpCommand::kUnknown) {
  return VerdictOn(std::move(reply), command).reason;
}

TEST(Contradictions, Status521IsDisabledAnd522IsFull) {
  EXPECT_EQ(ReasonOf("550 5.2.0 zzz"), Reason::kUnclassified);
  EXPECT_EQ(ReasonOf("450 4.2.0 zzz"), Reason::kUnclassified);
  EXPECT_EQ(ReasonOf("550 5.2.1 zzz"), Reason::kMailboxDisabled);
  EXPECT_EQ(ReasonOf("450 4.2.1 zzz"), Reason::kMailboxDisabled);
  EXPECT_EQ(ReasonOf("550 5.2.2 zzz"), Reason::kMailboxFull);
  EXPECT_EQ(ReasonOf("450 4.2.2 zzz"), Reason::kMailboxFull);
}

TEST(Contradictions, Status430And530AreOtherAndNotFull) {
  EXPECT_EQ(ReasonOf("450 4.3.0 zzz"), Reason::kReceiverError);
  EXPECT_EQ(ReasonOf("550 5.3.0 zzz"), Reason::kReceiverError);
  EXPECT_EQ(ReasonOf("450 4.3.1 zzz"), Reason::kReceiverFull);
}

TEST(Contradictions, Status4725IsReverseDnsAndNotSpam) {
  EXPECT_EQ(ReasonOf("450 4.7.25 zzz"), Reason::kReverseDns);
  EXPECT_EQ(ReasonOf("550 5.7.25 zzz"), Reason::kReverseDns);
}

TEST(Contradictions, Status5713IsOurAccountAtARelay) {
  const auto e = On("550 5.7.13 zzz");
  EXPECT_EQ(e.verdict.reason, Reason::kSmtpAuthRequired);
  EXPECT_EQ(e.verdict.kind, Kind::kAdmin);
  EXPECT_TRUE(e.address.starts_with("Nothing")) << e.address;
}

TEST(Contradictions, Status5714IsTrustAndNotDkim) {
  EXPECT_EQ(ReasonOf("550 5.7.14 zzz"), Reason::kAuthenticationFailed);
}

TEST(Contradictions, Status5720IsDkimAndNotSpf) {
  EXPECT_EQ(ReasonOf("550 5.7.20 zzz"), Reason::kDkimFailed);
}

TEST(Contradictions, Status575IsCryptographicAndNoLogin) {
  EXPECT_EQ(ReasonOf("550 5.7.5 zzz"), Reason::kTlsFailure);
}

TEST(Contradictions, Status5726IsSeveralChecksAndNotDmarcAlone) {
  EXPECT_EQ(ReasonOf("550 5.7.26 zzz"), Reason::kAuthenticationFailed);
  EXPECT_EQ(ReasonOf("550 5.7.26 refused by the DMARC policy of example.com"),
            Reason::kDmarcFailed);
}

TEST(Contradictions, StatusX43IsTheDirectoryServer) {
  for (const auto* reply : {"450 4.4.3 zzz", "550 5.4.3 zzz"}) {
    const auto e = On(reply);
    EXPECT_EQ(e.verdict.reason, Reason::kReceiverError) << reply;
    EXPECT_EQ(e.codes.at(0)->registry, "Directory server failure") << reply;
  }
}

TEST(Contradictions, StatusX15IsPositiveSoItIsFlaggedAndTheTextDecides) {
  for (const auto* reply : {"450 4.1.5 zzz", "550 5.1.5 zzz"}) {
    const auto verdict = VerdictOn(reply);
    EXPECT_EQ(verdict.reason, Reason::kUnclassified) << reply;
    EXPECT_TRUE(verdict.disagreement) << reply;
  }
  const auto verdict = VerdictOn("550 5.1.5 <ann@example.org>: user unknown");
  EXPECT_EQ(verdict.reason, Reason::kUserUnknown);
  EXPECT_TRUE(verdict.disagreement);
}

TEST(Contradictions, ReplyCodesThatRfc5321DoesNotHaveAreTakenAndFlagged) {
  const std::map<std::string, Reason> seen = {{"422", Reason::kMailboxFull},
                                              {"431", Reason::kReceiverFull},
                                              {"441", Reason::kNoAnswer},
                                              {"541", Reason::kPolicyRejected}};
  for (const auto& [code, reason] : seen) {
    const auto e = On(code + " zzz");
    EXPECT_EQ(e.verdict.reason, reason) << code;
    EXPECT_EQ(e.reply_code, std::stoi(code));
    ASSERT_EQ(e.codes.size(), 1U) << code;
    EXPECT_NE(e.codes[0]->note.find("RFC 5321"), std::string::npos) << code;
  }
}

TEST(Contradictions, Code552IsStorageSizeOrTooManyRecipients) {
  EXPECT_EQ(ReasonOf("552 exceeded storage allocation", SmtpCommand::kRcptTo),
            Reason::kMailboxFull);
  EXPECT_EQ(ReasonOf("552 Message size exceeds fixed maximum message size",
                     SmtpCommand::kMailFrom),
            Reason::kMessageTooLarge);
  EXPECT_EQ(ReasonOf("552 Too many recipients", SmtpCommand::kRcptTo),
            Reason::kTooManyRecipients);
  EXPECT_EQ(ReasonOf("552 zzz", SmtpCommand::kRcptTo), Reason::kUnclassified);
}

TEST(Contradictions, SizeIsNeverAListProblem) {
  const auto e = On("552 5.3.4 Message too big", SmtpCommand::kEndOfData);
  EXPECT_EQ(e.verdict.reason, Reason::kMessageTooLarge);
  EXPECT_EQ(e.verdict.fault, Fault::kContent);
  EXPECT_TRUE(e.address.starts_with("Nothing")) << e.address;
}

TEST(Contradictions, Status447IsAFinalOutcome) {
  for (const auto* reply : {"450 4.4.7 zzz", "550 5.4.7 zzz"}) {
    const auto verdict = VerdictOn(reply);
    EXPECT_EQ(verdict.reason, Reason::kExpired) << reply;
    EXPECT_EQ(verdict.permanence, Permanence::kPermanent) << reply;
  }
}

TEST(Contradictions, LimitsOfBouncesAreOursToSetAndThoseOfComplaintsGoogles) {
  const Config config;
  EXPECT_EQ(config.thresholds.hard_warning, 2);
  EXPECT_EQ(config.thresholds.hard_critical, 5);
  EXPECT_EQ(config.thresholds.complaint_warning, 0.1);
  EXPECT_EQ(config.thresholds.complaint_critical, 0.3);
  EXPECT_EQ(ParseConfig("[thresholds]\nhard_warning = 3", "r.toml")
                ->thresholds.hard_warning,
            3);
}

TEST(Contradictions, DispositionsThatAreNoSmtpAreTheEspsOwn) {
  const auto verdict = VerdictOn("602 Too old");
  EXPECT_EQ(verdict.reason, Reason::kExpired);
  EXPECT_EQ(verdict.authority, Authority::kEsp);
}

using Row = std::map<std::string, std::string>;

std::vector<Row> Codes() {
  const auto folder = ReferenceData();
  if (folder.empty()) return {};
  const auto split = [](const std::string& line) {
    std::vector<std::string> cells = {""};
    for (const char c : line) {
      c == '\t' ? cells.emplace_back().clear() : cells.back().push_back(c);
    }
    return cells;
  };
  std::vector<Row> rows;
  std::ifstream in(folder + "/codes.tsv");
  std::string line;
  std::getline(in, line);
  const auto names = split(line);
  while (std::getline(in, line)) {
    const auto cells = split(line);
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i) {
      row[names[i]] = cells[i];
    }
  }
  return rows;
}

class CodesOfDocuments : public testing::TestWithParam<Row> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CodesOfDocuments);
INSTANTIATE_TEST_SUITE_P(All, CodesOfDocuments, testing::ValuesIn(Codes()),
                         [](const auto& row) {
                           auto name = "Code" + row.param.at("code");
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST_P(CodesOfDocuments, AreExplainedWithWhatTheyAreCalled) {
  const auto& row = GetParam();
  const auto e = On(row.at("code"));
  ASSERT_EQ(e.input, Explanation::Input::kCode);
  ASSERT_FALSE(e.codes.empty());
  const auto& code = *e.codes[0];
  for (const auto* column : {"list_wording", "lookup_title"}) {
    const auto& wording = row.at(column);
    const auto is_wording = [&](const std::string& text) {
      return EqualsIgnoreCase(text, wording);
    };
    const bool kept = wording.empty() || is_wording(code.title) ||
                      is_wording(code.registry) ||
                      std::ranges::any_of(code.called, is_wording);
    EXPECT_TRUE(kept) << column << ": " << wording;
  }
  if (!row.at("lookup_tag").empty()) {
    EXPECT_EQ(code.tag, row.at("lookup_tag"));
  }
  EXPECT_FALSE(code.cause.empty());
  EXPECT_FALSE(code.fix.empty());
  EXPECT_FALSE(code.who.empty());
  EXPECT_NE(e.address.empty(), e.instead.empty());
}

TEST_P(CodesOfDocuments, AreRuledAsTheRegistryHasThem) {
  const auto& row = GetParam();
  const auto conflict = row.find("conflict");
  if (conflict == row.end() || conflict->second.empty()) return;
  const auto& code = row.at("code");
  const auto verdict = VerdictOn(code.substr(0, 1) + "50 " + code + " zzz");
  const auto& prior = row.at("prior_reason");
  const bool none = prior == "-";
  EXPECT_EQ(Info(verdict.reason).name, none ? "unclassified" : prior);
  EXPECT_EQ(verdict.disagreement, none);
}

}  // namespace
}  // namespace ricochet
