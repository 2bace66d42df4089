#pragma once

#include <absl/container/btree_set.h>

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rate_dimensions.h"
#include "ledger/rate_state.h"
#include "ledger/rate_view.h"
#include "ricochet/rate_window.h"
#include "ricochet/record.h"
#include "ricochet/result.h"
#include "ricochet/stage.h"
#include "ricochet/table.h"

namespace ricochet {

// What makes windows final.
enum class RateClock : std::uint8_t {
  kLive,    // event time, and the wall clock for a partition that is idle
  kEvents,  // event time alone: reading what is old
  // CloseAll() or TellRest() alone: what is old, in any order, such as files;
  // nothing is ever late, and windows stay until the input has ended.
  kEnd,
};

struct RatesOptions {
  RateThresholds thresholds;
  RateClock clock = RateClock::kLive;
  // Sets of dimensions with windows, at most. One that is never idle has some
  // 550 windows of 150 to 250 octets each.
  std::size_t max_dimensions = 10'000;
  // The sender domain of those beyond, whose egress is not told apart. Must
  // differ between partitions, or they overwrite each other's windows.
  std::string other = "other";
};

// Folds counts into windows of a minute, an hour and a day of event time, and
// tells how they stand: bounce rates.
//
// A window changes until it is final, which it is when the watermark (the
// newest minute seen, less 10 minutes) has passed its end. Until then, and by
// revisions for 6 h (a minute's window) or 7 days (the others) after its end,
// it is told at most every 10 s when it has changed; then it is forgotten, and
// what comes later is counted as late. Its contents in the end depend neither
// on the order of counts, as long as none is late, nor on how they came
// together in records, nor on when Tick() ran.
//
// One for each input partition, owned by one worker; not thread-safe. Changes
// are undone by Rollback() until Settle(), as in ricochet/table.h. What is
// known of each window includes the last record applied to it: a record that
// comes again changes nothing.
class Rates {
 public:
  static constexpr Minute kLag = 10;         // of the watermark
  static constexpr Minute kAhead = 5;        // of a record's time, at most
  static constexpr std::int64_t kPace = 10;  // seconds between two tellings
  static constexpr std::chrono::minutes kIdle{1};

  // The window dies when it returns.
  using Visit = std::function<void(const RateWindow&)>;

  struct Counters {
    std::uint64_t late = 0;     // rows for which a window was gone, by window
    std::uint64_t clamped = 0;  // rows ahead of their record's time
    std::uint64_t other = 0;    // rows for which there was no room
  };

  explicit Rates(RatesOptions options);
  Rates(const Rates&) = delete;
  Rates& operator=(const Rates&) = delete;

  // Folds in one record. `time` is the record's own: a minute more than kAhead
  // beyond it is taken to be that one, so that one wrong clock closes nothing.
  // kNoTime: it has none.
  void Add(const CountRecord& record, EventTime time, Offset offset);

  // Tells the windows that changed, if it is their turn, and those that become
  // final. `now` is the wall clock.
  void Tick(EventTime now, const Visit& visit);
  // The input has ended: all windows are final. For files.
  void CloseAll(const Visit& visit);
  // The input has ended for now: tells `most` of the windows that changed, and
  // those that the wall clock is past as final. Returns how many it told.
  std::size_t TellRest(EventTime now, std::size_t most, const Visit& visit);
  // No window has changed since it was told.
  [[nodiscard]] bool AllTold();

  // Writes what changed since the last Settle(); keys begin with 's'.
  void Commit(StateWriter& out) const;
  void Settle();
  void Rollback();
  // Where the log of counts ends, to be told before Load(): what a window has
  // applied at or beyond it was of another log, of the same name.
  void set_log_end(Offset end) noexcept { log_end_ = end; }
  // One entry as Commit() wrote it, before anything else is called; an empty
  // value: it was deleted. Any octets are safe to give.
  [[nodiscard]] Result<void> Load(std::string_view key, std::string_view value);

  [[nodiscard]] std::size_t size() const noexcept { return windows_.size(); }
  [[nodiscard]] std::size_t dimensions() const noexcept {
    return dimensions_.size();
  }
  [[nodiscard]] const Counters& counters() const noexcept {
    return now_.counters;
  }

 private:
  // When a window is next to be looked at: to become final, or to be erased.
  struct Deadline {
    Minute at = 0;
    RateWindowKey window;
    friend auto operator<=>(const Deadline&, const Deadline&) = default;
  };
  // What is no window and is rolled back nevertheless.
  struct Progress {
    Minute newest = 0;  // minute seen, or of the wall clock when idle
    // The second up to which changes were told.
    std::int64_t told = std::numeric_limits<std::int64_t>::min();
    Counters counters;
  };

  [[nodiscard]] Minute TrueMinute(const CountRow& row, EventTime time);
  [[nodiscard]] RateDimensionTable::Number NumberOf(RateDimensions dimensions);
  [[nodiscard]] bool IsLate(const RateWindowKey& key) const noexcept;
  [[nodiscard]] std::int64_t watermark() const noexcept {
    return std::int64_t{now_.newest} - kLag;
  }
  void AddTo(const RateWindowKey& key, const CountRow& row, Offset offset);

  void FollowWallClock(EventTime now);
  void Close(const Visit& visit);
  void Finish(const RateWindowKey& key, const Visit& visit);
  void Erase(const RateWindowKey& key);
  void TellDue(EventTime now, const Visit& visit);
  void Tell(const RateWindowKey& key, const Visit& visit);

  // What is derived from the windows: deadlines, who is pending, and which
  // dimensions are in use. Link() and Unlink() may come twice.
  void Link(const RateWindowKey& key, const RateWindowState& state);
  void Unlink(const RateWindowKey& key, const RateWindowState& state);
  [[nodiscard]] bool IsPending(const RateWindowKey& key) const {
    const auto* state = windows_.Find(key);
    return state != nullptr && state->pending;
  }
  void MarkPending(const RateWindowKey& key) {
    pending_[key.dimensions % kPace].push_back(key);
  }
  [[nodiscard]] Result<void> LoadWindow(std::string_view key,
                                        std::string_view value);

  RatesOptions options_;
  Offset log_end_ = std::numeric_limits<Offset>::max();
  RateView view_;
  RateDimensionTable dimensions_;
  Table<RateWindowKey, RateWindowState> windows_;
  absl::btree_set<Deadline> deadlines_;
  // Windows that changed, by the second of kPace in which they are told; some
  // of them may be gone or told already.
  std::array<std::vector<RateWindowKey>, kPace> pending_;
  std::vector<RateWindowKey> touched_;  // by the record in hand
  Progress now_;
  Progress settled_;
  bool active_ = true;               // a record came since the last Tick()
  EventTime last_active_ = kNoTime;  // wall clock
};

}  // namespace ricochet
