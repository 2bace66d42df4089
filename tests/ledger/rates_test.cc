#include "ledger/rates.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "ledger/rates_sample.h"

namespace ricochet {
namespace {

using std::chrono_literals::operator""s;

// Advances event time to `minute`, by a sender of its own.
void Advance(Rates& rates, Minute minute, Offset offset) {
  Fold(rates, {Delivered(minute).From("clock.example")}, offset);
}

std::string OfShop(std::string told) {
  std::string kept;
  while (!told.empty()) {
    const auto line = told.substr(0, told.find('\n'));
    told.erase(0, line.size() + 1);
    if (line.find("shop.example") == std::string::npos) continue;
    kept += (kept.empty() ? "" : "\n") + line;
  }
  return kept;
}

TEST(Rates, CountGoesIntoMinuteHourAndDay) {
  Rates rates({});
  Fold(rates, {Hard(Clock(12, 34), 2)}, 0);
  EXPECT_EQ(Tick(rates, Wall(Clock(12, 34))),
            "1h 12:00 shop.example google: attempts 2 hard 2 user_unknown=2\n"
            "1m 12:34 shop.example google: attempts 2 hard 2 user_unknown=2\n"
            "24h 00:00 shop.example google: attempts 2 hard 2 user_unknown=2");
}

TEST(Rates, DimensionsAreApart) {
  Rates rates({});
  auto other = Hard(Clock(12));
  other.provider = "yahoo";
  auto pool = Hard(Clock(12));
  pool.egress = "198.51.100.7";
  auto stream = Hard(Clock(12));
  stream.stream = "receipts";
  Fold(rates, {Hard(Clock(12)), other, pool, stream}, 0);
  Fold(rates, {Hard(Clock(12)).From("club.example")}, 1);
  EXPECT_EQ(rates.dimensions(), 5U);
  EXPECT_EQ(rates.size(), 15U);
}

TEST(Rates, RowsOfOneRecordAddUpInTheHour) {
  Rates rates({});
  Fold(rates, {Hard(Clock(12, 1)), Delivered(Clock(12, 2), 3)}, 0);
  Told told;
  rates.Tick(Wall(Clock(12, 2)), told.visitor());
  EXPECT_EQ(told.last["1h 12:00 shop.example google"],
            " attempts 4 delivered 3 hard 1 user_unknown=1");
}

TEST(Rates, ChangedWindowIsToldAtMostEveryTenSeconds) {
  Rates rates({});
  int told = 0;
  EventTime before = kNoTime;
  for (int second = 0; second < 60; ++second) {
    Fold(rates, {Delivered(Clock(12))}, second);
    const auto now = Wall(Clock(12), second);
    rates.Tick(now, [&](const RateWindow& window) {
      if (window.length != RateLength::kDay) return;
      ++told;
      EXPECT_TRUE(before == kNoTime || now - before >= 10s);
      before = now;
    });
  }
  EXPECT_GE(told, 6);
}

TEST(Rates, ChangedWindowIsToldWithinTenSeconds) {
  Rates rates({});
  Tick(rates, Wall(Clock(12)));
  Fold(rates, {Delivered(Clock(12))}, 0);
  std::string told;
  for (int second = 1; second <= 10; ++second) {
    told += Tick(rates, Wall(Clock(12), second));
  }
  EXPECT_NE(told.find("1m 12:00"), std::string::npos);
  EXPECT_NE(told.find("24h 00:00"), std::string::npos);
}

TEST(Rates, UnchangedWindowIsNotToldAgain) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  EXPECT_NE(Tick(rates, Wall(Clock(12))), "");
  EXPECT_EQ(Tick(rates, Wall(Clock(12), 30)), "");
}

TEST(Rates, ClockSetBackDelaysNothingForLong) {
  Rates rates({});
  Tick(rates, Wall(Clock(12)));
  Fold(rates, {Delivered(Clock(12))}, 0);
  Tick(rates, Wall(Clock(2)));
  EXPECT_NE(Tick(rates, Wall(Clock(2), 10)), "");
}

TEST(Rates, EachTellingRaisesTheRevision) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Tick(rates, Wall(Clock(12)));
  Fold(rates, {Delivered(Clock(12))}, 1);
  EXPECT_EQ(Tick(rates, Wall(Clock(12), 10)),
            "1h 12:00 shop.example google r1: attempts 2 delivered 2\n"
            "1m 12:00 shop.example google r1: attempts 2 delivered 2\n"
            "24h 00:00 shop.example google r1: attempts 2 delivered 2");
}

TEST(Rates, WindowIsFinalWhenTheWatermarkPassesItsEnd) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Tick(rates, Wall(Clock(12)));
  Advance(rates, Clock(12, 10), 1);  // the watermark is at its start
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(12, 10)))), "");
  Advance(rates, Clock(12, 11), 2);
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(12, 11)))),
            "1m 12:00 shop.example google final r1: attempts 1 delivered 1");
  Advance(rates, Clock(13, 10), 3);
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(13, 10)))),
            "1h 12:00 shop.example google final r1: attempts 1 delivered 1");
  Advance(rates, Clock(24, 10), 4);
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(24, 10)))),
            "24h 00:00 shop.example google final r1: attempts 1 delivered 1");
}

