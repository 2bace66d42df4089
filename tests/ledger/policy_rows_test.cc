// The policy that is shipped, row by row.
#include <gtest/gtest.h>

#include "ledger/ledger_sample.h"

namespace ricochet {
namespace {

using std::chrono::days;
using std::chrono::hours;

// For how many days after Day(`last`) an entry is in force; -1: for ever.
int DaysAfter(const std::optional<SuppressionEntry>& entry, int last) {
  if (entry->expires == kNoTime) return -1;
  return static_cast<int>((entry->expires - Day(last)) / days(1));
}

// One piece of permanent evidence is enough, and for how long.
void ExpectNow(Reason reason, int expiry) {
  Ledger ledger;
  ledger << Failure(reason, Day(1));
  ASSERT_TRUE(ledger.Suppressed()) << Info(reason).name;
  EXPECT_EQ(DaysAfter(ledger.Entry(), 1), expiry);
}

// The transient form: three days within 30, spread over 72 hours.
void ExpectTransientWaits(Reason reason, int expiry) {
  Ledger ledger;
  ledger << Transient(Failure(reason, Day(1)))
         << Transient(Failure(reason, Day(2)))
         << Transient(Failure(reason, Day(3)));
  EXPECT_FALSE(ledger.Suppressed()) << "48 hours";
  ledger << Transient(Failure(reason, Day(4)));
  ASSERT_TRUE(ledger.Suppressed()) << Info(reason).name;
  EXPECT_EQ(DaysAfter(ledger.Entry(), 4), expiry);

  Ledger slow;
  slow << Transient(Failure(reason, Day(1)))
       << Transient(Failure(reason, Day(20)))
       << Transient(Failure(reason, Day(32)));
  EXPECT_FALSE(slow.Suppressed()) << "31 days";
}

TEST(PolicyRow, UserUnknown) {
  ExpectNow(Reason::kUserUnknown, 365);
  ExpectTransientWaits(Reason::kUserUnknown, 365);
}

TEST(PolicyRow, AddressSyntax) {
  ExpectNow(Reason::kAddressSyntax, 365);
  ExpectTransientWaits(Reason::kAddressSyntax, 365);
}

TEST(PolicyRow, MailboxDisabled) {
  ExpectNow(Reason::kMailboxDisabled, 180);
  ExpectTransientWaits(Reason::kMailboxDisabled, 180);
}

TEST(PolicyRow, MailboxMoved) {
  ExpectNow(Reason::kMailboxMoved, 180);
  ExpectTransientWaits(Reason::kMailboxMoved, 180);
}

TEST(PolicyRow, NowDemandsTextOrEnhancedCode) {
  auto evidence = UnknownUser();
  evidence.decided_by = DecidedBy::kReplyCode;
  Ledger ledger;
  ledger << evidence;
  EXPECT_FALSE(ledger.Suppressed());
  evidence.decided_by = DecidedBy::kEnhancedCode;
  ledger << evidence;
  EXPECT_TRUE(ledger.Suppressed());
}

TEST(PolicyRow, MailboxFull) {
  const auto full = [](int day, int hour = 0) {
    return Failure(Reason::kMailboxFull, Day(day, hour));
  };
  Ledger ledger;
  ledger << full(1) << full(2) << full(3, 11);
  EXPECT_FALSE(ledger.Suppressed()) << "less than 72 hours";
  ledger << full(4);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 4), 30);

  Ledger slow;
  slow << full(1) << full(40) << full(92);
  EXPECT_FALSE(slow.Suppressed()) << "91 days";

  Ledger read;
  read << full(1) << full(3) << DeliveredTo(Day(4)) << full(5);
  EXPECT_FALSE(read.Suppressed()) << "delivered between";
}

TEST(PolicyRow, MailboxFullDoublesUpTo180Days) {
  const auto full = [](int day) {
    return Failure(Reason::kMailboxFull, Day(day));
  };
  Ledger ledger;
  ledger << full(1) << full(2) << full(4);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 4), 30);
  ledger << full(36);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 36), 60);
  ledger << full(98) << full(100) << full(103);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 103), 120);
  ledger << full(230) << full(232) << full(235);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 235), 180);
  ledger << full(420) << full(422) << full(425);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 425), 180);
}

TEST(PolicyRow, RecipientRestricted) {
  const auto restricted = [](int day, std::string_view sender) {
    auto evidence = Failure(Reason::kRecipientRestricted, Day(day));
    evidence.sender_domain = sender;
    return evidence;
  };
  constexpr auto kScope = SuppressionScope::kAddressSenderDomain;
  Ledger ledger;
  ledger << restricted(1, "shop.example") << restricted(2, "other.example")
         << restricted(3, "");
  EXPECT_EQ(ledger.fold.suppressed(), 0U);
  ledger << restricted(31, "shop.example");
  EXPECT_EQ(DaysAfter(ledger.Entry(kScope, "shop.example"), 31), 90);
  EXPECT_FALSE(ledger.Entry(kScope, "other.example"));
  EXPECT_FALSE(ledger.Suppressed());

  Ledger slow;
  slow << restricted(1, "shop.example") << restricted(32, "shop.example");
  EXPECT_EQ(slow.fold.suppressed(), 0U);
}

