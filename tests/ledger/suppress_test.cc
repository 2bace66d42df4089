#include "ledger/suppress.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "ledger/evidence_sample.h"

namespace ricochet {
namespace {

using std::chrono::days;

const Policy& SamplePolicy() {
  static const Policy policy = Policy::Parse(R"(
[[row]]
reason = "user_unknown"
min_evidence = "enhanced"
authority = ["remote"]
expiry_days = 365
advice = "Gone."

[[row]]
reason = "mailbox_disabled"
min_evidence = "enhanced"
authority = ["remote"]
expiry_days = 180

[[row]]
reason = "suppressed_upstream"
min_evidence = "enhanced"
authority = ["remote"]
advice = "Listed."
)",
                                             "policy.toml")
                                   .value();
  return policy;
}

AddressEvidence With(AddressEvidence evidence, Reason reason) {
  evidence.reason = reason;
  return evidence;
}

// Everything that a ledger knows, as text.
std::string Show(const Suppressor& ledger) {
  const auto ms = [](EventTime time) {
    return time == kNoTime ? -1 : time.time_since_epoch().count();
  };
  std::string all;
  ledger.ForEach([&](const SuppressionEntry& entry) {
    all += fmt::format("{}|{} since {} expires {} {}\n", entry.tenant,
                       entry.recipient, ms(entry.since), ms(entry.expires),
                       entry.advice);
    for (const auto& cause : entry.causes) {
      all += fmt::format("  {} {} {} first {} expires {}",
                         Info(cause.reason).name, int(cause.kind), cause.rule,
                         ms(cause.first), ms(cause.expires));
      for (const auto& day : cause.days) {
        all += fmt::format(" {}:{}", ms(day.time), day.event.low);
      }
      all += '\n';
    }
  });
  return all;
}

TEST(Suppressor, OnePieceOfEvidenceIsEnough) {
  Suppressor ledger(SamplePolicy());
  const auto* entry = ledger.Add(UnknownUser(Day(3), 9));
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->tenant, "default");
  EXPECT_EQ(entry->recipient, "ann@example.org");
  EXPECT_EQ(entry->since, Day(3));
  EXPECT_EQ(entry->expires, Day(3) + days(365));
  EXPECT_EQ(entry->advice, "Gone.");
  ASSERT_EQ(entry->causes.size(), 1U);
  const auto& cause = entry->causes[0];
  EXPECT_EQ(cause.reason, Reason::kUserUnknown);
  EXPECT_EQ(cause.kind, Kind::kHard);
  EXPECT_EQ(cause.rule, "generic.user-unknown");
  EXPECT_EQ(cause.first, Day(3));
  EXPECT_EQ(cause.last(), Day(3));
  EXPECT_EQ(cause.days, (std::vector<EvidenceDay>{{Day(3), {0, 9}}}));
  EXPECT_EQ(ledger.Find("default", "ann@example.org"), entry);
}

TEST(Suppressor, SaysNothingWhenNothingChanges) {
  Suppressor ledger(SamplePolicy());
  EXPECT_NE(ledger.Add(UnknownUser(Day(1, 2), 2)), nullptr);
  EXPECT_EQ(ledger.Add(UnknownUser(Day(1, 2), 2)), nullptr);  // shipped twice
  EXPECT_NE(ledger.Add(UnknownUser(Day(1, 1), 1)),
            nullptr);  // an earlier first
  EXPECT_EQ(ledger.Add(UnknownUser(Day(1, 1), 1)), nullptr);
  EXPECT_EQ(ledger.size(), 1U);
}

TEST(Suppressor, CountsDistinctDaysAndKeepsTheLatestOfEach) {
  Suppressor ledger(SamplePolicy());
  ledger.Add(UnknownUser(Day(2), 1));
  ledger.Add(UnknownUser(Day(2, 5), 2));
  const auto* entry = ledger.Add(UnknownUser(Day(1), 3));
  EXPECT_EQ(entry->causes[0].days,
            (std::vector<EvidenceDay>{{Day(1), {0, 3}}, {Day(2, 5), {0, 2}}}));
  EXPECT_EQ(entry->since, Day(1));
  EXPECT_EQ(entry->expires, Day(2, 5) + days(365));
}

