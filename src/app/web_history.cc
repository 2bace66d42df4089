#include "app/web_history.h"

#include <numeric>
#include <utility>

#include "observe/low_priority.h"

namespace ricochet {
namespace {

std::uint64_t OfKind(const Counts& counts, Kind kind) {
  std::uint64_t sum = 0;
  for (const auto& providers : counts.outcomes) {
    for (const auto& kinds : providers) {
      sum += kinds[static_cast<std::size_t>(kind)];
    }
  }
  return sum;
}

std::uint64_t Lines(const Counts& counts) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kFateNames.size(); ++i) {
    sum += counts.Lines(static_cast<Fate>(i));
  }
  return sum;
}

}  // namespace

WebSample SampleOf(const Counts& counts, std::uint64_t lag, EventTime time) {
  std::uint64_t attempts = 0;
  std::uint64_t deferred = 0;
  for (const auto& providers : counts.attempts) {
    for (const auto& outcomes : providers) {
      attempts = std::accumulate(outcomes.begin(), outcomes.end(), attempts);
      deferred += outcomes[static_cast<std::size_t>(Outcome::kDeferred)];
    }
  }
  return {.time = time,
          .values = {Lines(counts), attempts, deferred,
                     OfKind(counts, Kind::kDelivered),
                     OfKind(counts, Kind::kHard), OfKind(counts, Kind::kSoft),
                     OfKind(counts, Kind::kBlock), OfKind(counts, Kind::kAdmin),
                     OfKind(counts, Kind::kUndetermined), lag}};
}

WebHistory::WebHistory(std::function<WebSample()> take) {
  if (!take) return;
  thread_ = std::jthread([this, take = std::move(take)](
                             const std::stop_token& stop) { Run(stop, take); });
}

WebHistory::~WebHistory() = default;

void WebHistory::Run(const std::stop_token& stop,
                     const std::function<WebSample()>& take) {
  LowerThreadPriority();
  for (auto due = std::chrono::steady_clock::now(); !stop.stop_requested();) {
    Add(take());
    due += kInterval;
    std::unique_lock lock(mutex_);
    stopped_.wait_until(lock, stop, due, [] { return false; });
  }
}

void WebHistory::Add(const WebSample& sample) {
  const std::lock_guard lock(mutex_);
  if (samples_.size() < kMostSamples) {
    samples_.push_back(sample);
    return;
  }
  samples_[next_] = sample;
  next_ = (next_ + 1) % kMostSamples;
}

std::vector<WebSample> WebHistory::After(EventTime time) const {
  const std::lock_guard lock(mutex_);
  std::vector<WebSample> after;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const auto& sample = samples_[(next_ + i) % samples_.size()];
    if (sample.time > time) after.push_back(sample);
  }
  return after;
}

}  // namespace ricochet