TEST(PolicyRow, RecipientRestrictedIsLiftedByDeliveryOfThatSenderOnly) {
  constexpr auto kScope = SuppressionScope::kAddressSenderDomain;
  Ledger ledger;
  ledger << Failure(Reason::kRecipientRestricted, Day(1))
         << Failure(Reason::kRecipientRestricted, Day(2));
  auto delivered = DeliveredTo(Day(3));
  delivered.sender_domain = "other.example";
  ledger << delivered;
  EXPECT_TRUE(ledger.Entry(kScope, "shop.example"));
  ledger << DeliveredTo(Day(3));
  EXPECT_FALSE(ledger.Entry(kScope, "shop.example"));
}

TEST(PolicyRow, DomainNotFound) {
  const auto lost = [](int day, int hour = 0) {
    auto evidence = Failure(Reason::kDomainNotFound, Day(day, hour));
    evidence.authority = Authority::kDns;
    return evidence;
  };
  Ledger ledger;
  ledger << lost(1) << lost(2, -1);
  EXPECT_FALSE(ledger.Suppressed()) << "23 hours";
  ledger << lost(2);
  EXPECT_EQ(DaysAfter(ledger.Entry(), 2), 30);
}

TEST(PolicyRow, DomainNotFoundOfThreeAddresses) {
  const auto lost = [](int day, int hour, std::uint64_t address) {
    return Domain(Failure(Reason::kDomainNotFound, Day(day, hour)), address);
  };
  const auto entry = [](const Ledger& ledger) {
    return ledger.Entry(SuppressionScope::kDomain, "", "example.org");
  };
  Ledger ledger;
  ledger << lost(1, 0, 1) << lost(1, 1, 2) << lost(2, -1, 3);
  EXPECT_FALSE(entry(ledger)) << "23 hours";
  ledger << lost(2, 0, 3);
  ASSERT_TRUE(entry(ledger));
  EXPECT_EQ(DaysAfter(entry(ledger), 2), 7);
  EXPECT_EQ(entry(ledger)->causes[0].addresses, 3U);

  Ledger one;
  one << lost(1, 0, 1) << lost(5, 0, 1) << lost(9, 0, 2);
  EXPECT_FALSE(entry(one)) << "two addresses";
}

TEST(PolicyRow, DomainNoMail) {
  ExpectNow(Reason::kDomainNoMail, 90);
  const auto says = [](Authority authority, DecidedBy decided_by, int code) {
    auto evidence = Failure(Reason::kDomainNoMail, Day(1));
    evidence.authority = authority;
    evidence.decided_by = decided_by;
    evidence.reply_code = static_cast<std::uint16_t>(code);
    Ledger ledger;
    ledger << evidence;
    return ledger.Suppressed();
  };
  EXPECT_TRUE(says(Authority::kDns, DecidedBy::kTextRule, 0));
  EXPECT_TRUE(says(Authority::kRemote, DecidedBy::kReplyCode, 556));
  EXPECT_TRUE(says(Authority::kRemote, DecidedBy::kTextRule, 521));
  EXPECT_FALSE(says(Authority::kRemote, DecidedBy::kReplyCode, 521));
}

TEST(PolicyRow, DomainNoMailOfThreeAddresses) {
  Ledger ledger;
  for (std::uint64_t address : {1U, 2U, 2U}) {
    ledger << Domain(Failure(Reason::kDomainNoMail, Day(1)), address);
  }
  EXPECT_EQ(ledger.fold.suppressed(), 0U);
  ledger << Domain(Failure(Reason::kDomainNoMail, Day(1, 1)), 3);
  EXPECT_EQ(
      DaysAfter(ledger.Entry(SuppressionScope::kDomain, "", "example.org"), 1),
      30);
}

// The slow row: five days, spread over seven.
void ExpectSlow(Reason reason, Authority authority) {
  const auto failure = [&](int day) {
    auto evidence = Failure(reason, Day(day));
    evidence.authority = authority;
    evidence.decided_by = DecidedBy::kReplyCode;
    return evidence;
  };
  Ledger ledger;
  for (const int day : {1, 2, 4, 6, 7}) ledger << failure(day);
  EXPECT_FALSE(ledger.Suppressed()) << Info(reason).name << ": six days";
  ledger << failure(8);
  ASSERT_TRUE(ledger.Suppressed()) << Info(reason).name;
  EXPECT_EQ(DaysAfter(ledger.Entry(), 8), 7);
  ledger << DeliveredTo(Day(9));
  EXPECT_FALSE(ledger.Suppressed()) << "delivered";
}

TEST(PolicyRow, ReceiversTroubles) {
  ExpectSlow(Reason::kNoAnswer, Authority::kLocal);
  ExpectSlow(Reason::kConnectionLost, Authority::kLocal);
  ExpectSlow(Reason::kDnsFailure, Authority::kDns);
  ExpectSlow(Reason::kReceiverUnavailable, Authority::kRemote);
  ExpectSlow(Reason::kReceiverFull, Authority::kRemote);
  ExpectSlow(Reason::kReceiverError, Authority::kRemote);
  ExpectSlow(Reason::kRoutingLoop, Authority::kRemote);
}