TEST(Rates, FinalWindowIsToldAtOnceThoughItIsNotItsTurn) {
  Rates rates({});
  Tick(rates, Wall(Clock(12)));
  Fold(rates, {Delivered(Clock(12))}, 0);
  Advance(rates, Clock(12, 11), 1);
  // The dimensions of shop.example have number 0: not the turn of second 1.
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(12), 1))),
            "1m 12:00 shop.example google final: attempts 1 delivered 1");
}

TEST(Rates, LateCountIsARevision) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Advance(rates, Clock(12, 11), 1);
  Tick(rates, Wall(Clock(12, 11)));
  Fold(rates, {Hard(Clock(12))}, 2);
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(12, 12)))),
            "1h 12:00 shop.example google r1: attempts 2 delivered 1 hard 1 "
            "user_unknown=1\n"
            "1m 12:00 shop.example google final r1: attempts 2 delivered 1 "
            "hard 1 user_unknown=1\n"
            "24h 00:00 shop.example google r1: attempts 2 delivered 1 hard 1 "
            "user_unknown=1");
}

TEST(Rates, WindowThatBeginsLateIsFinalAtOnce) {
  Rates rates({});
  Advance(rates, Clock(12), 0);
  Fold(rates, {Delivered(Clock(10))}, 1);
  EXPECT_EQ(OfShop(Tick(rates, Wall(Clock(12)))),
            "1h 10:00 shop.example google final: attempts 1 delivered 1\n"
            "1m 10:00 shop.example google final: attempts 1 delivered 1\n"
            "24h 00:00 shop.example google: attempts 1 delivered 1");
}

TEST(Rates, MinutesTakeRevisionsForSixHours) {
  Rates rates({});
  Advance(rates, Clock(18, 10), 0);  // watermark 18:00
  Fold(rates, {Delivered(Clock(12))}, 1);
  EXPECT_EQ(rates.counters().late, 0U);
  Fold(rates, {Delivered(Clock(11, 59))}, 2);
  EXPECT_EQ(rates.counters().late, 1U);  // for its minute alone
  Told told;
  rates.Tick(Wall(Clock(18, 10)), told.visitor());
  EXPECT_EQ(told.last["24h 00:00 shop.example google"],
            " attempts 2 delivered 2");
  EXPECT_FALSE(told.last.contains("1m 11:59 shop.example google"));
}

TEST(Rates, HoursAndDaysTakeRevisionsForSevenDays) {
  Rates rates({});
  Advance(rates, Clock(24 * 8, 9), 0);
  Fold(rates, {Delivered(Clock(23))}, 1);
  EXPECT_EQ(rates.counters().late, 1U);  // the minute
  Advance(rates, Clock(24 * 8, 10), 2);
  Fold(rates, {Delivered(Clock(23))}, 3);
  EXPECT_EQ(rates.counters().late, 4U);
}

TEST(Rates, LateCountsLeaveNoDimensionsBehind) {
  Rates rates({});
  Advance(rates, Clock(24 * 30), 0);
  Fold(rates, {Delivered(Clock(1))}, 1);
  rates.Settle();
  EXPECT_EQ(rates.dimensions(), 1U);
}

TEST(Rates, WindowPastItsRevisionsIsForgotten) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Advance(rates, Clock(18, 11), 1);
  Tick(rates, Wall(Clock(18, 11)));
  EXPECT_EQ(rates.size(), 5U);
  Advance(rates, Clock(24 * 9), 2);
  Tick(rates, Wall(Clock(24 * 9)));
  rates.Settle();
  EXPECT_EQ(rates.dimensions(), 1U);
  EXPECT_EQ(rates.size(), 3U);  // of the last count
}

TEST(Rates, RevisionIsToldBeforeItsWindowIsForgotten) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Advance(rates, Clock(18), 1);
  Tick(rates, Wall(Clock(18)));
  Fold(rates, {Delivered(Clock(12))}, 2);
  Advance(rates, Clock(24 * 20), 3);
  EXPECT_NE(Tick(rates, Wall(Clock(18), 1))
                .find("1m 12:00 shop.example google final r1: attempts 2"),
            std::string::npos);
}

TEST(Rates, IdlePartitionFollowsTheWallClock) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Tick(rates, Wall(Clock(12, 30)));
  EXPECT_EQ(Tick(rates, Wall(Clock(12, 30), 59)), "");
  EXPECT_EQ(Tick(rates, Wall(Clock(12, 31))),
            "1m 12:00 shop.example google final r1: attempts 1 delivered 1");
  EXPECT_EQ(Tick(rates, Wall(Clock(13, 10))),
            "1h 12:00 shop.example google final r1: attempts 1 delivered 1");
}

