// What survives an abort, a restart, and any order of records.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "ledger/rates.h"
#include "ledger/rates_sample.h"

namespace ricochet {
namespace {

// A compacted changelog.
class Changelog final : public StateWriter {
 public:
  void Put(std::string_view key, std::string_view value,
           bool tombstone) override {
    EXPECT_TRUE(key.starts_with('s'));
    if (tombstone) {
      entries.erase(std::string(key));
    } else {
      entries[std::string(key)] = value;
    }
  }
  void LoadInto(Rates& rates) const {
    for (const auto& [key, value] : entries) {
      ASSERT_TRUE(rates.Load(key, value)) << key;
    }
  }

  std::map<std::string, std::string> entries;
};

void Commit(Rates& rates, Changelog& log) {
  rates.Commit(log);
  rates.Settle();
}

TEST(RatesState, AbortedCountsAreGone) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Settle();
  Fold(rates, {Hard(Clock(12), 5)}, 1);
  Fold(rates, {Hard(Clock(20)).From("club.example")}, 2);
  rates.Rollback();
  EXPECT_EQ(rates.dimensions(), 1U);
  EXPECT_EQ(rates.size(), 3U);
  EXPECT_EQ(Tick(rates, Wall(Clock(12))),
            "1h 12:00 shop.example google: attempts 1 delivered 1\n"
            "1m 12:00 shop.example google: attempts 1 delivered 1\n"
            "24h 00:00 shop.example google: attempts 1 delivered 1");
}

TEST(RatesState, AbortedTellingComesAgainWithTheSameRevision) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Settle();
  const auto told = Tick(rates, Wall(Clock(12)));
  EXPECT_NE(told, "");
  rates.Rollback();
  EXPECT_EQ(Tick(rates, Wall(Clock(12), 1)), told);
}

TEST(RatesState, AbortedClosingIsOpenAgain) {
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Settle();
  Fold(rates, {Delivered(Clock(24 * 40))}, 1);
  Tick(rates, Wall(Clock(24 * 40)));
  rates.Rollback();
  EXPECT_EQ(rates.counters().late, 0U);
  Fold(rates, {Delivered(Clock(12))}, 1);
  EXPECT_EQ(rates.counters().late, 0U);
  Told told;
  rates.Tick(Wall(Clock(12)), told.visitor());
  EXPECT_EQ(told.last["1m 12:00 shop.example google"],
            " attempts 2 delivered 2");
}

TEST(RatesState, RestartGoesOnWhereItWas) {
  Changelog log;
  Rates before({});
  Fold(before, {Hard(Clock(12))}, 0);
  Fold(before, {Delivered(Clock(12, 11))}, 1);
  Tick(before, Wall(Clock(12, 11)));
  Commit(before, log);
  Rates after({});
  log.LoadInto(after);
  EXPECT_EQ(after.size(), before.size());
  EXPECT_EQ(Tick(after, Wall(Clock(12, 11), 10)), "");
  Fold(after, {Delivered(Clock(12))}, 2);
  EXPECT_NE(Tick(after, Wall(Clock(12, 11), 20))
                .find("1m 12:00 shop.example google final r1: attempts 2 "
                      "delivered 1 hard 1 user_unknown=1"),
            std::string::npos);
}

TEST(RatesState, WatermarkSurvivesARestart) {
  Changelog log;
  Rates before({});
  Fold(before, {Delivered(Clock(24 * 30))}, 0);
  Commit(before, log);
  Rates after({});
  log.LoadInto(after);
  Fold(after, {Delivered(Clock(12))}, 1);
  EXPECT_EQ(after.counters().late, 3U);
}

TEST(RatesState, ChangeThatWasNotToldIsToldAfterARestart) {
  Changelog log;
  Rates before({});
  Fold(before, {Delivered(Clock(12))}, 0);
  Commit(before, log);
  Rates after({});
  log.LoadInto(after);
  EXPECT_NE(Tick(after, Wall(Clock(12))).find("1m 12:00"), std::string::npos);
}

TEST(RatesState, RecordAppliedBeforeARestartIsNotAppliedAgain) {
  Changelog log;
  Rates before({});
  Fold(before, {Delivered(Clock(12))}, 5);
  Commit(before, log);
  Rates after({});
  log.LoadInto(after);
  Fold(after, {Delivered(Clock(12))}, 5);
  Fold(after, {Delivered(Clock(12))}, 6);
  Told told;
  after.Tick(Wall(Clock(12)), told.visitor());
  EXPECT_EQ(told.last["24h 00:00 shop.example google"],
            " attempts 2 delivered 2");
}

