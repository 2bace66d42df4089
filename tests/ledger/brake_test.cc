#include "ledger/brake.h"

#include <gtest/gtest.h>

#include <random>

#include "ledger/ledger_sample.h"

namespace ricochet {
namespace {

// `delivered` recipients of a provider, and then as many unknown users.
void Send(int delivered, int unknown, EventTime time, Ledger& ledger,
          ProviderId provider = 3) {
  for (int i = 0; i < delivered + unknown; ++i) {
    auto evidence = i < delivered ? DeliveredTo(time) : UnknownUser(time);
    const auto address = fmt::format("user{}@example.org", i);
    evidence.address = address;
    evidence.provider = provider;
    ledger << evidence;
  }
}

TEST(Brake, StopsAtFivePercentOfTwoHundred) {
  Ledger ledger;
  Send(200, 100, Day(1), ledger);
  // 5 % of 210 recipients are ten; the eleventh is too many.
  EXPECT_EQ(ledger.fold.suppressed(), 10U);
  EXPECT_EQ(ledger.fold.counters().brakes, 1U);
  EXPECT_EQ(ledger.fold.counters().braked, 90U);
  ASSERT_EQ(ledger.alerts.size(), 1U);
  EXPECT_EQ(ledger.alerts[0].provider, 3);
  EXPECT_EQ(ledger.alerts[0].from, Day(1));
  EXPECT_EQ(ledger.alerts[0].suppressions, 11U);
  EXPECT_EQ(ledger.alerts[0].recipients, 211U);
}

TEST(Brake, LeavesFewRecipientsAlone) {
  Ledger ledger;
  Send(0, 199, Day(1), ledger);
  EXPECT_EQ(ledger.fold.suppressed(), 199U);
}

TEST(Brake, LeavesFewFailuresAlone) {
  Ledger ledger;
  Send(2000, 80, Day(1), ledger);
  EXPECT_EQ(ledger.fold.suppressed(), 80U);
}

TEST(Brake, IsOfOneProviderAndOneHour) {
  Ledger ledger;
  Send(200, 100, Day(1), ledger, 3);
  const auto before = ledger.fold.suppressed();
  auto other = At(UnknownUser(Day(1)), "other@example.net");
  other.provider = 4;
  ledger << other;
  EXPECT_EQ(ledger.fold.suppressed(), before + 1);
}

TEST(Brake, KeepsEvidenceThatSuppressesWhenItIsSeenAgain) {
  Ledger ledger;
  Send(200, 100, Day(1), ledger);
  EXPECT_EQ(ledger.fold.watched(), 90U);
  auto again = At(UnknownUser(Day(1, 1)), "user299@example.org");
  again.provider = 3;
  ledger << again;
  EXPECT_EQ(ledger.fold.watched(), 89U);
  const auto entry =
      ledger.Entry(SuppressionScope::kAddress, "", "user299@example.org");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->since, Day(1));
}

TEST(Brake, DoesNotHoldBackAWishOrAnOperator) {
  Ledger ledger;
  Send(200, 100, Day(1), ledger);
  auto wish = Failure(Reason::kComplaint, Day(1));
  wish.outcome = Outcome::kComplaint;
  wish.provider = 3;
  ledger << wish << Operator(OperatorVerb::kAdd, Day(1));
  EXPECT_TRUE(ledger.Suppressed());
  EXPECT_TRUE(ledger.Entry(SuppressionScope::kAddressList, "shop.example"));
}

TEST(Brake, IsSwitchedOffByPolicyOrOption) {
  Ledger by_option(Shipped(), {.brake = false});
  Send(200, 100, Day(1), by_option);
  EXPECT_EQ(by_option.fold.suppressed(), 100U);

  auto text = PolicyText();
  const std::string on = "enabled = true";
  text.replace(text.find(on), on.size(), "enabled = false");
  const auto policy = Policy::Parse(text, "p.toml").value();
  Ledger by_policy(policy);
  Send(200, 100, Day(1), by_policy);
  EXPECT_EQ(by_policy.fold.suppressed(), 100U);
}

TEST(Brake, HoldsForWhoeverTakesThePartitionOver) {
  Ledger before;
  Send(200, 100, Day(1), before);
  Changelog changelog;
  before.fold.Commit(changelog);
  Ledger ledger;
  for (const auto& [key, value] : changelog.entries) {
    ASSERT_TRUE(ledger.fold.Load(key, value));
  }
  auto evidence = At(UnknownUser(Day(1)), "new@example.org");
  evidence.provider = 3;
  ledger << evidence;
  EXPECT_EQ(ledger.fold.counters().braked, 1U);
}

TEST(DistinctCount, IsExactWhenSmallAndCloseWhenLarge) {
  DistinctCount count;
  std::mt19937_64 random(1);
  for (int i = 0; i < 200; ++i) {
    const auto hash = random();
    count.See(hash);
    count.See(hash);
  }
  EXPECT_EQ(count.Estimate(), 200U);
  for (int i = 200; i < 100'000; ++i) count.See(random());
  EXPECT_NEAR(static_cast<double>(count.Estimate()), 100'000, 15'000);
}

}  // namespace
}  // namespace ricochet