TEST(Rates, BusyPartitionDoesNotFollowTheWallClock) {
  Rates rates({});
  for (int i = 0; i < 100; ++i) {
    Fold(rates, {Delivered(Clock(12))}, i);
    EXPECT_EQ(Tick(rates, Wall(Clock(15), i * 30)).find("final"),
              std::string::npos);
  }
}

TEST(Rates, ReadingWhatIsOldDoesNotFollowTheWallClock) {
  Rates rates({.clock = RateClock::kEvents});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Tick(rates, Wall(Clock(12)));
  EXPECT_EQ(Tick(rates, Wall(Clock(24 * 300))), "");
  Fold(rates, {Delivered(Clock(12))}, 1);
  EXPECT_EQ(rates.counters().late, 0U);
}

TEST(Rates, EventIn2040ClosesNothing) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0, Wall(Clock(12)));
  Tick(rates, Wall(Clock(12)));
  constexpr Minute k2040 = kSampleDay + 14 * 365 * 24 * 60;
  Fold(rates, {Hard(k2040)}, 1, Wall(Clock(12), 30));
  EXPECT_EQ(rates.counters().clamped, 1U);
  const auto told = Tick(rates, Wall(Clock(12), 31));
  EXPECT_EQ(told.find("final"), std::string::npos);
  EXPECT_NE(told.find("1m 12:00 shop.example google r1: attempts 2"),
            std::string::npos);
}

TEST(Rates, FiveMinutesAheadOfTheRecordIsNoError) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12, 5))}, 0, Wall(Clock(12)));
  EXPECT_EQ(rates.counters().clamped, 0U);
  Fold(rates, {Delivered(Clock(12, 6))}, 1, Wall(Clock(12)));
  EXPECT_EQ(rates.counters().clamped, 1U);
}

TEST(Rates, RecordThatComesAgainChangesNothing) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 7);
  Fold(rates, {Delivered(Clock(12))}, 8);
  Fold(rates, {Delivered(Clock(12))}, 7);
  Fold(rates, {Delivered(Clock(12))}, 8);
  Told told;
  rates.Tick(Wall(Clock(12)), told.visitor());
  EXPECT_EQ(told.last["1m 12:00 shop.example google"],
            " attempts 2 delivered 2");
}

TEST(Rates, BeyondTheCapacitySenderDomainsAreOther) {
  Rates rates({.max_dimensions = 2, .other = "other-3"});
  Fold(rates, {Delivered(Clock(12)).From("a.example")}, 0);
  Fold(rates, {Delivered(Clock(12)).From("b.example")}, 1);
  auto row = Delivered(Clock(12)).From("c.example");
  row.egress = "198.51.100.7";
  Fold(rates, {row}, 2);
  Fold(rates, {Delivered(Clock(12)).From("d.example")}, 3);
  Fold(rates, {Delivered(Clock(12)).From("a.example")}, 4);
  EXPECT_EQ(rates.counters().other, 2U);
  Told told;
  rates.Tick(Wall(Clock(12)), told.visitor());
  EXPECT_EQ(told.last["1m 12:00 other-3 google"], " attempts 2 delivered 2");
  EXPECT_EQ(told.last["1m 12:00 a.example google"], " attempts 2 delivered 2");
  EXPECT_EQ(told.last.size(), 9U);
}

TEST(Rates, ForgottenDimensionsMakeRoom) {
  Rates rates({.max_dimensions = 1});
  Fold(rates, {Delivered(Clock(12)).From("a.example")}, 0);
  rates.Settle();
  Tick(rates, Wall(Clock(24 * 30)));
  Tick(rates, Wall(Clock(24 * 30, 1)));
  rates.Settle();
  EXPECT_EQ(rates.dimensions(), 0U);
  Fold(rates, {Delivered(Clock(24 * 30)).From("b.example")}, 1);
  EXPECT_EQ(rates.counters().other, 0U);
}

TEST(Rates, EndOfFilesClosesAllWindowsOnce) {
  Rates rates({.clock = RateClock::kEnd});
  Fold(rates, {Delivered(Clock(24 * 60))}, 0);
  Fold(rates, {Delivered(Clock(12))}, 1);  // a month before: not late
  EXPECT_EQ(rates.counters().late, 0U);
  Told told;
  rates.CloseAll(told.visitor());
  EXPECT_EQ(told.lines.size(), 6U);
  for (const auto& line : told.lines) {
    EXPECT_NE(line.find(" final:"), std::string::npos) << line;
  }
  told.Take();
  rates.CloseAll(told.visitor());
  EXPECT_EQ(told.Take(), "");
}

TEST(Rates, HugeCountsStayAtTheirLimit) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12), 4'000'000'000)}, 0);
  Fold(rates, {Delivered(Clock(12), 4'000'000'000)}, 1);
  Told told;
  rates.Tick(Wall(Clock(12)), told.visitor());
  EXPECT_EQ(told.last["1m 12:00 shop.example google"],
            " attempts 4294967295 delivered 4294967295");
}

}  // namespace
}  // namespace ricochet
