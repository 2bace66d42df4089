#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "ricochet/counts.h"
#include "ricochet/time.h"

namespace ricochet {

// What the curves of the page are drawn from. All but the last are counters.
inline constexpr std::array<std::string_view, 10> kWebSeries = {
    "lines", "attempts", "deferred", "delivered",    "hard",
    "soft",  "block",    "admin",    "undetermined", "lag"};

struct WebSample {
  EventTime time;
  std::array<std::uint64_t, kWebSeries.size()> values{};
};

[[nodiscard]] WebSample SampleOf(const Counts& counts, std::uint64_t lag,
                                 EventTime time);

// The last hour in samples: 720, or 65 KB. Taken by a thread of its own, of low
// priority; read by any.
class WebHistory {
 public:
  static constexpr std::chrono::seconds kInterval{5};
  static constexpr std::size_t kMostSamples = 720;

  // `take` is called on that thread, until this object is destroyed. Without
  // one, there are the samples that are added.
  explicit WebHistory(std::function<WebSample()> take = {});
  ~WebHistory();
  WebHistory(const WebHistory&) = delete;
  WebHistory& operator=(const WebHistory&) = delete;

  void Add(const WebSample& sample);
  // The samples after `time`, oldest first.
  [[nodiscard]] std::vector<WebSample> After(EventTime time) const;

 private:
  void Run(const std::stop_token& stop, const std::function<WebSample()>& take);

  mutable std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::vector<WebSample> samples_;  // guarded by mutex_; a ring
  std::size_t next_ = 0;            // guarded by mutex_
  std::jthread thread_;             // the last: it uses the others
};

}  // namespace ricochet
