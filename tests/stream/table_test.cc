#include "ricochet/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace ricochet {
namespace {

using Numbers = Table<std::string, int>;
using Contents = std::map<std::string, int>;

Contents All(const Numbers& table) {
  Contents all;
  table.ForEach([&](const auto& key, int value) { all.emplace(key, value); });
  return all;
}

// Key to new value; -1: erased.
Contents Changed(const Numbers& table) {
  Contents changed;
  table.ForEachChanged([&](const auto& key, const int* value) {
    changed[key] = value != nullptr ? *value : -1;
  });
  return changed;
}

TEST(Table, NamesWhatChangedSinceItSettled) {
  Numbers table;
  table.Load("a", 1);
  table.Load("b", 2);
  table.Change(std::string("a")) = 10;
  table.Change(std::string("c")) = 3;
  table.Erase(std::string("b"));
  EXPECT_EQ(Changed(table), (Contents{{"a", 10}, {"b", -1}, {"c", 3}}));
  table.Settle();
  EXPECT_EQ(Changed(table), Contents{});
  EXPECT_EQ(All(table), (Contents{{"a", 10}, {"c", 3}}));
}

TEST(Table, LoadingIsNoChange) {
  Numbers table;
  table.Load("a", 1);
  table.Load("b", 1);
  table.Unload(std::string("b"));
  EXPECT_FALSE(table.changed());
  EXPECT_EQ(All(table), (Contents{{"a", 1}}));
}

TEST(Table, RollbackRestoresWhatSettled) {
  Numbers table;
  table.Load("kept", 1);
  table.Load("changed", 2);
  table.Load("erased", 3);
  const auto before = All(table);
  table.Change(std::string("changed")) = 20;
  table.Change(std::string("changed")) = 21;
  table.Erase(std::string("erased"));
  table.Change(std::string("new")) = 4;
  table.Rollback();
  EXPECT_EQ(All(table), before);
  EXPECT_FALSE(table.changed());
}

TEST(Table, WhatIsErasedAndMadeAgainRollsBackToTheFirst) {
  Numbers table;
  table.Load("a", 1);
  table.Erase(std::string("a"));
  table.Change(std::string("a")) = 2;
  table.Erase(std::string("a"));
  table.Rollback();
  EXPECT_EQ(All(table), (Contents{{"a", 1}}));
}

TEST(Table, AnEntryMadeAndErasedLeavesNothing) {
  Numbers table;
  table.Change(std::string("a")) = 2;
  table.Erase(std::string("a"));
  EXPECT_EQ(Changed(table), (Contents{{"a", -1}}));
  table.Rollback();
  EXPECT_EQ(table.size(), 0U);
}

// Against a plain map that is copied whole.
TEST(Table, AgreesWithAMapCopiedAtEachCommit) {
  std::mt19937 dice(7);
  Numbers table;
  Contents now;
  Contents committed;
  for (int step = 0; step < 20'000; ++step) {
    const auto key = std::to_string(dice() % 20);
    switch (dice() % 8) {
      case 0:
        table.Settle();
        committed = now;
        break;
      case 1:
        table.Rollback();
        now = committed;
        break;
      case 2:
      case 3:
        table.Erase(key);
        now.erase(key);
        break;
      default:
        table.Change(key) = step;
        now[key] = step;
    }
    ASSERT_EQ(All(table), now) << "step " << step;
    // Writing the changes brings the committed contents up to date.
    auto written = committed;
    for (const auto& [changed, value] : Changed(table)) {
      written.erase(changed);
      if (value != -1) written.emplace(changed, value);
    }
    ASSERT_EQ(written, now) << "step " << step;
  }
}

}  // namespace
}  // namespace ricochet