TEST(RatesState, ForgottenWindowsAreDeletedFromTheChangelog) {
  Changelog log;
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Commit(rates, log);
  EXPECT_EQ(log.entries.size(), 4U);  // three windows and the time
  Tick(rates, Wall(Clock(12)));
  Tick(rates, Wall(Clock(24 * 30)));
  Commit(rates, log);
  EXPECT_EQ(log.entries.size(), 1U);
  EXPECT_EQ(rates.size(), 0U);
}

TEST(RatesState, NothingChangedIsNothingWritten) {
  Changelog log;
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  rates.Settle();
  rates.Commit(log);
  EXPECT_TRUE(log.entries.empty());
}

TEST(RatesState, EntriesThatComeTwiceOrAreDeletedAreLoaded) {
  Changelog log;
  Rates rates({});
  Fold(rates, {Delivered(Clock(12))}, 0);
  Commit(rates, log);
  Rates after({});
  log.LoadInto(after);
  log.LoadInto(after);
  EXPECT_EQ(after.size(), 3U);
  for (const auto& [key, value] : log.entries) {
    if (key == kRateTimeKey) continue;
    EXPECT_TRUE(after.Load(key, ""));
  }
  after.Settle();
  EXPECT_EQ(after.size(), 0U);
  EXPECT_EQ(after.dimensions(), 0U);
  EXPECT_EQ(Tick(after, Wall(Clock(12))), "");
}

TEST(RatesState, HostileChangelogIsAnErrorAndNoHarm) {
  Changelog log;
  Rates rates({});
  Fold(rates, {Hard(Clock(12))}, 0);
  Commit(rates, log);
  std::mt19937_64 random(7);
  Rates victim({});
  EXPECT_FALSE(victim.Load("", ""));
  EXPECT_FALSE(victim.Load("sw", "\x01"));
  EXPECT_FALSE(victim.Load("st", ""));
  const auto spoil = [&](std::string bytes) {
    if (bytes.empty()) return bytes;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 4));
    return bytes;
  };
  for (int i = 0; i < 20'000; ++i) {
    for (const auto& [key, value] : log.entries) {
      const auto bad_key = i % 2 == 0 ? spoil(key) : key;
      const auto bad_value = i % 3 == 0 ? value : spoil(value);
      (void)victim.Load(bad_key, bad_value);
    }
  }
  Told told;
  victim.Tick(Wall(Clock(12)), told.visitor());
  victim.Rollback();
  Commit(victim, log);
}

TEST(RatesState, OtherVersionIsAnError) {
  Changelog log;
  Rates rates({});
  Fold(rates, {Hard(Clock(12))}, 0);
  Commit(rates, log);
  for (auto [key, value] : log.entries) {
    value[0] = 2;
    EXPECT_FALSE(rates.Load(key, value));
  }
}

// Random counts of a few hours, few dimensions, so that much of it meets.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % unsigned(n)); }

  SampleRow Row(Minute around) {
    constexpr std::array<std::string_view, 3> kDomains = {
        "a.example", "b.example", "c.example"};
    SampleRow row;
    row.minute = around + static_cast<Minute>(Below(90));
    row.sender_domain = kDomains[static_cast<std::size_t>(Below(3))];
    row.egress = Below(2) == 0 ? "" : "198.51.100.7";
    for (auto& count : row.numbers.counts) {
      count = static_cast<RateCount>(Below(3));
    }
    const auto reason = static_cast<Reason>(2 + Below(4));
    if (Below(2) == 0) row.reasons.push_back({reason, RateCount(1 + Below(3))});
    return row;
  }

  template <class T>
  void Shuffle(std::vector<T>& all) {
    std::ranges::shuffle(all, random_);
  }

  // Folds in `rows` in records of one sender domain each, of any size.
  void FoldAll(Rates& rates, const std::vector<SampleRow>& rows) {
    for (std::size_t at = 0; at < rows.size();) {
      std::vector<SampleRow> record = {rows[at++]};
      while (at < rows.size() && Below(3) != 0 &&
             rows[at].sender_domain == record[0].sender_domain) {
        record.push_back(rows[at++]);
      }
      Fold(rates, record, offset_++);
    }
  }

 private:
  std::mt19937_64 random_;
  Offset offset_ = 0;
};

