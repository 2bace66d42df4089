#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ricochet/counts.h"
#include "ricochet/time.h"

namespace ricochet {

// What came of the mail within the last hour, by provider: counters tell it
// since the start only. The hour is of 60 to 61 minutes; until there is one, it
// is all since the start. Any thread.
//
// About 0.5 MB, and 8 octets for each cell of its arrays that rose within a
// minute, of each of 60 minutes: at the very most 10 MB.
class WebHour {
 public:
  static constexpr std::chrono::minutes kStep{1};
  static constexpr std::size_t kSteps = 60;

  struct Outcomes {
    // [provider][kind], in all streams
    std::array<Counts::Row<kKindCount>, kMaxProviders> outcomes{};
    // [provider][reason][kind]; final failures
    decltype(Counts::bounces) bounces{};
  };

  WebHour();

  // To be called more often than once a minute, with counters that only rise;
  // `now` is the wall clock's.
  void Add(const Counts& counts, EventTime now);
  // What `counts`, read after those that were added, have more than an hour
  // ago.
  [[nodiscard]] std::unique_ptr<Outcomes> Of(const Counts& counts) const;

 private:
  // Index of a cell, and by how much it rose.
  using Rise = std::pair<std::uint32_t, std::uint32_t>;

  mutable std::mutex mutex_;  // guards all
  EventTime added_ = kNoTime;
  std::vector<std::uint64_t> latest_;
  std::vector<std::uint64_t> hour_ago_;
  std::deque<std::vector<Rise>> rises_;  // from hour_ago_ to latest_
};

}  // namespace ricochet
