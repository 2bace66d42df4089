#include "observe/host_sightings.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "observe/published_counts.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr Partition kFirst{0, 1};
constexpr Partition kSecond{0, 4};
constexpr Partition kOtherTopic{1, 4};
constexpr EventTime kNow{1'800'000'000s};

class HostSightingsTest : public testing::Test {
 protected:
  // "mx1:1+4 ..." as seen at kNow.
  std::string Unkeyed(EventTime now = kNow) {
    one_->hosts.Publish(kNow);
    other_->hosts.Publish(kNow);
    std::string text;
    for (const auto& [host, one, other] :
         UnkeyedHosts({one_.get(), other_.get()}, now)) {
      text += host + ":" + std::to_string(one.number) + "+" +
              std::to_string(other.number) + " ";
    }
    return text;
  }

  std::unique_ptr<PublishedCounts> one_ = std::make_unique<PublishedCounts>();
  std::unique_ptr<PublishedCounts> other_ = std::make_unique<PublishedCounts>();
};

TEST_F(HostSightingsTest, AHostOfOnePartitionIsKeyed) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  one_->hosts.Add(kFirst, "mx1", kNow + 5min);
  one_->hosts.Add(kSecond, "mx2", kNow);
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, AHostOfTwoPartitionsIsNot) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  one_->hosts.Add(kFirst, "mx2", kNow);
  one_->hosts.Add(kSecond, "mx1", kNow + 10min);
  EXPECT_EQ(Unkeyed(), "mx1:1+4 ");
}

TEST_F(HostSightingsTest, TwoWorkersSeeItTogether) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  other_->hosts.Add(kSecond, "mx1", kNow);
  EXPECT_EQ(Unkeyed(), "mx1:1+4 ");
}

TEST_F(HostSightingsTest, ManyPartitionsAreOneHost) {
  for (std::int32_t number = 0; number < 8; ++number) {
    one_->hosts.Add({0, number}, "mx1", kNow + number * 1min);
  }
  EXPECT_EQ(Unkeyed(), "mx1:0+1 ");
}

TEST_F(HostSightingsTest, AnotherTopicIsAnotherStream) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  one_->hosts.Add(kOtherTopic, "mx1", kNow);
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, APartitionReadByTwoWorkersInTurnIsOne) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  other_->hosts.Add(kFirst, "mx1", kNow + 1min);
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, AHostThatMovedIsForgotten) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  one_->hosts.Add(kSecond, "mx1", kNow + 1s);
  EXPECT_EQ(Unkeyed(), "mx1:1+4 ");
  for (auto minute = 1min; minute <= 11min; ++minute) {
    one_->hosts.Add(kSecond, "mx1", kNow + 1s + minute);
    Unkeyed();
  }
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, WhatIsNotSeenAnyMoreIsForgotten) {
  one_->hosts.Add(kFirst, "mx1", kNow);
  one_->hosts.Add(kSecond, "mx1", kNow);
  EXPECT_EQ(Unkeyed(kNow + 10min), "mx1:1+4 ");
  EXPECT_EQ(Unkeyed(kNow + 10min + 1ms), "");
}

// One that is behind reads what was written long before.
TEST_F(HostSightingsTest, OldLinesOfAPartitionThatIsBehindAreOfAnotherTime) {
  one_->hosts.Add(kFirst, "mx1", kNow - 24h);
  one_->hosts.Add(kSecond, "mx1", kNow);
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, NoHostOrTimeIsNoSighting) {
  one_->hosts.Add(kFirst, "", kNow);
  one_->hosts.Add(kSecond, "", kNow);
  one_->hosts.Add(kFirst, "mx1", kNoTime);
  one_->hosts.Add(kSecond, "mx1", kNoTime);
  EXPECT_EQ(Unkeyed(), "");
}

TEST_F(HostSightingsTest, MoreHostsThanAreKeptDoNoHarm) {
  for (std::size_t i = 0; i < 3 * HostSightings::kMaxHosts; ++i) {
    one_->hosts.Add(kFirst, "host" + std::to_string(i), kNow);
    if (i % 1000 == 0) one_->hosts.Publish(kNow);
  }
  one_->hosts.Publish(kNow);
  std::vector<HostSighting> seen;
  one_->hosts.ReadInto(seen, kNow);
  EXPECT_EQ(seen.size(), HostSightings::kMaxHosts);
  // Room again, when those are not seen any more.
  one_->hosts.Add(kFirst, "late", kNow);
  one_->hosts.Publish(kNow + 11min);
  seen.clear();
  one_->hosts.ReadInto(seen, kNow + 11min);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen.front().host, "late");
}

}  // namespace
}  // namespace ricochet
