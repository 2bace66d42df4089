#include "ledger/suppress.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "ledger/ledger_sample.h"
#include "ledger/random_inputs.h"

namespace ricochet {
namespace {

using std::chrono::days;
using Told = std::vector<std::string>;

AddressEvidence Full(int day, int hour = 0) {
  return Failure(Reason::kMailboxFull, Day(day, hour));
}

TEST(Suppressor, EntrySaysWhatAndWhy) {
  Ledger ledger;
  ledger << UnknownUser(Day(1), 7);
  const auto entry = ledger.Entry();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->scope, SuppressionScope::kAddress);
  EXPECT_EQ(entry->tenant, "default");
  EXPECT_EQ(entry->recipient, "ann@example.org");
  EXPECT_EQ(entry->since, Day(1));
  EXPECT_EQ(entry->expires, Day(1) + days(365));
  EXPECT_EQ(entry->advice, "The mailbox does not exist. Remove the address.");
  ASSERT_EQ(entry->causes.size(), 1U);
  EXPECT_EQ(entry->causes[0].reason, Reason::kUserUnknown);
  EXPECT_EQ(entry->causes[0].kind, Kind::kHard);
  EXPECT_EQ(entry->causes[0].rule, "generic.user-unknown");
  EXPECT_EQ(entry->causes[0].days,
            (std::vector<EvidenceDay>{{Day(1), {0, 7}}}));
}

TEST(Suppressor, TellsWhatChangesAndNothingElse) {
  Ledger ledger;
  ledger << UnknownUser(Day(1, 2), 2) << UnknownUser(Day(1, 2), 2)
         << UnknownUser(Day(3), 3) << UnknownUser(Day(3), 3);
  EXPECT_EQ(ledger.told,
            (Told{"began ann@example.org", "changed ann@example.org"}));
}

TEST(Suppressor, TellsWhatDidItAndWhen) {
  Ledger ledger;
  ledger << UnknownUser(Day(1, 2), 2) << UnknownUser(Day(3), 3)
         << Operator(OperatorVerb::kRelease, Day(4));
  ASSERT_EQ(ledger.history.size(), 3U);
  const auto& [began, changed, released] =
      std::tie(ledger.history[0], ledger.history[1], ledger.history[2]);
  EXPECT_EQ(began.event, (EventId{0, 2}));
  EXPECT_EQ(began.time, Day(1, 2));
  EXPECT_EQ(changed.event, (EventId{0, 3}));
  EXPECT_EQ(changed.who, "");
  EXPECT_EQ(released.event, (EventId{2, 2}));
  EXPECT_EQ(released.time, Day(4));
  EXPECT_EQ(released.who, "ops");
  EXPECT_EQ(released.note, "asked");
  EXPECT_EQ(released.entry.causes.front().days.size(), 2U);
}

TEST(Suppressor, TellsOfWhatExpiredHowItStoodAtItsEnd) {
  Ledger ledger;
  ledger << UnknownUser(Day(1), 7);
  const auto end = Day(1) + days(365);
  ledger.Tick(end + days(2));
  ASSERT_EQ(ledger.told.back(), "expired ann@example.org");
  const auto& expired = ledger.history.back();
  EXPECT_EQ(expired.event, EventId{});
  EXPECT_EQ(expired.time, end);
  EXPECT_EQ(expired.entry.expires, end);
  ASSERT_EQ(expired.entry.causes.size(), 1U);
  EXPECT_EQ(expired.entry.causes.front().reason, Reason::kUserUnknown);
}

// Late evidence is what shows that its time was over.
TEST(Suppressor, TellsTheEndOfWhatExpiredBeforeAnyTick) {
  Ledger ledger;
  auto import = Operator(OperatorVerb::kImport, Day(1));
  import.expires = Day(10);
  ledger << import << Full(20);
  ASSERT_EQ(ledger.told.back(), "expired ann@example.org");
  EXPECT_EQ(ledger.history.back().time, Day(10));
  EXPECT_EQ(ledger.history.back().entry.causes.front().who, "ops");
}

TEST(Suppressor, CountsDistinctDaysAndKeepsTheLatestOfEach) {
  Ledger ledger;
  ledger << UnknownUser(Day(2), 1) << UnknownUser(Day(2, 5), 2)
         << UnknownUser(Day(1), 3);
  const auto entry = ledger.Entry();
  EXPECT_EQ(entry->causes[0].days,
            (std::vector<EvidenceDay>{{Day(1), {0, 3}}, {Day(2, 5), {0, 2}}}));
  EXPECT_EQ(entry->since, Day(1));
  EXPECT_EQ(entry->expires, Day(2, 5) + days(365));
}

TEST(Suppressor, KeepsTheLastEightDaysAndTheFirstTime) {
  Ledger ledger;
  for (int day = 20; day >= 1; --day) {
    ledger << UnknownUser(Day(day), static_cast<std::uint64_t>(day));
  }
  const auto cause = ledger.Entry()->causes[0];
  EXPECT_EQ(cause.days.size(), 8U);
  EXPECT_EQ(cause.days.front().time, Day(13));
  EXPECT_EQ(cause.first, Day(1));
  EXPECT_EQ(cause.last(), Day(20));
}

// listmonk#2770, #991, hitobito#3377: counts that a good delivery did not
// reset.
TEST(Suppressor, DeliveryResetsWhatWaits) {
  Ledger ledger;
  for (int day = 1; day <= 30; ++day) {
    ledger << Full(day) << DeliveredTo(Day(day, 1));
  }
  EXPECT_FALSE(ledger.Suppressed());
  EXPECT_EQ(ledger.fold.watched(), 0U);
}

TEST(Suppressor, DeliveryResetsInWhateverOrderItIsHeardOf) {
  Ledger ledger;
  ledger << DeliveredTo(Day(3)) << Full(1) << Full(2) << Full(6);
  EXPECT_FALSE(ledger.Suppressed());
  Ledger late;
  late << Full(1) << Full(2) << Full(6);
  EXPECT_TRUE(late.Suppressed());
  late << DeliveredTo(Day(3));
  EXPECT_FALSE(late.Suppressed());
  EXPECT_EQ(late.told,
            (Told{"began ann@example.org", "released ann@example.org"}));
}

// Deliveries wait for their places in memory; whether one still waits makes no
// difference.
TEST(Suppressor, OfManyDeliveriesEachIsRemembered) {
  for (int count = 1; count < 60; ++count) {
    Ledger ledger;
    for (int i = 0; i < count; ++i) {
      ledger << At(DeliveredTo(Day(9)), fmt::format("user{}@example.org", i));
    }
    for (int i = 0; i < count; ++i) {
      const auto address = fmt::format("user{}@example.org", i);
      ledger << At(Full(1), address) << At(Full(2), address)
             << At(Full(6), address);
    }
    EXPECT_EQ(ledger.fold.suppressed(), 0U) << count;
  }
}

TEST(Suppressor, LaterDeliveryCountsWhenAnotherComesBetween) {
  Ledger ledger;
  for (int i = 0; i < 40; ++i) {
    ledger << DeliveredTo(Day(3)) << At(DeliveredTo(Day(3)), "b@example.org")
           << DeliveredTo(Day(9));
  }
  ledger << Full(1) << Full(2) << Full(6);
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(Suppressor, DeliveryDoesNotLiftWhatActsAtOnce) {
  Ledger ledger;
  ledger << UnknownUser(Day(1)) << DeliveredTo(Day(5));
  EXPECT_TRUE(ledger.Suppressed());
}

// 4.4.7 is a final outcome: what the last reply said counts.
TEST(Suppressor, ExpiredMessagesCount) {
  Ledger ledger;
  for (const int day : {1, 3, 5}) {
    auto evidence = Full(day);
    evidence.outcome = Outcome::kExpired;
    ledger << evidence;
  }
  EXPECT_TRUE(ledger.Suppressed());
}

TEST(Suppressor, RemovingOneCauseLeavesTheOthers) {
  Ledger ledger;
  ledger << Failure(Reason::kMailboxDisabled, Day(1)) << Full(1) << Full(2)
         << Full(6);
  ASSERT_EQ(ledger.Entry()->causes.size(), 2U);
  ledger << DeliveredTo(Day(7));
  ASSERT_EQ(ledger.Entry()->causes.size(), 1U);
  EXPECT_EQ(ledger.Entry()->causes[0].reason, Reason::kMailboxDisabled);
  EXPECT_EQ(ledger.told.back(), "changed ann@example.org");
}

TEST(Suppressor, OneCauseThatNeverExpiresKeepsTheEntry) {
  Ledger ledger;
  ledger << UnknownUser(Day(1)) << Failure(Reason::kSuppressedUpstream, Day(2));
  EXPECT_EQ(ledger.Entry()->expires, kNoTime);
  // Of the cause that was seen last.
  EXPECT_EQ(ledger.Entry()->advice,
            "A provider refuses to try this address. Remove it here, or "
            "there.");
}

TEST(Suppressor, ExpiresByEventTime) {
  Ledger ledger;
  ledger << UnknownUser(Day(1));
  ledger.Tick(Day(1) + days(364));
  EXPECT_TRUE(ledger.Suppressed());
  ledger.Tick(Day(1) + days(365) + std::chrono::hours(1));
  EXPECT_FALSE(ledger.Suppressed());
  EXPECT_EQ(ledger.told.back(), "expired ann@example.org");
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

TEST(Suppressor, LaterEvidencePutsTheExpiryOff) {
  Ledger ledger;
  ledger << UnknownUser(Day(1)) << UnknownUser(Day(100));
  ledger.Tick(Day(1) + days(400));
  EXPECT_TRUE(ledger.Suppressed());
  ledger.Tick(Day(100) + days(366));
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(Suppressor, WhatExpiredComesBackForTwiceAsLong) {
  Ledger ledger;
  ledger << Full(1) << Full(2) << Full(5);
  ledger.Tick(Day(36));
  EXPECT_FALSE(ledger.Suppressed());
  EXPECT_EQ(ledger.fold.watched(), 1U);
  ledger << Full(37);
  EXPECT_EQ(ledger.Entry()->expires, Day(37) + days(60));
}

TEST(Suppressor, WatchedEntriesAreForgottenInTheEnd) {
  Ledger ledger;
  ledger << Full(1);
  EXPECT_EQ(ledger.fold.watched(), 1U);
  ledger.Tick(Day(1) + days(91));
  EXPECT_EQ(ledger.fold.watched(), 0U);
  EXPECT_TRUE(ledger.told.empty());
}

TEST(Suppressor, TenantsAndAddressesAreApart) {
  Ledger ledger;
  auto other = UnknownUser();
  other.tenant = "other";
  ledger << other << At(other, "bob@example.org") << UnknownUser();
  std::string order;
  ledger.fold.ForEach([&](const SuppressionEntry& entry) {
    order += entry.tenant + "/" + entry.recipient + " ";
  });
  EXPECT_EQ(order,
            "default/ann@example.org other/ann@example.org "
            "other/bob@example.org ");
}

// hyvor/relay#258: one IP on a blocklist, and every recipient was suppressed.
TEST(Suppressor, TenThousandBlocklistRejectionsSuppressNobody) {
  Ledger ledger;
  for (int i = 0; i < 10'000; ++i) {
    const auto address = fmt::format("user{}@example.org", i);
    ledger << At(Failure(Reason::kBlocklisted, Day(1 + i % 20)), address);
  }
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

TEST(Suppressor, RefusalByOurOwnRelaySuppressesNobody) {
  Ledger ledger;
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason == Reason::kSuppressedUpstream || reason == Reason::kComplaint ||
        reason == Reason::kUnsubscribed) {
      continue;  // what a relay knows of its own lists
    }
    for (int day = 1; day <= 10; ++day) {
      auto evidence = Failure(reason, Day(day));
      evidence.authority = Authority::kRelay;
      ledger << evidence << Domain(evidence, static_cast<unsigned>(day));
    }
  }
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

// mailman#624: content rejected as spam still scored against the member.
TEST(Suppressor, RejectedContentScoresAgainstNobody) {
  Ledger ledger;
  for (int day = 1; day <= 30; ++day) {
    ledger << Failure(Reason::kSpamContent, Day(day));
  }
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

TEST(Suppressor, WhenFullStopsSuppressingAndCountsAndKeeps) {
  Ledger ledger(Shipped(), {.suppressed = 1});
  ledger << UnknownUser(Day(1)) << At(UnknownUser(Day(2)), "bob@example.org");
  EXPECT_EQ(ledger.fold.suppressed(), 1U);
  EXPECT_EQ(ledger.fold.counters().refused, 1U);
  EXPECT_TRUE(ledger.Suppressed());
}

TEST(Suppressor, DeliveriesThatAreNotRememberedForLackOfRoomAreCounted) {
  Ledger ledger(Shipped(), {.deliveries = 2});
  for (int i = 0; i < 40; ++i) {
    ledger << At(DeliveredTo(Day(1)), fmt::format("user{}@example.org", i));
  }
  EXPECT_GE(ledger.fold.counters().refused, 20U);
}

TEST(Suppressor, WatchedEntriesMakePlaceOldestFirst) {
  Ledger ledger(Shipped(), {.watched = 2});
  ledger << At(Full(9), "a@example.org") << At(Full(2), "b@example.org")
         << At(Full(5), "c@example.org");
  EXPECT_EQ(ledger.fold.watched(), 2U);
  EXPECT_EQ(ledger.fold.counters().evicted, 1U);
  ledger << At(Full(12), "a@example.org") << At(Full(15), "a@example.org");
  EXPECT_EQ(ledger.told, Told{"began a@example.org"});
}

TEST(Suppressor, UndatedAndImpossibleEvidenceIsCountedOnly) {
  Ledger ledger;
  ledger << UnknownUser(kNoTime);
  EXPECT_EQ(ledger.fold.counters().undated, 1U);
  const std::string huge(5000, 'x');
  ledger << At(UnknownUser(), huge);
  EXPECT_EQ(ledger.fold.counters().malformed, 1U);
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

TEST(Suppressor, KeepsNoViewOfTheEvidence) {
  Ledger ledger;
  {
    const std::string rule = "provider.a-rule-that-is-not-in-place-of-a-string";
    const std::string address = "somebody.with.a.long.name@example.org";
    auto evidence = At(UnknownUser(), address);
    evidence.rule = rule;
    ledger << evidence;
  }
  EXPECT_NE(Show(ledger.fold).find("provider.a-rule"), std::string::npos);
}

TEST(Operator, AddsAndReleases) {
  Ledger ledger;
  ledger << Operator(OperatorVerb::kAdd, Day(1));
  ASSERT_TRUE(ledger.Suppressed());
  EXPECT_EQ(ledger.Entry()->causes[0].who, "ops");
  EXPECT_EQ(ledger.Entry()->causes[0].note, "asked");
  EXPECT_EQ(ledger.Entry()->expires, kNoTime);
  ledger << Operator(OperatorVerb::kRelease, Day(2));
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(Operator, ImportsWithAnExpiry) {
  auto import = Operator(OperatorVerb::kImport, Day(1));
  import.expires = Day(10);
  Ledger ledger;
  ledger << import;
  EXPECT_EQ(ledger.Entry()->expires, Day(10));
  ledger.Tick(Day(11));
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(Operator, ReleaseForgetsWhatWasAndNoMore) {
  Ledger ledger;
  ledger << UnknownUser(Day(1)) << Operator(OperatorVerb::kRelease, Day(2));
  EXPECT_FALSE(ledger.Suppressed());
  EXPECT_EQ(ledger.told.back(), "released ann@example.org");
  ledger << UnknownUser(Day(1, 3));  // shipped late
  EXPECT_FALSE(ledger.Suppressed());
  ledger << UnknownUser(Day(3));
  EXPECT_TRUE(ledger.Suppressed());
  EXPECT_EQ(ledger.Entry()->since, Day(3));
}

TEST(Operator, ReleaseTakesEffectAtItsTimeNotWhenItIsRead) {
  Ledger ledger;
  ledger << Operator(OperatorVerb::kRelease, Day(5))
         << Operator(OperatorVerb::kAdd, Day(4)) << UnknownUser(Day(4));
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(Operator, ActsOnDomains) {
  auto add = Operator(OperatorVerb::kAdd, Day(1));
  add.scope = SuppressionScope::kDomain;
  add.address = "example.org";
  Ledger ledger;
  ledger << add;
  EXPECT_TRUE(ledger.Entry(SuppressionScope::kDomain, "", "example.org"));
}

TEST(Suppressor, OrderAndRepetitionOfEvidenceChangeNothing) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 40; ++round) {
    RandomInputs inputs(random());
    Ledger once(Shipped(), {.brake = false});
    for (const auto& input : inputs.all) once << input;
    const auto expected = Show(once.fold);
    for (int shuffle = 0; shuffle < 10; ++shuffle) {
      auto again = inputs.all;
      again.insert(again.end(), inputs.all.begin(),
                   inputs.all.begin() + std::ssize(inputs.all) / 2);
      std::shuffle(again.begin(), again.end(), random);
      Ledger ledger(Shipped(), {.brake = false});
      for (const auto& input : again) ledger << input;
      ASSERT_EQ(Show(ledger.fold), expected) << round;
    }
  }
}

// What is told on each change is the whole entry, so whoever keeps the last
// one has what the ledger has.
TEST(Suppressor, WhatIsToldIsWhatIs) {
  RandomInputs inputs(7);
  Ledger ledger(Shipped(), {.brake = false});
  for (const auto& input : inputs.all) {
    const auto before = Show(ledger.fold);
    const auto told = ledger.told.size();
    ledger << input;
    EXPECT_EQ(ledger.told.size() != told, Show(ledger.fold) != before);
  }
}

}  // namespace
}  // namespace ricochet