TEST(Suppressor, KeepsTheLastEightDaysAndTheFirstTime) {
  Suppressor ledger(SamplePolicy());
  for (int day = 20; day >= 1; --day) {
    ledger.Add(UnknownUser(Day(day), static_cast<std::uint64_t>(day)));
  }
  const auto& cause = ledger.Find("default", "ann@example.org")->causes[0];
  EXPECT_EQ(cause.days.size(), 8U);
  EXPECT_EQ(cause.days.front().time, Day(13));
  EXPECT_EQ(cause.first, Day(1));
  EXPECT_EQ(cause.last(), Day(20));
}

TEST(Suppressor, CausesStandSideBySide) {
  Suppressor ledger(SamplePolicy());
  ledger.Add(With(UnknownUser(Day(2)), Reason::kMailboxDisabled));
  const auto* entry = ledger.Add(UnknownUser(Day(1)));
  ASSERT_EQ(entry->causes.size(), 2U);
  EXPECT_EQ(entry->causes[0].reason, Reason::kUserUnknown);
  EXPECT_EQ(entry->causes[1].reason, Reason::kMailboxDisabled);
  EXPECT_EQ(entry->since, Day(1));
  EXPECT_EQ(entry->expires, Day(1) + days(365));
}

TEST(Suppressor, OneCauseThatNeverExpiresKeepsTheEntry) {
  Suppressor ledger(SamplePolicy());
  ledger.Add(UnknownUser(Day(1)));
  auto listed = With(UnknownUser(Day(2)), Reason::kSuppressedUpstream);
  listed.kind = Kind::kAdmin;
  const auto* entry = ledger.Add(listed);
  EXPECT_EQ(entry->expires, kNoTime);
  EXPECT_EQ(entry->advice, "Listed.");  // of the cause that was seen last
}

TEST(Suppressor, AdviceOfTheReasonStandsInForTheRows) {
  Suppressor ledger(SamplePolicy(), {.advice = [](Reason reason) {
                      return Info(reason).name;
                    }});
  const auto disabled = With(UnknownUser(), Reason::kMailboxDisabled);
  EXPECT_EQ(ledger.Add(disabled)->advice, "mailbox_disabled");
  EXPECT_EQ(ledger.Add(UnknownUser(Day(9)))->advice, "Gone.");
  Suppressor mute(SamplePolicy());
  EXPECT_EQ(mute.Add(disabled)->advice, "");
}

TEST(Suppressor, TenantsAndAddressesAreApart) {
  Suppressor ledger(SamplePolicy());
  auto other = UnknownUser();
  other.tenant = "other";
  ledger.Add(other);
  other.address = "bob@example.org";
  ledger.Add(other);
  ledger.Add(UnknownUser());
  EXPECT_EQ(ledger.size(), 3U);
  std::string order;
  ledger.ForEach([&](const SuppressionEntry& entry) {
    order += entry.tenant + "/" + entry.recipient + " ";
  });
  EXPECT_EQ(order,
            "default/ann@example.org other/ann@example.org "
            "other/bob@example.org ");
}

TEST(Suppressor, DeliveryNeitherMakesNorLiftsAnEntry) {
  Suppressor ledger(SamplePolicy());
  auto delivered = With(UnknownUser(Day(5)), Reason::kDelivered);
  delivered.outcome = Outcome::kDelivered;
  delivered.kind = Kind::kDelivered;
  EXPECT_EQ(ledger.Add(delivered), nullptr);
  ledger.Add(UnknownUser(Day(1)));
  EXPECT_EQ(ledger.Add(delivered), nullptr);
  EXPECT_EQ(ledger.size(), 1U);
}

// One blocklisting must not empty a list.
TEST(Suppressor, BlocklistedSenderSuppressesNobody) {
  Suppressor ledger(SamplePolicy());
  auto evidence = With(UnknownUser(), Reason::kBlocklisted);
  evidence.kind = Kind::kBlock;
  evidence.fault = Fault::kSender;
  for (int i = 0; i < 10'000; ++i) {
    const auto address = fmt::format("user{}@example.org", i);
    evidence.address = address;
    EXPECT_EQ(ledger.Add(evidence), nullptr);
  }
  EXPECT_EQ(ledger.size(), 0U);
}

