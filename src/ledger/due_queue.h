#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "ricochet/time.h"

namespace ricochet {

// Hours since 1970, in event time.
using DueHour = std::int32_t;
inline constexpr DueHour kNeverDue = std::numeric_limits<DueHour>::max();

[[nodiscard]] inline DueHour HourOf(EventTime time) noexcept {
  const auto hours =
      std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
  return static_cast<DueHour>(
      std::clamp<std::int64_t>(hours, -kNeverDue, kNeverDue - 1));
}

// Which entries to look at when an hour is over, so that a tick at which
// nothing is due costs nothing. Eight octets a registration; one that is no
// longer true is for the caller to recognise.
class DueQueue {
 public:
  void Register(DueHour hour, std::uint64_t id) {
    if (hour != kNeverDue) buckets_[hour].push_back(id);
  }

  // Takes the first hour that is over at `now`, each id once; empty: none is.
  std::vector<std::uint64_t> TakeBefore(DueHour now, DueHour& hour) {
    if (buckets_.empty() || buckets_.begin()->first >= now) return {};
    hour = buckets_.begin()->first;
    const auto& bucket = buckets_.begin()->second;
    std::vector<std::uint64_t> ids(bucket.begin(), bucket.end());
    buckets_.erase(buckets_.begin());
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
  }

  // Takes one registration of the earliest hour; false: there is none.
  bool TakeFirst(DueHour& hour, std::uint64_t& id) {
    if (buckets_.empty()) return false;
    const auto first = buckets_.begin();
    hour = first->first;
    id = first->second.back();
    first->second.pop_back();
    if (first->second.empty()) buckets_.erase(first);
    return true;
  }

 private:
  // None is empty. Deques, since they move nothing when they grow.
  std::map<DueHour, std::deque<std::uint64_t>> buckets_;
};

}  // namespace ricochet
