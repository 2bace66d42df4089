#include "ledger/evidence_of.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/evidence_sample.h"

namespace ricochet {
namespace {

// A final bounce, and what it refers to.
struct Bounce {
  MtaEvent line;
  LastReply last;
  DeliveryAttempt attempt;
  SmtpResponse response;
  Verdict verdict;
  AddressScratch scratch;

  Bounce() {
    line.daemon = "smtp";
    attempt.time = Day(1);
    attempt.outcome = Outcome::kBounced;
    attempt.final = true;
    attempt.recipient = "Ann@Example.org";
    attempt.has_sender = true;
    attempt.sender = "News@Shop.example";
    attempt.tenant = "default";
    response.reply_code = 550;
    verdict = {.reason = Reason::kUserUnknown,
               .permanence = Permanence::kPermanent,
               .fault = Fault::kRecipient,
               .kind = Kind::kHard,
               .decided_by = DecidedBy::kTextRule,
               .provider = 3,
               .rule = "generic.user-unknown"};
  }

  std::optional<AddressEvidence> Evidence() {
    attempt.event = &line;
    return EvidenceOf({{7, 8}, {}, attempt, response, verdict}, scratch);
  }
};

TEST(EvidenceOf, BounceSaysWhatItsVerdictSays) {
  Bounce bounce;
  const auto evidence = bounce.Evidence();
  ASSERT_TRUE(evidence);
  EXPECT_EQ(evidence->event, (EventId{7, 8}));
  EXPECT_EQ(evidence->time, Day(1));
  EXPECT_EQ(evidence->tenant, "default");
  EXPECT_EQ(evidence->address, "ann@example.org");
  EXPECT_EQ(evidence->sender_domain, "shop.example");
  EXPECT_EQ(evidence->outcome, Outcome::kBounced);
  EXPECT_EQ(evidence->reason, Reason::kUserUnknown);
  EXPECT_EQ(evidence->permanence, Permanence::kPermanent);
  EXPECT_EQ(evidence->fault, Fault::kRecipient);
  EXPECT_EQ(evidence->kind, Kind::kHard);
  EXPECT_EQ(evidence->decided_by, DecidedBy::kTextRule);
  EXPECT_EQ(evidence->authority, Authority::kRemote);
  EXPECT_EQ(evidence->provider, 3);
  EXPECT_EQ(evidence->rule, "generic.user-unknown");
  EXPECT_EQ(evidence->reply_code, 550);
  EXPECT_FALSE(evidence->own_mailbox);
}

TEST(EvidenceOf, OnlyTheLastWordOnAMessageIsEvidence) {
  Bounce bounce;
  bounce.attempt.final = false;
  EXPECT_FALSE(bounce.Evidence());
  bounce.attempt.final = true;
  for (const auto role :
       {Role::kReinjection, Role::kAlias, Role::kNotification}) {
    bounce.attempt.role = role;
    EXPECT_FALSE(bounce.Evidence());
  }
}

TEST(EvidenceOf, IsAboutTheAddressThatWasWrittenTo) {
  Bounce bounce;
  bounce.attempt.original_recipient =
      "Info@B\xC3\xBC"
      "cher.example";
  EXPECT_EQ(bounce.Evidence()->address, "info@xn--bcher-kva.example");
}

TEST(EvidenceOf, UnknownSenderHasNoDomain) {
  Bounce bounce;
  bounce.attempt.has_sender = false;
  bounce.attempt.sender = "";
  EXPECT_EQ(bounce.Evidence()->sender_domain, "");
}

TEST(EvidenceOf, NobodyIsNoEvidence) {
  Bounce bounce;
  bounce.attempt.recipient = "";
  EXPECT_FALSE(bounce.Evidence());
}

TEST(EvidenceOf, ExpirySaysWhatTheLastReplySaid) {
  Bounce bounce;
  bounce.attempt.outcome = Outcome::kExpired;
  bounce.last = {.verdict = {.reason = Reason::kUserUnknown,
                             .permanence = Permanence::kTransient,
                             .fault = Fault::kRecipient,
                             .kind = Kind::kSoft,
                             .decided_by = DecidedBy::kEnhancedCode,
                             .rule = {}},
                 .reply_code = 450,
                 .enhanced_code = {4, 1, 1},
                 .text = {},
                 .remote_host = {},
                 .remote_ip = {}};
  bounce.attempt.last = &bounce.last;
  bounce.verdict.reason = Reason::kExpired;
  bounce.verdict.last_reason = Reason::kUserUnknown;
  const auto evidence = bounce.Evidence();
  EXPECT_EQ(evidence->outcome, Outcome::kExpired);
  EXPECT_EQ(evidence->reason, Reason::kUserUnknown);
  EXPECT_EQ(evidence->permanence, Permanence::kTransient);
  EXPECT_EQ(evidence->kind, Kind::kSoft);
  EXPECT_EQ(evidence->decided_by, DecidedBy::kEnhancedCode);
  EXPECT_EQ(evidence->reply_code, 450);
}

TEST(EvidenceOf, ExpiryWithoutALastReplyProvesNothingPermanent) {
  Bounce bounce;
  bounce.attempt.outcome = Outcome::kExpired;
  bounce.verdict.reason = Reason::kExpired;
  EXPECT_EQ(bounce.Evidence()->reason, Reason::kExpired);
  EXPECT_EQ(bounce.Evidence()->permanence, Permanence::kTransient);
  bounce.verdict.last_reason = Reason::kMailboxFull;
  EXPECT_EQ(bounce.Evidence()->reason, Reason::kMailboxFull);
}

TEST(EvidenceOf, DeliveryIsEvidenceToo) {
  Bounce bounce;
  bounce.attempt.outcome = Outcome::kDelivered;
  ASSERT_TRUE(bounce.Evidence());
  EXPECT_EQ(bounce.Evidence()->outcome, Outcome::kDelivered);
}

TEST(EvidenceOf, ComplaintComesAfterTheLastWord) {
  Bounce bounce;
  bounce.attempt.final = false;
  bounce.attempt.stream = "weekly";
  bounce.verdict.reason = Reason::kComplaint;
  for (const auto outcome : {Outcome::kComplaint, Outcome::kUnsubscribed}) {
    bounce.attempt.outcome = outcome;
    ASSERT_TRUE(bounce.Evidence());
    EXPECT_EQ(bounce.Evidence()->reason, Reason::kComplaint);
    EXPECT_EQ(bounce.Evidence()->stream, "weekly");
  }
}

TEST(EvidenceOf, FaultOfTheDomainIsEvidenceAboutIt) {
  Bounce bounce;
  bounce.verdict.fault = Fault::kDomain;
  const auto ann = DomainEvidenceOf(*bounce.Evidence());
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->domain, "example.org");
  EXPECT_EQ(ann->failure.tenant, "default");
  EXPECT_EQ(ann->failure.address, "");
  bounce.attempt.recipient = "bob@example.org";
  EXPECT_NE(DomainEvidenceOf(*bounce.Evidence())->address_hash,
            ann->address_hash);
}

TEST(EvidenceOf, NothingElseIsEvidenceAboutADomain) {
  Bounce bounce;
  EXPECT_FALSE(DomainEvidenceOf(*bounce.Evidence()));
  bounce.verdict.fault = Fault::kDomain;
  bounce.attempt.recipient = "postmaster";
  EXPECT_FALSE(DomainEvidenceOf(*bounce.Evidence()));
  bounce.attempt.recipient = "ann@example.org";
  bounce.attempt.outcome = Outcome::kDelivered;
  EXPECT_FALSE(DomainEvidenceOf(*bounce.Evidence()));
}

TEST(EvidenceOf, DeliveryAgentsSpeakOfTheirOwnMailboxes) {
  Bounce bounce;
  bounce.verdict.authority = Authority::kLocal;
  EXPECT_FALSE(bounce.Evidence()->own_mailbox);  // an SMTP client
  for (const auto* daemon : {"local", "virtual", "lmtp", "pipe", "error"}) {
    bounce.line.daemon = daemon;
    EXPECT_TRUE(bounce.Evidence()->own_mailbox) << daemon;
  }
  bounce.verdict.authority = Authority::kRemote;
  EXPECT_FALSE(bounce.Evidence()->own_mailbox);
}

}  // namespace
}  // namespace ricochet
