#include "report/numbers.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace ricochet {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kHuge = UINT64_MAX;

TEST(Grouped, ByThousands) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(kHuge), "18,446,744,073,709,551,615");
}

TEST(Percent, HasThreeDigits) {
  EXPECT_EQ(Percent(419, 1000), "41.9 %");
  EXPECT_EQ(Percent(624, 10000), "6.24 %");
  EXPECT_EQ(Percent(1, 3), "33.3 %");
  EXPECT_EQ(Percent(2, 3), "66.7 %");
}

TEST(Percent, OfNothingIsNotKnown) { EXPECT_EQ(Percent(0, 0), "-"); }

TEST(Percent, ZeroIsOnlyZero) {
  EXPECT_EQ(Percent(0, 7), "0 %");
  EXPECT_EQ(Percent(1, 1'000'000), "<0.01 %");
  EXPECT_EQ(Percent(1, kHuge), "<0.01 %");
}

TEST(Percent, AllIsOnlyAll) {
  EXPECT_EQ(Percent(7, 7), "100 %");
  EXPECT_EQ(Percent(999'999, 1'000'000), "99.9 %");
  EXPECT_EQ(Percent(kHuge, kHuge), "100 %");
}

// As doubles the two are equal.
TEST(Percent, AllButOneOfAHugeNumberIsNotAll) {
  EXPECT_EQ(Percent(kHuge - 1, kHuge), "99.9 %");
  EXPECT_EQ(Percent(9'999'999'999'999, 10'000'000'000'000), "99.9 %");
}

TEST(Percent, RoundsUpToTheNextDigitButNotToAnotherLength) {
  EXPECT_EQ(Percent(9994, 100'000), "9.99 %");
  EXPECT_EQ(Percent(99'996, 1'000'000), "9.99 %");
  EXPECT_EQ(Percent(10, 100), "10.0 %");
}

TEST(Percent, LimitsHaveNoTrailingZeros) {
  EXPECT_EQ(Percent(0.02), "2 %");
  EXPECT_EQ(Percent(0.025), "2.5 %");
  EXPECT_EQ(Percent(0.0031), "0.31 %");
  EXPECT_EQ(Percent(0.0), "0 %");
  EXPECT_EQ(Percent(0.1), "10 %");
  EXPECT_EQ(Percent(1.0), "100 %");
}

TEST(ByteSize, InPowersOfTen) {
  EXPECT_EQ(ByteSize(0), "0 B");
  EXPECT_EQ(ByteSize(999), "999 B");
  EXPECT_EQ(ByteSize(1000), "1.0 kB");
  EXPECT_EQ(ByteSize(702'000'000), "702 MB");
}

TEST(ByteSize, RoundsIntoTheNextUnit) {
  EXPECT_EQ(ByteSize(999'499), "999 kB");
  EXPECT_EQ(ByteSize(999'500), "1.0 MB");
  EXPECT_EQ(ByteSize(9'960), "10 kB");
}

TEST(ByteSize, EndsAtTheLargestUnit) {
  EXPECT_EQ(ByteSize(kHuge), "18446744 TB");
}

TEST(Duration, InTheTwoLargestUnits) {
  EXPECT_EQ(Duration(0), "0 ms");
  EXPECT_EQ(Duration(0.085), "85 ms");
  EXPECT_EQ(Duration(2.4), "2.4 s");
  EXPECT_EQ(Duration(200), "3 min 20 s");
  EXPECT_EQ(Duration(18'600), "5 h 10 min");
  EXPECT_EQ(Duration(273'600), "3 d 4 h");
}

TEST(Duration, RoundsIntoTheNextUnit) {
  EXPECT_EQ(Duration(0.9996), "1.0 s");
  EXPECT_EQ(Duration(59.94), "59.9 s");
  EXPECT_EQ(Duration(59.96), "1 min 0 s");
  EXPECT_EQ(Duration(3599.6), "1 h 0 min");
}

TEST(Time, InUtc) {
  const EventTime time{milliseconds{1'795'377'563'042}};
  EXPECT_EQ(Date(time), "2026-11-22");
  EXPECT_EQ(DateTime(time), "2026-11-22 19:59:23");
  EXPECT_EQ(Timestamp(time), "2026-11-22T19:59:23.042Z");
}

TEST(Time, BeforeTheEpoch) {
  EXPECT_EQ(Timestamp(EventTime{milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
}

TEST(Time, NotKnown) {
  EXPECT_EQ(Date(kNoTime), "-");
  EXPECT_EQ(DateTime(kNoTime), "-");
  EXPECT_EQ(Timestamp(kNoTime), "");
}

}  // namespace
}  // namespace ricochet