// The contents of all windows in the end.
std::map<std::string, std::string> Final(Chaos& chaos,
                                         const std::vector<SampleRow>& rows,
                                         int ticks, RateClock clock) {
  Rates rates({.clock = clock});
  Told told;
  auto now = Wall(Clock(12));
  const auto share = rows.size() / static_cast<std::size_t>(ticks + 1) + 1;
  for (std::size_t at = 0; at < rows.size(); at += share) {
    const auto end = std::min(rows.size(), at + share);
    chaos.FoldAll(rates, {rows.begin() + std::ptrdiff_t(at),
                          rows.begin() + std::ptrdiff_t(end)});
    if (ticks == 0) continue;
    now += std::chrono::seconds(chaos.Below(30));
    rates.Tick(now, told.visitor());
    if (chaos.Below(2) == 0) rates.Settle();
  }
  rates.CloseAll(told.visitor());
  rates.Tick(now + std::chrono::seconds(10), told.visitor());
  EXPECT_EQ(rates.counters().late, 0U);
  return told.last;
}

TEST(RatesProperty, OrderGroupingAndTicksDoNotMatter) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Chaos chaos(seed);
    std::vector<SampleRow> rows;
    for (int i = 0; i < 200; ++i) rows.push_back(chaos.Row(Clock(12)));
    const auto expected = Final(chaos, rows, 0, RateClock::kEnd);
    ASSERT_GT(expected.size(), 100U);
    for (const int ticks : {0, 1, 5, 50}) {
      chaos.Shuffle(rows);
      ASSERT_EQ(Final(chaos, rows, ticks, RateClock::kLive), expected) << seed;
    }
  }
}

// One step of a stage: some records, time passes. Ten seconds, so that all
// that changed is told.
void Step(Rates& rates, std::uint64_t seed, int step, Told& told) {
  Chaos chaos(seed * 1'000 + static_cast<std::uint64_t>(step));
  const auto minute = Clock(static_cast<Minute>(step * 4));
  const auto rows = 1 + chaos.Below(6);
  for (int i = 0; i < rows; ++i) {
    Fold(rates, {chaos.Row(minute)}, step * 10 + i, Wall(minute + 90));
  }
  rates.Tick(Wall(minute + 90) + std::chrono::seconds(10 * chaos.Below(3)),
             told.visitor());
}

TEST(RatesProperty, RollbackIsAsIfNothingHadHappened) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Chaos chaos(seed);
    Rates calm({.max_dimensions = 5});
    Rates aborted({.max_dimensions = 5});
    Changelog of_calm;
    Changelog of_aborted;
    for (int step = 0; step < 120; ++step) {
      Told expected;
      Told told;
      Step(calm, seed, step, expected);
      for (int aborts = chaos.Below(3); aborts > 0; --aborts) {
        Told lost;
        Step(aborted, seed, step, lost);
        if (chaos.Below(2) == 0) Step(aborted, seed, step + 1, lost);
        aborted.Rollback();
      }
      Step(aborted, seed, step, told);
      Commit(calm, of_calm);
      Commit(aborted, of_aborted);
      ASSERT_EQ(told.Take(), expected.Take()) << seed << ' ' << step;
      ASSERT_EQ(of_aborted.entries, of_calm.entries);
      ASSERT_EQ(aborted.dimensions(), calm.dimensions());
      ASSERT_EQ(aborted.counters().late, calm.counters().late);
      ASSERT_EQ(aborted.counters().other, calm.counters().other);
    }
  }
}

TEST(RatesProperty, RestartIsAsIfNothingHadHappened) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Chaos chaos(seed);
    Rates calm({});
    auto restarted = std::make_unique<Rates>(RatesOptions{});
    Changelog of_calm;
    Changelog log;
    for (int step = 0; step < 120; ++step) {
      Told expected;
      Told told;
      Step(calm, seed, step, expected);
      Step(*restarted, seed, step, told);
      Commit(calm, of_calm);
      Commit(*restarted, log);
      ASSERT_EQ(told.Take(), expected.Take()) << seed << ' ' << step;
      ASSERT_EQ(log.entries, of_calm.entries);
      if (chaos.Below(4) != 0) continue;
      restarted = std::make_unique<Rates>(RatesOptions{});
      log.LoadInto(*restarted);
    }
  }
}

}  // namespace
}  // namespace ricochet
