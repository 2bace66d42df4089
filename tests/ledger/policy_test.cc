#include "ledger/policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "ledger/evidence_sample.h"

namespace ricochet {
namespace {

using std::chrono::days;

std::string PolicyText() {
  std::ifstream in(std::string(RICOCHET_SOURCE_DIR) + "/rules/policy.toml");
  return {std::istreambuf_iterator<char>(in), {}};
}

const Policy& Shipped() {
  static const Policy policy =
      Policy::Parse(PolicyText(), "policy.toml").value();
  return policy;
}

// The message of what is wrong with a policy, or "fine".
std::string Wrong(std::string_view text) {
  const auto policy = Policy::Parse(text, "p.toml");
  return policy ? "fine" : policy.error().message;
}

bool ActsOn(const AddressEvidence& evidence) {
  return Shipped().ActsNow(evidence) != nullptr;
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

TEST(Policy, ShippedRowsSayForHowLong) {
  const auto expiry = [](Reason reason) {
    return Shipped().Find(reason)->expiry;
  };
  EXPECT_EQ(expiry(Reason::kUserUnknown), days(365));
  EXPECT_EQ(expiry(Reason::kAddressSyntax), days(365));
  EXPECT_EQ(expiry(Reason::kMailboxDisabled), days(180));
  EXPECT_EQ(expiry(Reason::kMailboxMoved), days(180));
  EXPECT_EQ(expiry(Reason::kDomainNoMail), days(90));
  EXPECT_EQ(expiry(Reason::kSuppressedUpstream), std::nullopt);
  EXPECT_EQ(Shipped().Find(Reason::kMailboxFull), nullptr);
  EXPECT_EQ(Shipped().Find(Reason::kUserUnknown)->advice,
            "The mailbox does not exist. Remove the address.");
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

TEST(PolicyFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(Wrong("\n[[row]]\nreason = \"folklore\"\n"),
            "p.toml:3: reason \"folklore\" is unknown");
  EXPECT_EQ(Wrong("[[row]]\nreason = \"spam_content\""),
            "p.toml:2: spam_content cannot suppress on one piece of evidence");
  EXPECT_EQ(Wrong("[[row]]\nreason = \"mailbox_full\""),
            "p.toml:2: mailbox_full cannot suppress on one piece of evidence");
  EXPECT_EQ(Wrong("[[row]]\n"), "p.toml:1: reason is missing");
  EXPECT_EQ(Wrong("rows = 1"), "p.toml:1: unknown key \"rows\"; known: row");
  EXPECT_EQ(Wrong("row = 1"), "p.toml:1: row must be a list");
  EXPECT_EQ(Wrong("row = [1]"), "p.toml:1: row must be a table: [[row]]");
  EXPECT_EQ(Wrong("[[row]]\nreson = \"user_unknown\""),
            "p.toml:2: unknown key \"reson\"; known: reason, min_evidence, "
            "authority, sufficient_reply_codes, expiry_days, advice");
  EXPECT_EQ(Wrong("a = \n").substr(0, 9), "p.toml:1:");
  EXPECT_EQ(Wrong("\xFF\xFE\0x").substr(0, 9), "p.toml:1:");
}

// A row that is fine but for `line`, its fifth.
std::string WrongLine(const std::string& line) {
  return Wrong(
      "[[row]]\nreason = \"user_unknown\"\nmin_evidence = \"text\"\n"
      "authority = [\"remote\"]\n" +
      line);
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
            "p.toml:5: this reason has a row already");
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

TEST(PolicyFile, HashIsOfTheContent) {
  EXPECT_EQ(Shipped().hash().size(), 16U);
  EXPECT_EQ(Policy::Parse(PolicyText(), "other")->hash(), Shipped().hash());
  EXPECT_NE(Policy::Parse(PolicyText() + "#", "p")->hash(), Shipped().hash());
}

TEST(PolicyFile, EmptySuppressesNobody) {
  const auto policy = Policy::Parse("", "p.toml");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->ActsNow(UnknownUser()), nullptr);
}

}  // namespace
}  // namespace ricochet
