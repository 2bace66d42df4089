// Windows over old logs, told when all has been read.
#include <gtest/gtest.h>

#include <string>

#include "ledger/rates.h"
#include "ledger/rates_sample.h"

namespace ricochet {
namespace {

constexpr std::size_t kAll = 1'000;

RatesOptions Old() {
  RatesOptions options;
  options.clock = RateClock::kEnd;
  return options;
}

std::string Rest(Rates& rates, EventTime now, std::size_t most = kAll) {
  Told told;
  rates.TellRest(now, most, told.visitor());
  return told.Take();
}

TEST(RatesRest, CountsOfASlowHostAreNotLateThoughAFastOneIsMonthsAhead) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(24 * 60))}, 0);
  Fold(rates, {Hard(Clock(12))}, 1);
  EXPECT_EQ(rates.counters().late, 0U);
  EXPECT_EQ(rates.size(), 6U);
}

TEST(RatesRest, WindowThatTheClockIsPastIsToldOnceAsFinal) {
  Rates rates(Old());
  Fold(rates, {Hard(Clock(12, 34))}, 0);
  Fold(rates, {Delivered(Clock(12, 34))}, 1);
  EXPECT_EQ(Rest(rates, Wall(Clock(24 * 30))),
            "1h 12:00 shop.example google final: attempts 2 delivered 1 hard 1 "
            "user_unknown=1\n"
            "1m 12:34 shop.example google final: attempts 2 delivered 1 hard 1 "
            "user_unknown=1\n"
            "24h 00:00 shop.example google final: attempts 2 delivered 1 hard "
            "1 user_unknown=1");
  EXPECT_EQ(Rest(rates, Wall(Clock(24 * 30))), "");
}

TEST(RatesRest, WindowThatIsNotOverIsNotFinal) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(12))}, 0);
  EXPECT_EQ(Rest(rates, Wall(Clock(12, 30))),
            "1h 12:00 shop.example google: attempts 1 delivered 1\n"
            "1m 12:00 shop.example google final: attempts 1 delivered 1\n"
            "24h 00:00 shop.example google: attempts 1 delivered 1");
}

TEST(RatesRest, ManyWindowsAreToldInPortions) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(12)), Delivered(Clock(13))}, 0);
  std::size_t told = 0;
  int portions = 0;
  for (; !rates.AllTold(); ++portions) {
    Told part;
    rates.TellRest(Wall(Clock(48)), 2, part.visitor());
    EXPECT_LE(part.lines.size(), 2U);
    told += part.lines.size();
  }
  EXPECT_EQ(told, 5U);
  EXPECT_EQ(portions, 3);
}

TEST(RatesRest, WhatComesAfterItIsARevision) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(12))}, 0);
  Rest(rates, Wall(Clock(48)));
  EXPECT_TRUE(rates.AllTold());
  Fold(rates, {Delivered(Clock(12))}, 1);
  EXPECT_FALSE(rates.AllTold());
  EXPECT_EQ(Rest(rates, Wall(Clock(48))),
            "1h 12:00 shop.example google final r1: attempts 2 delivered 2\n"
            "1m 12:00 shop.example google final r1: attempts 2 delivered 2\n"
            "24h 00:00 shop.example google final r1: attempts 2 delivered 2");
}

TEST(RatesRest, TellingThatWasRolledBackIsRepeated) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Settle();
  const auto told = Rest(rates, Wall(Clock(48)));
  rates.Rollback();
  EXPECT_FALSE(rates.AllTold());
  EXPECT_EQ(Rest(rates, Wall(Clock(48))), told);
}

TEST(RatesRest, RolledBackCountsLeaveNothingToTell) {
  Rates rates(Old());
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Rollback();
  EXPECT_TRUE(rates.AllTold());
  EXPECT_EQ(Rest(rates, Wall(Clock(48))), "");
}

}  // namespace
}  // namespace ricochet
