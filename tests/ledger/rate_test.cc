#include "ricochet/rate.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace ricochet {
namespace {

constexpr RateLimits kLimits;  // 2, 5 and 10 %
constexpr std::uint64_t kEnough = 200;

RateState StateOf(std::uint64_t count, std::uint64_t of) {
  return MakeRate("hard", count, of, kEnough, kLimits).state;
}

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
TEST(WilsonInterval, IsThatOfThePublishedExamples) {
  const auto expect = [](std::uint64_t count, std::uint64_t of, double low,
                         double high) {
    EXPECT_NEAR(WilsonInterval(count, of).low, low, 5e-5) << count;
    EXPECT_NEAR(WilsonInterval(count, of).high, high, 5e-5) << count;
  };
  expect(81, 263, 0.2553, 0.3662);
  expect(15, 148, 0.0624, 0.1605);
  expect(0, 20, 0, 0.1611);
  expect(1, 29, 0.0061, 0.1718);
}

TEST(WilsonInterval, OfNothingIsEverything) {
  const Interval interval = WilsonInterval(0, 0);
  EXPECT_EQ(interval.low, 0);
  EXPECT_EQ(interval.high, 1);
}

TEST(WilsonInterval, StaysWithinZeroAndOne) {
  for (const std::uint64_t of : {1ULL, 3ULL, 1'000'000'007ULL}) {
    EXPECT_GE(WilsonInterval(0, of).low, 0);
    EXPECT_LE(WilsonInterval(of, of).high, 1);
  }
}

TEST(MakeRate, LowerEndIsHeldAgainstTheLimits) {
  EXPECT_EQ(StateOf(20, 1000), RateState::kOk);  // 2 %, but surely above 1.3
  EXPECT_EQ(StateOf(32, 1000), RateState::kWarning);
  EXPECT_EQ(StateOf(70, 1000), RateState::kCritical);
  EXPECT_EQ(StateOf(130, 1000), RateState::kPage);
}

TEST(MakeRate, FewOutcomesSayNothingHoweverBad) {
  EXPECT_EQ(StateOf(199, 199), RateState::kTooFew);
  EXPECT_EQ(StateOf(200, 200), RateState::kPage);
}

TEST(MakeRate, NoOutcomesHaveNoRate) {
  const Rate rate = MakeRate("hard", 0, 0, kEnough, kLimits);
  EXPECT_EQ(rate.state, RateState::kTooFew);
  EXPECT_EQ(rate.value(), 0);
}

TEST(MakeRate, WithoutLimitsThereIsNoState) {
  const Rate rate = MakeRate("soft", 900, 1000, kEnough);
  EXPECT_FALSE(rate.limits.has_value());
  EXPECT_EQ(rate.state, RateState::kTooFew);
  EXPECT_DOUBLE_EQ(rate.value(), 0.9);
}

}  // namespace
}  // namespace ricochet
