#include "stream/worker_status.h"

#include <gtest/gtest.h>

#include <thread>

#include "stream/log.h"

namespace ricochet {
namespace {

TEST(WorkerStatus, CutsALongError) {
  WorkerStatus status;
  status.set_last_error(std::string(10'000, 'e'));
  EXPECT_EQ(status.last_error(), std::string(WorkerStatus::kErrorBytes, 'e'));
  status.set_last_error("short");
  EXPECT_EQ(status.last_error(), "short");
}

TEST(WorkerStatus, TellsHowLongItHasNotMoved) {
  WorkerStatus status;
  EXPECT_LT(status.still(), std::chrono::seconds(30));
  status.Moves(std::chrono::steady_clock::now() - std::chrono::seconds(90));
  EXPECT_GE(status.still(), std::chrono::seconds(90));
  EXPECT_LT(status.still(), std::chrono::seconds(120));
  status.Moves();
  EXPECT_LT(status.still(), std::chrono::seconds(30));
}

TEST(WorkerStatus, ListsAtMostItsBoundOfPartitions) {
  WorkerStatus status;
  std::vector<PartitionLag> lags(1000);
  status.PublishLags(lags);
  EXPECT_EQ(status.Lags().size(), WorkerStatus::kMaxPartitions);
}

TEST(WorkerStatus, AReaderNeverSeesHalfAnUpdate) {
  WorkerStatus status;
  std::jthread writer([&](const std::stop_token& stop) {
    for (std::int64_t i = 0; !stop.stop_requested(); ++i) {
      status.PublishLags({{{0, 0}, i, i}, {{0, 1}, i, i}});
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    const auto lags = status.Lags();
    if (lags.empty()) continue;
    ASSERT_EQ(lags[0].position, lags[0].lag);
    ASSERT_EQ(lags[0].lag, lags[1].lag);
  }
}

TEST(WorkerStatus, CountsABatchInItsBucket) {
  WorkerStatus status;
  status.ObserveBatch(std::chrono::milliseconds(3));
  status.ObserveBatch(std::chrono::seconds(30));
  EXPECT_EQ(status.batches[3].value(), 1u);
  EXPECT_EQ(status.batches.back().value(), 1u);
  EXPECT_EQ(status.batch_microseconds.value(), 30'003'000u);
}

TEST(WorkerStatus, TellsHowLongNothingCouldBeCommitted) {
  WorkerStatus status;
  EXPECT_EQ(status.failing(), std::chrono::seconds(0));
  const auto now = std::chrono::steady_clock::now();
  status.Aborted(now - std::chrono::seconds(90));
  status.Aborted(now);
  EXPECT_GE(status.failing(), std::chrono::seconds(90));
  EXPECT_EQ(status.aborted.value(), 2U);
  status.Committed();
  EXPECT_EQ(status.failing(), std::chrono::seconds(0));
  EXPECT_EQ(status.committed.value(), 1U);
  status.Aborted(now - std::chrono::seconds(90));
  status.NothingToCommit();
  EXPECT_EQ(status.failing(), std::chrono::seconds(0));
}

}  // namespace
}  // namespace ricochet