TEST(Suppressor, WhenFullRefusesAndCountsAndKeeps) {
  Suppressor ledger(SamplePolicy(), {.capacity = 1});
  ledger.Add(UnknownUser(Day(1)));
  auto other = UnknownUser(Day(2));
  other.address = "bob@example.org";
  EXPECT_EQ(ledger.Add(other), nullptr);
  EXPECT_EQ(ledger.counters().refused, 1U);
  EXPECT_NE(ledger.Add(UnknownUser(Day(2))), nullptr);
  EXPECT_EQ(ledger.size(), 1U);
}

TEST(Suppressor, UndatedEvidenceIsCountedOnly) {
  Suppressor ledger(SamplePolicy());
  EXPECT_EQ(ledger.Add(UnknownUser(kNoTime)), nullptr);
  EXPECT_EQ(ledger.counters().undated, 1U);
  EXPECT_EQ(ledger.size(), 0U);
}

TEST(Suppressor, KeepsNoViewOfTheEvidence) {
  Suppressor ledger(SamplePolicy());
  {
    const std::string rule = "provider.a-rule-that-is-not-in-place-of-a-string";
    const std::string address = "somebody.with.a.long.name@example.org";
    auto evidence = UnknownUser();
    evidence.rule = rule;
    evidence.address = address;
    ledger.Add(evidence);
  }
  EXPECT_NE(Show(ledger).find("provider.a-rule"), std::string::npos);
  EXPECT_NE(ledger.Find("default", "somebody.with.a.long.name@example.org"),
            nullptr);
}

// Random evidence about few addresses on few days, so that much of it meets.
std::vector<AddressEvidence> RandomEvidence(std::mt19937& random) {
  const auto below = [&](int n) {
    return static_cast<int>(random() % unsigned(n));
  };
  constexpr std::array<std::string_view, 3> kAddresses = {
      "a@example.org", "b@example.org", "c@example.org"};
  constexpr std::array<std::string_view, 3> kRules = {"", "rule.one",
                                                      "rule.two"};
  constexpr std::array kReasonsToTry = {
      Reason::kUserUnknown, Reason::kMailboxDisabled, Reason::kMailboxFull};
  std::vector<AddressEvidence> all;
  for (int i = 0; i < 120; ++i) {
    auto evidence = UnknownUser(Day(1 + below(14), below(6) * 4 - 10),
                                static_cast<std::uint64_t>(below(40)));
    evidence.address = kAddresses[static_cast<std::size_t>(below(3))];
    evidence.rule = kRules[static_cast<std::size_t>(below(3))];
    evidence.reason = kReasonsToTry[static_cast<std::size_t>(below(3))];
    if (below(4) == 0) evidence.permanence = Permanence::kTransient;
    all.push_back(evidence);
  }
  return all;
}

TEST(Suppressor, OrderAndRepetitionOfEvidenceChangeNothing) {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    auto evidence = RandomEvidence(random);
    Suppressor once(SamplePolicy());
    for (const auto& e : evidence) once.Add(e);
    const auto expected = Show(once);
    ASSERT_FALSE(expected.empty());
    for (int shuffle = 0; shuffle < 10; ++shuffle) {
      auto again = evidence;
      again.insert(again.end(), evidence.begin(), evidence.begin() + 60);
      std::shuffle(again.begin(), again.end(), random);
      Suppressor ledger(SamplePolicy());
      for (const auto& e : again) ledger.Add(e);
      ASSERT_EQ(Show(ledger), expected);
    }
  }
}

// What is emitted on each change is the whole entry, so whoever keeps the last
// one has what the ledger has.
TEST(Suppressor, LastChangeOfEachEntryIsItsState) {
  std::mt19937 random(7);
  const auto evidence = RandomEvidence(random);
  Suppressor ledger(SamplePolicy());
  for (const auto& e : evidence) {
    const auto before = Show(ledger);
    const bool changed = ledger.Add(e) != nullptr;
    EXPECT_EQ(changed, Show(ledger) != before);
  }
}

}  // namespace
}  // namespace ricochet
