#include "report/delay_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ricochet {
namespace {

TEST(DelayHistogram, EmptyHasNoDelay) {
  const DelayHistogram delays;
  EXPECT_EQ(delays.count(), 0U);
  EXPECT_EQ(delays.Quantile(0.5), 0);
}

TEST(DelayHistogram, UnknownDelaysAreLeftOut) {
  DelayHistogram delays;
  delays.Add(-1);
  delays.Add(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(delays.count(), 0U);
}

TEST(DelayHistogram, QuantilesAreInOrder) {
  DelayHistogram delays;
  for (int i = 0; i < 90; ++i) delays.Add(1);
  for (int i = 0; i < 9; ++i) delays.Add(60);
  delays.Add(3600);
  EXPECT_NEAR(delays.Quantile(0.5), 1, 0.125);
  EXPECT_NEAR(delays.Quantile(0.9), 1, 0.125);
  EXPECT_NEAR(delays.Quantile(0.91), 60, 60 * 0.125);
  EXPECT_NEAR(delays.Quantile(0.99), 60, 60 * 0.125);
  EXPECT_NEAR(delays.Quantile(1), 3600, 3600 * 0.125);
}

TEST(DelayHistogram, IsRightWithinAnEighth) {
  for (double delay = 0.001; delay < 1e8; delay *= 1.037) {
    DelayHistogram delays;
    delays.Add(delay);
    const double rounded = std::round(delay * 1000) / 1000;
    EXPECT_NEAR(delays.Quantile(0.5), rounded, rounded * 0.125);
  }
}

TEST(DelayHistogram, MillisecondsAreExactAtTheFast) {
  for (const double delay : {0.0, 0.001, 0.002, 0.003}) {
    DelayHistogram delays;
    delays.Add(delay);
    EXPECT_DOUBLE_EQ(delays.Quantile(0.5), delay);
  }
}

TEST(DelayHistogram, NonsenseIsThreeYears) {
  DelayHistogram delays;
  delays.Add(std::numeric_limits<double>::infinity());
  delays.Add(1e300);
  EXPECT_EQ(delays.count(), 2U);
  EXPECT_NEAR(delays.Quantile(0.5), 1e8, 0.125e8);
}

}  // namespace
}  // namespace ricochet
