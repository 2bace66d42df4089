#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "decode/stamp.h"
#include "ricochet/time.h"

namespace ricochet {

struct Moment {
  EventTime time = kNoTime;
  TimeQuality quality = TimeQuality::kUnknown;
};

// Turns stamps into points in time: finds the year and the zone that a stamp
// leaves out, and caps what lies ahead of its record. Owned by one thread.
//
// Year: the line's; else the document's beside it; else the configured one;
// else the latest that puts the stamp at most 31 days after the record's time
// (after `now` when the record has none). A log line is older than its record,
// so "nearest" looks back eleven months and allows for a clock a month fast.
// Zone: the line's; else an offset in the document ("Z" there is only how the
// shipper writes times, and tells nothing about the host); else the configured
// one.
// Slack: by how much a stamp may be later than its record for another cause
// than a broken clock. A line without a stamp has the record's time as it is,
// and so has one that is capped.
class EventClock {
 public:
  EventClock(std::optional<int> year, std::chrono::minutes zone, EventTime now,
             std::chrono::minutes slack = {})
      : year_(year), zone_(zone), now_(now), slack_(slack) {}

  // The record whose lines come next.
  void StartRecord(EventTime time) noexcept {
    if (time != record_time_) midnight_of_ = last_ = Stamp{};
    record_time_ = time;
  }

  // `own` is the line's stamp, `beside` the one of the document it came in;
  // both may be absent.
  [[nodiscard]] Moment At(const Stamp& own, const Stamp& beside) noexcept {
    if (beside.present() || !own.present()) return Find(own, beside);
    if (own != last_) {
      moment_ = Find(own, beside);
      last_ = own;
    }
    return moment_;
  }

 private:
  using Days = std::chrono::sys_days;

  [[nodiscard]] Moment Find(const Stamp& own, const Stamp& beside) noexcept;
  [[nodiscard]] Moment MidnightOf(const Stamp& own,
                                  const Stamp& beside) noexcept;
  [[nodiscard]] std::chrono::minutes ZoneOf(const Stamp& own,
                                            const Stamp& beside,
                                            bool& known) const noexcept;
  [[nodiscard]] std::optional<Days> DayOf(const Stamp& own, const Stamp& beside,
                                          std::chrono::minutes zone,
                                          bool& known) noexcept;
  [[nodiscard]] std::optional<Days> LatestDay(const Stamp& stamp,
                                              Days limit) noexcept;

  std::optional<int> year_;
  std::chrono::minutes zone_;
  EventTime now_;
  std::chrono::minutes slack_;
  EventTime record_time_ = kNoTime;
  // Consecutive lines ask for the same moment: the last one asked for, and its
  // answer; of lines of one record with nothing beside them.
  Stamp last_;
  Moment moment_;
  // Others ask for the same day: likewise.
  Stamp midnight_of_;
  Moment midnight_;
  // The last question of LatestDay() and its answer, for other lines.
  std::uint8_t month_ = 0;
  std::uint8_t day_ = 0;
  Days limit_;
  std::optional<Days> latest_;
};

}  // namespace ricochet
