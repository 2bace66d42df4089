#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/offset_loss.h"
#include "ricochet/record.h"
#include "ricochet/time.h"

namespace ricochet {

enum class WorkerState : std::uint8_t {
  kStarting,  // connecting, or waiting for the first partitions
  kRunning,
  kRebalancing,  // partitions are being taken over
  kRestoring,    // their state is being read from the changelog
  kBrokerDown,   // no broker answers; trying on
  kStopping,
  kStopped,
  kFailed,  // ended with an error; see last_error()
};
inline constexpr std::array<std::string_view, 8> kWorkerStateNames = {
    "starting",    "running",  "rebalancing", "restoring",
    "broker_down", "stopping", "stopped",     "failed"};

// Upper bounds of batch_seconds; the last bucket is +Inf.
inline constexpr std::array<double, 10> kBatchSecondsBounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5};

// A number with one writer: no read-modify-write, so no locked instruction.
class WorkerCounter {
 public:
  void Add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct PartitionLag {
  Partition partition;
  Offset position = kNoOffset;  // of the next record to be processed
  std::int64_t lag = -1;        // records; -1: not known yet
  EventTime newest = kNoTime;   // of the times of the records processed
};

// How a worker is doing. Written by its thread alone; read by any, without
// locks: a reader never makes the worker wait. Aligned so that two workers'
// counters share no cache line. Must outlive the worker.
class alignas(64) WorkerStatus {
 public:
  // Partitions beyond this many are worked on but not listed.
  static constexpr std::size_t kMaxPartitions = 256;
  static constexpr std::size_t kErrorBytes = 512;  // the rest is cut

  WorkerCounter records;    // read, replays included
  WorkerCounter replayed;   // read again to restore state
  WorkerCounter committed;  // transactions
  WorkerCounter aborted;
  WorkerCounter dead_lettered;  // records given up as rejected_by_broker
  WorkerCounter reopened;       // connections opened anew after a failure
  WorkerCounter fenced;
  std::array<WorkerCounter, kOffsetLossNames.size()> offsets_lost;
  WorkerCounter state_written;   // records to the changelog
  WorkerCounter state_restored;  // records read back from it
  std::array<WorkerCounter, kBatchSecondsBounds.size() + 1> batches;
  WorkerCounter batch_microseconds;  // sum, for the histogram

  [[nodiscard]] WorkerState state() const noexcept {
    return state_.load(std::memory_order_acquire);
  }
  // A copy: what the worker last published. At most kMaxPartitions.
  [[nodiscard]] std::vector<PartitionLag> Lags() const;
  [[nodiscard]] std::string last_error() const;
  // Of kRestoring: whose state is read, and how much of the changelog has been,
  // in percent.
  struct Restoring {
    Partition partition;
    int percent = 0;
  };
  [[nodiscard]] Restoring restoring() const noexcept {
    return {{restoring_topic_.load(std::memory_order_relaxed),
             restoring_number_.load(std::memory_order_relaxed)},
            restoring_percent_.load(std::memory_order_relaxed)};
  }
  // Of kRunning: how long it has not gone round. Of seconds at most, unless it
  // is stuck.
  [[nodiscard]] std::chrono::seconds still() const noexcept;
  // How long transactions have been aborted, none committed between them.
  [[nodiscard]] std::chrono::seconds failing() const noexcept;

  // The worker's side.
  void set_state(WorkerState state) noexcept {
    state_.store(state, std::memory_order_release);
  }
  void set_last_error(std::string_view message) noexcept;
  void set_restoring(const Restoring& now) noexcept {
    restoring_topic_.store(now.partition.topic, std::memory_order_relaxed);
    restoring_number_.store(now.partition.number, std::memory_order_relaxed);
    restoring_percent_.store(now.percent, std::memory_order_relaxed);
  }
  // It goes round once more.
  void Moves(std::chrono::steady_clock::time_point now =
                 std::chrono::steady_clock::now()) noexcept {
    moved_.store(now, std::memory_order_relaxed);
  }
  void Aborted(std::chrono::steady_clock::time_point now =
                   std::chrono::steady_clock::now()) noexcept {
    aborted.Add();
    if (failing_since_.load(std::memory_order_relaxed) == kNotFailing) {
      failing_since_.store(now, std::memory_order_relaxed);
    }
  }
  void Committed() noexcept {
    committed.Add();
    failing_since_.store(kNotFailing, std::memory_order_relaxed);
  }
  // What was aborted is somebody else's now.
  void NothingToCommit() noexcept {
    failing_since_.store(kNotFailing, std::memory_order_relaxed);
  }
  void ObserveBatch(std::chrono::steady_clock::duration took) noexcept;
  void PublishLags(const std::vector<PartitionLag>& lags) noexcept;

 private:
  // A seqlock: odd while being written; a reader tries again when it changed.
  // All data are atomics, so a torn read is discarded, not undefined.
  struct Sequence {
    std::atomic<std::uint32_t> value{0};
    void Begin() noexcept;
    void End() noexcept;
    // Calls `read` until it saw one version.
    template <class Read>
    void Consistently(Read read) const;
  };
  struct Slot {
    std::atomic<std::int32_t> topic{0};
    std::atomic<std::int32_t> number{0};
    std::atomic<std::int64_t> position{0};
    std::atomic<std::int64_t> lag{0};
    std::atomic<EventTime> newest{kNoTime};
  };

  static constexpr std::chrono::steady_clock::time_point kNotFailing{};

  std::atomic<WorkerState> state_{WorkerState::kStarting};
  std::atomic<std::chrono::steady_clock::time_point> failing_since_{
      kNotFailing};
  std::atomic<std::chrono::steady_clock::time_point> moved_{
      std::chrono::steady_clock::now()};
  std::atomic<std::int32_t> restoring_topic_{0};
  std::atomic<std::int32_t> restoring_number_{0};
  std::atomic<int> restoring_percent_{0};
  Sequence lag_sequence_;
  std::atomic<std::size_t> lag_count_{0};
  std::array<Slot, kMaxPartitions> slots_{};
  Sequence error_sequence_;
  std::atomic<std::size_t> error_size_{0};
  std::array<std::atomic<char>, kErrorBytes> error_{};
};

}  // namespace ricochet