TEST(PolicyRow, RelayDeniedByTheRemote) {
  ExpectSlow(Reason::kRelayDenied, Authority::kRemote);
  Ledger ledger;
  for (int day = 1; day <= 9; ++day) {
    auto evidence = Failure(Reason::kRelayDenied, Day(day));
    evidence.authority = Authority::kRelay;
    ledger << evidence;
  }
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(PolicyRow, WishesAreOfOneListAndNeverLiftedAutomatically) {
  constexpr auto kScope = SuppressionScope::kAddressList;
  for (const auto& [reason, outcome] :
       {std::pair(Reason::kComplaint, Outcome::kComplaint),
        std::pair(Reason::kUnsubscribed, Outcome::kUnsubscribed)}) {
    auto evidence = Failure(reason, Day(1));
    evidence.outcome = outcome;
    evidence.decided_by = DecidedBy::kNone;
    evidence.authority = Authority::kEsp;
    Ledger ledger;
    ledger << evidence;
    EXPECT_EQ(DaysAfter(ledger.Entry(kScope, "shop.example"), 1), -1);
    EXPECT_FALSE(ledger.Entry(kScope, "other.example"));
    EXPECT_FALSE(ledger.Suppressed());
    ledger << DeliveredTo(Day(2));
    ledger.Tick(Day(1) + days(5000));
    EXPECT_TRUE(ledger.Entry(kScope, "shop.example"));
    auto release = Operator(OperatorVerb::kRelease, Day(3));
    release.scope = kScope;
    release.qualifier = "shop.example";
    ledger << release;
    EXPECT_FALSE(ledger.Entry(kScope, "shop.example"));
  }
}

TEST(PolicyRow, WishForAnUnknownListIsForAll) {
  auto evidence = Failure(Reason::kUnsubscribed, Day(1));
  evidence.outcome = Outcome::kUnsubscribed;
  evidence.sender_domain = "";
  Ledger ledger;
  ledger << evidence;
  EXPECT_TRUE(ledger.Entry(SuppressionScope::kAddressList, ""));
}

TEST(PolicyRow, ListsAreWhatTheFileSays) {
  const auto list_of = [](const std::string& by) {
    auto text = PolicyText();
    const std::string before = "list = \"sender_domain\"";
    text.replace(text.find("\n" + before) + 1, before.size(),
                 "list = \"" + by + "\"");
    const auto policy = Policy::Parse(text, "p.toml").value();
    Ledger ledger(policy);
    auto evidence = Failure(Reason::kComplaint, Day(1));
    evidence.outcome = Outcome::kComplaint;
    evidence.tenant = "acme";
    evidence.stream = "weekly";
    ledger << evidence;
    std::string lists;
    ledger.fold.ForEach([&](const SuppressionEntry& entry) {
      EXPECT_EQ(entry.scope, SuppressionScope::kAddressList);
      EXPECT_EQ(entry.tenant, "acme");
      lists += entry.qualifier + ";";
    });
    return lists;
  };
  EXPECT_EQ(list_of("sender_domain"), "shop.example;");
  EXPECT_EQ(list_of("stream"), "weekly;");
  EXPECT_EQ(list_of("tenant"), "acme;");
}

TEST(PolicyRow, SuppressedUpstreamIsMirrored) {
  for (const auto authority :
       {Authority::kRemote, Authority::kRelay, Authority::kEsp}) {
    auto evidence = Failure(Reason::kSuppressedUpstream, Day(1));
    evidence.authority = authority;
    Ledger ledger;
    ledger << evidence;
    EXPECT_EQ(DaysAfter(ledger.Entry(), 1), -1);
    ledger.Tick(Day(1) + days(5000));
    EXPECT_TRUE(ledger.Suppressed());
    ledger << DeliveredTo(Day(2));
    EXPECT_FALSE(ledger.Suppressed()) << "they lifted it";
  }
}

TEST(PolicyRow, NothingElseEverSuppresses) {
  Ledger ledger;
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    const auto fault = Info(reason).fault;
    const bool never =
        fault == Fault::kSender || fault == Fault::kContent ||
        reason == Reason::kGreylisted ||
        reason == Reason::kRecipientRateLimited ||
        reason == Reason::kPolicyRejected || reason == Reason::kUnclassified ||
        reason == Reason::kAutoReply || reason == Reason::kExpired ||
        reason == Reason::kTlsFailure;
    if (!never) continue;
    for (int day = 1; day <= 20; ++day) {
      for (const auto permanence :
           {Permanence::kPermanent, Permanence::kTransient}) {
        auto evidence = Failure(reason, Day(day));
        evidence.permanence = permanence;
        ledger << evidence << Domain(evidence, static_cast<unsigned>(day));
      }
    }
    EXPECT_EQ(ledger.fold.suppressed(), 0U) << Info(reason).name;
    EXPECT_EQ(ledger.fold.watched(), 0U) << Info(reason).name;
  }
}

}  // namespace
}  // namespace ricochet
