#include "stream/worker_status.h"

#include <algorithm>

namespace ricochet {

void WorkerStatus::Sequence::Begin() noexcept {
  value.store(value.load(std::memory_order_relaxed) + 1,
              std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
}

void WorkerStatus::Sequence::End() noexcept {
  value.store(value.load(std::memory_order_relaxed) + 1,
              std::memory_order_release);
}

template <class Read>
void WorkerStatus::Sequence::Consistently(Read read) const {
  while (true) {
    const auto before = value.load(std::memory_order_acquire);
    read();
    std::atomic_thread_fence(std::memory_order_acquire);
    if (before % 2 == 0 && before == value.load(std::memory_order_relaxed)) {
      return;
    }
  }
}

std::vector<PartitionLag> WorkerStatus::Lags() const {
  std::vector<PartitionLag> lags;
  lag_sequence_.Consistently([&] {
    lags.clear();
    const auto count = lag_count_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < count; ++i) {
      const Slot& slot = slots_[i];
      lags.push_back({{slot.topic.load(std::memory_order_relaxed),
                       slot.number.load(std::memory_order_relaxed)},
                      slot.position.load(std::memory_order_relaxed),
                      slot.lag.load(std::memory_order_relaxed),
                      slot.newest.load(std::memory_order_relaxed)});
    }
  });
  return lags;
}

void WorkerStatus::PublishLags(const std::vector<PartitionLag>& lags) noexcept {
  const auto count = std::min(lags.size(), kMaxPartitions);
  lag_sequence_.Begin();
  lag_count_.store(count, std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    Slot& slot = slots_[i];
    slot.topic.store(lags[i].partition.topic, std::memory_order_relaxed);
    slot.number.store(lags[i].partition.number, std::memory_order_relaxed);
    slot.position.store(lags[i].position, std::memory_order_relaxed);
    slot.lag.store(lags[i].lag, std::memory_order_relaxed);
    slot.newest.store(lags[i].newest, std::memory_order_relaxed);
  }
  lag_sequence_.End();
}

std::chrono::seconds WorkerStatus::still() const noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() -
      moved_.load(std::memory_order_relaxed));
}

std::chrono::seconds WorkerStatus::failing() const noexcept {
  const auto since = failing_since_.load(std::memory_order_relaxed);
  if (since == kNotFailing) return std::chrono::seconds(0);
  return std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - since);
}

std::string WorkerStatus::last_error() const {
  std::string message;
  error_sequence_.Consistently([&] {
    message.clear();
    const auto size = error_size_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < size; ++i) {
      message.push_back(error_[i].load(std::memory_order_relaxed));
    }
  });
  return message;
}

void WorkerStatus::set_last_error(std::string_view message) noexcept {
  const auto size = std::min(message.size(), kErrorBytes);
  error_sequence_.Begin();
  error_size_.store(size, std::memory_order_relaxed);
  for (std::size_t i = 0; i < size; ++i) {
    error_[i].store(message[i], std::memory_order_relaxed);
  }
  error_sequence_.End();
}

void WorkerStatus::ObserveBatch(
    std::chrono::steady_clock::duration took) noexcept {
  const auto seconds = std::chrono::duration<double>(took).count();
  const auto* bucket = std::lower_bound(kBatchSecondsBounds.begin(),
                                        kBatchSecondsBounds.end(), seconds);
  batches[static_cast<std::size_t>(bucket - kBatchSecondsBounds.begin())].Add();
  batch_microseconds.Add(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

}  // namespace ricochet
