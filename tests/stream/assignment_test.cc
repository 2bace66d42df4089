#include "stream/assignment.h"

#include <gtest/gtest.h>

namespace ricochet {
namespace {

constexpr Partition kP0{0, 0};
constexpr Partition kP1{0, 1};
constexpr EventTime kNow{std::chrono::hours{24 * 365 * 50}};

OwnedPartition Owned(Partition p, Offset at) {
  OwnedPartition owned;
  owned.partition = p;
  owned.restart = owned.position = owned.live_from = at;
  owned.last_seen = kNow;
  return owned;
}

Record At(Partition p, Offset offset, EventTime time = kNow) {
  return {"v", "", p, offset, time};
}

TEST(Assignment, ABatchOfLiveRecordsIsOnePiece) {
  Assignment assignment;
  assignment.Add(Owned(kP0, 5));
  assignment.Add(Owned(kP1, 0));
  const std::vector<Record> batch = {At(kP0, 5), At(kP0, 6), At(kP1, 0)};
  const auto piece = assignment.Next(batch);
  EXPECT_EQ(piece.kind, Piece::Kind::kLive);
  EXPECT_EQ(piece.records.size(), 3u);
}

TEST(Assignment, WhatIsReadAgainMustComeWithAllThatWasSeen) {
  Assignment assignment;
  assignment.Add(Owned(kP0, 5));
  assignment.Follow(std::vector<Record>{At(kP0, 5), At(kP0, 9)});
  assignment.Asked();  // from 5 again
  assignment.Follow(std::vector<Record>{At(kP0, 5), At(kP0, 10)});
  EXPECT_TRUE(assignment.strayed());
  const std::vector<Record> batch = {At(kP0, 5)};
  EXPECT_EQ(assignment.Next(batch).kind, Piece::Kind::kSkip);
  assignment.Asked();
  assignment.Follow(std::vector<Record>{At(kP0, 5), At(kP0, 9), At(kP0, 10)});
  EXPECT_FALSE(assignment.strayed());
  EXPECT_EQ(assignment.Next(batch).kind, Piece::Kind::kLive);
}

TEST(Assignment, GapsThatWereNeverSeenFilledAreNone) {
  Assignment assignment;
  assignment.Add(Owned(kP0, 5));
  assignment.Follow(std::vector<Record>{At(kP0, 7), At(kP0, 12)});
  EXPECT_FALSE(assignment.strayed());
}

TEST(Assignment, WhatWasSeenIsRememberedFromOneOwnershipToTheNext) {
  Assignment assignment;
  assignment.Add(Owned(kP0, 5));
  assignment.Follow(std::vector<Record>{At(kP0, 5), At(kP0, 6)});
  assignment.Remove(kP0);
  assignment.Add(Owned(kP0, 6));  // another committed the first
  assignment.Follow(std::vector<Record>{At(kP0, 7)});
  EXPECT_TRUE(assignment.strayed());
  assignment.Remove(kP0);
  assignment.Add(Owned(kP0, 7));  // both
  assignment.Follow(std::vector<Record>{At(kP0, 7)});
  EXPECT_FALSE(assignment.strayed());
}

TEST(Assignment, RecordsSeenBeforeOrOfOthersAreSkipped) {
  Assignment assignment;
  assignment.Add(Owned(kP0, 5));
  const std::vector<Record> batch = {At(kP0, 4), At(kP1, 9), At(kP0, 5)};
  const auto piece = assignment.Next(batch);
  EXPECT_EQ(piece.kind, Piece::Kind::kSkip);
  EXPECT_EQ(piece.records.size(), 2u);
}

TEST(Assignment, ReplayEndsAtTheFirstOffsetNotBelowCommitted) {
  Assignment assignment;
  auto owned = Owned(kP0, 2);
  owned.live_from = 4;
  assignment.Add(owned);
  const std::vector<Record> batch = {At(kP0, 2), At(kP0, 3), At(kP0, 7)};
  auto piece = assignment.Next(batch);
  EXPECT_EQ(piece.kind, Piece::Kind::kReplay);
  EXPECT_EQ(piece.records.size(), 2u);
  assignment.Advance(piece, kNow);
  EXPECT_FALSE(assignment.replaying());
  piece = assignment.Next(std::span(batch).subspan(2));
  EXPECT_EQ(piece.kind, Piece::Kind::kLive);
}

TEST(Assignment, CarefulRecordsComeOneByOne) {
  Assignment assignment;
  auto owned = Owned(kP0, 0);
  owned.careful_until = 2;
  assignment.Add(owned);
  const std::vector<Record> batch = {At(kP0, 0), At(kP0, 1), At(kP0, 2)};
  const auto piece = assignment.Next(batch);
  EXPECT_EQ(piece.kind, Piece::Kind::kCareful);
  EXPECT_EQ(piece.records.size(), 1u);
}

TEST(Assignment, TheSlowestPartitionHoldsTheWatermark) {
  using std::chrono::minutes;
  Assignment assignment;
  assignment.Add(Owned(kP0, 0));
  assignment.Add(Owned(kP1, 0));
  EXPECT_EQ(assignment.Watermark(kNow), kNoTime);
  const std::vector<Record> batch = {At(kP0, 0, kNow - minutes(3)),
                                     At(kP1, 0, kNow - minutes(30))};
  assignment.Advance(assignment.Next(batch), kNow);
  EXPECT_EQ(assignment.Watermark(kNow), kNow - minutes(40));
}

TEST(Assignment, APartitionIdleAtItsEndGoesWithTheWallClock) {
  using std::chrono::minutes;
  Assignment assignment;
  auto owned = Owned(kP0, 0);
  owned.newest = kNow - minutes(500);
  assignment.Add(owned);
  const auto later = kNow + minutes(1);
  EXPECT_EQ(assignment.Watermark(later), kNow - minutes(510));
  assignment.Find(kP0)->at_end = true;
  EXPECT_EQ(assignment.Watermark(later), later - minutes(10));
}

TEST(Assignment, ARecordFromTheFutureDoesNotMoveTheWatermarkPastNow) {
  using std::chrono::minutes;
  Assignment assignment;
  assignment.Add(Owned(kP0, 0));
  const std::vector<Record> batch = {At(kP0, 0, kNow + minutes(600))};
  assignment.Advance(assignment.Next(batch), kNow);
  EXPECT_EQ(assignment.Watermark(kNow), kNow - minutes(10));
}

}  // namespace
}  // namespace ricochet
