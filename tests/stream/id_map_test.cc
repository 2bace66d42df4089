#include "ricochet/id_map.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <unordered_map>
#include <utility>

namespace ricochet {
namespace {

using Map = IdMap<int>;

int ValueAt(const Map& map, std::uint64_t key) {
  const auto found = map.find(key);
  return found == map.end() ? -1 : found->second;
}

TEST(IdMap, FindsWhatWasPutThere) {
  Map map;
  map.insert_or_assign(7, 70);
  map.insert_or_assign(8, 80);
  map.insert_or_assign(7, 71);
  EXPECT_EQ(ValueAt(map, 7), 71);
  EXPECT_EQ(ValueAt(map, 8), 80);
  EXPECT_EQ(ValueAt(map, 9), -1);
  EXPECT_EQ(map.size(), 2U);
}

TEST(IdMap, KnowsANewEntryFromAnOldOne) {
  Map map;
  EXPECT_TRUE(map.try_emplace(5).second);
  const auto [at, made] = map.try_emplace(5);
  EXPECT_FALSE(made);
  EXPECT_EQ(at->second, 0);
}

TEST(IdMap, TakesZeroForAKeyAsAnyOther) {
  Map map;
  map.insert_or_assign(0, 3);
  EXPECT_EQ(ValueAt(map, 0), 3);
  EXPECT_EQ(ValueAt(map, 1), -1);
  map.erase(std::uint64_t{0});
  EXPECT_EQ(map.size(), 0U);
}

// The index has as much of a key as there is room for, and no more.
TEST(IdMap, TellsKeysApartThatAreTheSameToTheIndex) {
  Map map;
  constexpr std::uint64_t kBetween = std::uint64_t{1} << 20U;
  map.insert_or_assign(3, 30);
  EXPECT_EQ(ValueAt(map, 3 + kBetween), -1);
  map.insert_or_assign(3 + kBetween, 31);
  EXPECT_EQ(ValueAt(map, 3), 30);
  EXPECT_EQ(ValueAt(map, 3 + kBetween), 31);
}

TEST(IdMap, MovesNothingWhenItGrows) {
  Map map;
  const auto* first = &map.try_emplace(1).first->second;
  for (std::uint64_t key = 2; key < 100'000; ++key) map.try_emplace(key);
  EXPECT_EQ(&map.find(1)->second, first);
}

TEST(IdMap, KeepsTheOthersWhenAnyIsErased) {
  for (std::uint64_t erased = 1; erased <= 40; ++erased) {
    Map map;
    for (std::uint64_t key = 1; key <= 40; ++key) {
      map.insert_or_assign(key, static_cast<int>(key));
    }
    map.erase(erased);
    EXPECT_EQ(map.size(), 39U);
    for (std::uint64_t key = 1; key <= 40; ++key) {
      EXPECT_EQ(ValueAt(map, key), key == erased ? -1 : static_cast<int>(key));
    }
  }
}

// Keys that all belong to one place, the last of the index: they go on at its
// front.
TEST(IdMap, FindsTheRestOfARunWhenItsFirstIsErased) {
  Map map;
  for (const std::uint64_t key : {15U, 31U, 47U, 63U, 16U}) {
    map.insert_or_assign(key, static_cast<int>(key));
  }
  map.erase(std::uint64_t{15});
  map.erase(std::uint64_t{47});
  EXPECT_EQ(ValueAt(map, 15), -1);
  EXPECT_EQ(ValueAt(map, 47), -1);
  for (const std::uint64_t key : {31U, 63U, 16U}) {
    EXPECT_EQ(ValueAt(map, key), static_cast<int>(key));
  }
}

TEST(IdMap, HasNothingLeftOfAnErasedValue) {
  Map map;
  map.insert_or_assign(9, 90);
  map.erase(map.find(9));
  EXPECT_EQ(map.try_emplace(9).first->second, 0);
}

// Crowded keys and spread ones, small tables and those of huge pages.
TEST(IdMap, DoesAsAnyMapDoes) {
  std::mt19937_64 random(1);
  for (const std::uint64_t keys : {std::uint64_t{40}, std::uint64_t{300'000}}) {
    Map map;
    std::unordered_map<std::uint64_t, int> other;
    for (int i = 0; i < 600'000; ++i) {
      std::uint64_t key = 1 + random() % keys;
      if (random() % 2 == 0) key *= 0x9E3779B97F4A7C15;
      if (random() % 3 == 0) {
        map.erase(key);
        other.erase(key);
      } else {
        map.insert_or_assign(key, i);
        other[key] = i;
      }
    }
    ASSERT_EQ(map.size(), other.size());
    for (const auto& [key, value] : other) ASSERT_EQ(ValueAt(map, key), value);
    std::size_t seen = 0;
    for (const auto& [key, value] : std::as_const(map)) {
      ASSERT_EQ(other.at(key), value);
      ++seen;
    }
    EXPECT_EQ(seen, other.size());
  }
}

}  // namespace
}  // namespace ricochet
