#include "ledger/policy.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/ledger_sample.h"

namespace ricochet {
namespace {

// The message of what is wrong with a policy, or "fine".
std::string Wrong(std::string_view text) {
  const auto policy = Policy::Parse(text, "p.toml");
  return policy ? "fine" : policy.error().message;
}

bool ActsOn(const AddressEvidence& evidence) {
  const auto* row = Shipped().Match(evidence, SuppressionScope::kAddress);
  return row != nullptr && !row->waits();
}

AddressEvidence Null(Authority authority, DecidedBy decided_by, int code) {
  auto evidence = UnknownUser();
  evidence.reason = Reason::kDomainNoMail;
  evidence.fault = Fault::kDomain;
  evidence.authority = authority;
  evidence.decided_by = decided_by;
  evidence.reply_code = static_cast<std::uint16_t>(code);
  return evidence;
}

TEST(Policy, ActsOnAnUnknownUser) {
  EXPECT_TRUE(ActsOn(UnknownUser()));
  auto evidence = UnknownUser();
  evidence.outcome = Outcome::kExpired;
  EXPECT_TRUE(ActsOn(evidence));
}

TEST(Policy, BareReplyCodeIsTooWeak) {
  auto evidence = UnknownUser();
  evidence.decided_by = DecidedBy::kEnhancedCode;
  EXPECT_TRUE(ActsOn(evidence));
  evidence.decided_by = DecidedBy::kReplyCode;
  EXPECT_FALSE(ActsOn(evidence));
  evidence.decided_by = DecidedBy::kNone;
  EXPECT_FALSE(ActsOn(evidence));
}

TEST(Policy, TransientFailureWaits) {
  auto evidence = UnknownUser();
  evidence.permanence = Permanence::kTransient;
  EXPECT_FALSE(ActsOn(evidence));
  evidence = UnknownUser();
  evidence.kind = Kind::kSoft;
  EXPECT_FALSE(ActsOn(evidence));
}

TEST(Policy, OnlyFinalFailuresCount) {
  auto evidence = UnknownUser();
  for (const auto outcome : {Outcome::kDelivered, Outcome::kDeferred,
                             Outcome::kComplaint, Outcome::kUnsubscribed}) {
    evidence.outcome = outcome;
    EXPECT_FALSE(ActsOn(evidence));
  }
}

TEST(Policy, NobodyIsConvictedForAnothersFault) {
  auto evidence = UnknownUser();
  for (const auto fault : {Fault::kNone, Fault::kReceiver, Fault::kSender,
                           Fault::kContent, Fault::kUnknown}) {
    evidence.fault = fault;
    EXPECT_FALSE(ActsOn(evidence));
  }
}

TEST(Policy, RelayConvictsNobody) {
  auto evidence = UnknownUser();
  for (const auto authority :
       {Authority::kRelay, Authority::kEsp, Authority::kDns}) {
    evidence.authority = authority;
    EXPECT_FALSE(ActsOn(evidence));
  }
}

TEST(Policy, LocalAgentConvictsItsOwnMailboxOnly) {
  auto evidence = UnknownUser();
  evidence.authority = Authority::kLocal;
  EXPECT_FALSE(ActsOn(evidence));
  evidence.own_mailbox = true;
  EXPECT_TRUE(ActsOn(evidence));
  evidence.reason = Reason::kDomainNoMail;
  evidence.fault = Fault::kDomain;
  EXPECT_FALSE(ActsOn(evidence));
}

TEST(Policy, DomainThatTakesNoMailNeedsDnsOrTextOr556) {
  EXPECT_TRUE(ActsOn(Null(Authority::kDns, DecidedBy::kTextRule, 0)));
  EXPECT_TRUE(ActsOn(Null(Authority::kRemote, DecidedBy::kTextRule, 521)));
  EXPECT_FALSE(ActsOn(Null(Authority::kRemote, DecidedBy::kEnhancedCode, 521)));
  EXPECT_FALSE(ActsOn(Null(Authority::kRemote, DecidedBy::kReplyCode, 521)));
  EXPECT_TRUE(ActsOn(Null(Authority::kRemote, DecidedBy::kReplyCode, 556)));
  EXPECT_FALSE(ActsOn(Null(Authority::kRelay, DecidedBy::kReplyCode, 556)));
}

TEST(Policy, UpstreamListIsMirroredWhoeverTellsOfIt) {
  auto evidence = UnknownUser();
  evidence.reason = Reason::kSuppressedUpstream;
  evidence.kind = Kind::kAdmin;
  for (const auto authority :
       {Authority::kRemote, Authority::kRelay, Authority::kEsp}) {
    evidence.authority = authority;
    EXPECT_TRUE(ActsOn(evidence));
  }
}

TEST(Policy, NoSenderOrContentReasonEverActs) {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    const auto fault = kReasons[i].fault;
    if (fault == Fault::kRecipient || fault == Fault::kDomain) continue;
    auto evidence = UnknownUser();
    evidence.reason = static_cast<Reason>(i);
    EXPECT_FALSE(ActsOn(evidence)) << kReasons[i].name;
  }
}

// A row that is fine but for `line`, its fifth.
std::string WrongLine(const std::string& line) {
  return Wrong(
      "[[row]]\nreason = \"user_unknown\"\nmin_evidence = \"text\"\n"
      "authority = [\"remote\"]\n" +
      line);
}

TEST(PolicyFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(Wrong("\n[[row]]\nreason = \"folklore\"\n"),
            "p.toml:3: reason \"folklore\" is unknown");
  EXPECT_EQ(Wrong("[[row]]\nreason = \"spam_content\""),
            "p.toml:2: spam_content never suppresses anybody");
  EXPECT_EQ(Wrong("[[row]]\nreasons = [\"mailbox_full\",\n\"blocklisted\"]"),
            "p.toml:3: blocklisted never suppresses anybody");
  EXPECT_EQ(Wrong("[[row]]\n"), "p.toml:1: reason is missing");
  EXPECT_EQ(Wrong("rows = 1"),
            "p.toml:1: unknown key \"rows\"; known: list, brake, row");
  EXPECT_EQ(Wrong("row = 1"), "p.toml:1: row must be a list");
  EXPECT_EQ(Wrong("row = [1]"), "p.toml:1: row must be a table: [[row]]");
  EXPECT_EQ(Wrong("[[row]]\nreson = \"user_unknown\"").substr(0, 30),
            "p.toml:2: unknown key \"reson\";");
  EXPECT_EQ(WrongLine("expiry = 5").substr(0, 46),
            "p.toml:5: unknown key \"expiry\"; known: reason,");
  EXPECT_EQ(Wrong("a = \n").substr(0, 9), "p.toml:1:");
  EXPECT_EQ(Wrong("\xFF\xFE\0x").substr(0, 9), "p.toml:1:");
}

TEST(PolicyFile, ChecksEveryValue) {
  EXPECT_EQ(WrongLine(""), "fine");
  EXPECT_EQ(WrongLine("expiry_days = 0"),
            "p.toml:5: expiry_days must be a whole number from 1 to 36500");
  EXPECT_EQ(WrongLine("expiry_days = \"1 year\""),
            "p.toml:5: expiry_days must be a whole number from 1 to 36500");
  EXPECT_EQ(WrongLine("advice = 5"), "p.toml:5: advice must be a string");
  EXPECT_EQ(WrongLine("sufficient_reply_codes = [250]"),
            "p.toml:5: sufficient_reply_codes must be a whole number from 400 "
            "to 599");
  EXPECT_EQ(WrongLine("sufficient_reply_codes = 556"),
            "p.toml:5: sufficient_reply_codes must be a list");
  EXPECT_EQ(WrongLine("[[row]]\nreason = \"user_unknown\"\n"
                      "min_evidence = \"text\"\nauthority = [\"dns\"]\n"),
            "p.toml:5: user_unknown has such a row already");
  const std::string row = "[[row]]\nreason = \"user_unknown\"\n";
  EXPECT_EQ(Wrong(row + "min_evidence = \"rumour\"\nauthority = [\"dns\"]"),
            "p.toml:3: min_evidence \"rumour\" is none of text, enhanced, "
            "reply");
  EXPECT_EQ(Wrong(row + "min_evidence = \"text\"\nauthority = [\"god\"]"),
            "p.toml:4: authority \"god\" is none of remote, dns, relay, local, "
            "esp");
  EXPECT_EQ(Wrong(row + "min_evidence = \"text\"\nauthority = []"),
            "p.toml:4: authority must name somebody");
  EXPECT_EQ(Wrong(row), "p.toml:1: min_evidence is missing");
}

// The message about a row with these reasons and lines, its first line aside.
std::string WrongRow(const std::string& reason, const std::string& lines) {
  const auto wrong = Wrong(
      "[[row]]\nreason = \"" + reason +
      "\"\nmin_evidence = \"enhanced\"\nauthority = [\"remote\"]\n" + lines);
  return wrong.substr(wrong.find(' ') + 1);
}

TEST(PolicyFile, NoRowGoesTooFar) {
  EXPECT_EQ(WrongRow("mailbox_full", ""),
            "mailbox_full cannot suppress on one piece of evidence");
  EXPECT_EQ(WrongRow("no_answer", "days = 2\nspread_hours = 168"),
            "no_answer needs 3 days at least, spread over 72 hours");
  EXPECT_EQ(WrongRow("user_unknown", "permanence = \"transient\""),
            "what is transient cannot act at once: days is missing");
  EXPECT_EQ(WrongRow("user_unknown", "scope = \"domain\""),
            "scope \"domain\" and distinct_addresses go together");
  EXPECT_EQ(
      WrongRow("user_unknown", "scope = \"domain\"\ndistinct_addresses = 3"),
      "user_unknown says nothing about a whole domain");
  EXPECT_EQ(WrongRow("user_unknown", "mirror = true"),
            "user_unknown is nobody's list to mirror");
  EXPECT_EQ(
      WrongRow("complaint", "lifted_automatically = false\nexpiry_days = 3"),
      "what is not lifted automatically has no expiry_days, days or "
      "mirror");
  EXPECT_EQ(WrongRow("mailbox_full", "days = 9"),
            "days must be a whole number from 1 to 8");
  EXPECT_EQ(
      WrongRow("mailbox_full", "days = 2\nwithin_days = 2\nspread_hours = 72"),
      "spread_hours must be less than within_days");
  EXPECT_EQ(WrongRow("mailbox_full", "days = 2\nmax_expiry_days = 2"),
            "expiry_days is missing");
  EXPECT_EQ(WrongRow("mailbox_full",
                     "days = 2\nexpiry_days = 9\nmax_expiry_days = 2"),
            "max_expiry_days must be a whole number from 9 to 36500");
  EXPECT_EQ(Wrong("[[row]]\nreason = \"user_unknown\"\n"
                  "min_evidence = \"reply\"\nauthority = [\"remote\"]"),
            "p.toml:1: what acts at once needs min_evidence \"text\" or "
            "\"enhanced\"");
}

TEST(PolicyFile, BrakeIsChecked) {
  EXPECT_EQ(Wrong("brake = 5"), "p.toml:1: brake must be a table: [brake]");
  EXPECT_EQ(Wrong("[brake]\nenabled = 1"),
            "p.toml:2: enabled must be true or false");
  EXPECT_EQ(Wrong("[brake]\nshare_percent = 0"),
            "p.toml:2: share_percent must be a whole number from 1 to 100");
  const auto policy = Policy::Parse("[brake]\nmin_recipients = 50", "p.toml");
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->brake().enabled);
  EXPECT_EQ(policy->brake().min_recipients, 50);
  EXPECT_EQ(policy->brake().share_percent, 5);
}

TEST(PolicyFile, ListIsOneOfThree) {
  EXPECT_EQ(
      Wrong("list = \"brand\""),
      "p.toml:1: list \"brand\" is none of sender_domain, stream, tenant");
}

TEST(PolicyFile, HashIsOfTheContent) {
  EXPECT_EQ(Shipped().hash().size(), 16U);
  EXPECT_EQ(Policy::Parse(PolicyText(), "other")->hash(), Shipped().hash());
  EXPECT_NE(Policy::Parse(PolicyText() + "#", "p")->hash(), Shipped().hash());
}

TEST(PolicyFile, EmptySuppressesNobody) {
  const auto policy = Policy::Parse("", "p.toml");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->Match(UnknownUser(), SuppressionScope::kAddress), nullptr);
}

}  // namespace
}  // namespace ricochet
