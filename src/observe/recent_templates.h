#pragma once

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "ricochet/event.h"
#include "ricochet/reply_template.h"
#include "ricochet/time.h"

namespace ricochet {

// A shape of failed reply, and how often it came of late.
struct TemplateCount {
  std::uint64_t id = 0;
  ReplyTemplate reply;
  std::uint64_t replies = 0;
};

// What servers refused with within the last half to whole hour, by one worker.
// Bounded: what comes when kMaxTemplates are known is counted together, until
// others have not been seen for that long.
//
// Costs the worker a look-up for each failed attempt, and a lock for each
// commit that had one.
class RecentTemplates {
 public:
  static constexpr std::size_t kMaxTemplates = 1'000;
  static constexpr std::chrono::minutes kTurn{30};

  // The owner, for each failed attempt in role kMessage. One without a template
  // is passed over.
  void Add(const DeliveryEvent& event);
  // The owner: what was added is committed. `now` is the wall clock's.
  void Commit(EventTime now);
  // The owner: what was added since the last commit never was.
  void Clear();

  // Any thread: adds what was committed. Those of several workers are to be
  // merged by id.
  void ReadInto(std::vector<TemplateCount>& all, EventTime now) const;
  // Any thread: replies whose template is not among those, since the start.
  [[nodiscard]] std::uint64_t overflow() const;

 private:
  struct Recent {
    ReplyTemplate reply;
    std::uint64_t now = 0;
    std::uint64_t before = 0;  // in the turn before
  };
  void Turn(EventTime now);

  absl::flat_hash_map<std::uint64_t, ReplyTemplate> known_;  // to be published
  absl::flat_hash_map<std::uint64_t, std::uint64_t> in_hand_;
  std::uint64_t others_ = 0;  // in hand

  mutable std::mutex mutex_;
  // When the present half hour began; kNoTime: nothing was committed yet.
  // Written by the owner alone, under the lock.
  EventTime turned_ = kNoTime;
  absl::flat_hash_map<std::uint64_t, Recent> published_;
  std::uint64_t overflow_ = 0;
};

}  // namespace ricochet
