#include "decode/event_time.h"

namespace ricochet {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr minutes kAheadOfRecord{5};
constexpr days kAheadOfReference{31};

std::optional<sys_days> DayInYear(const Stamp& stamp, int year) noexcept {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{stamp.month},
                                         std::chrono::day{stamp.day}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date};
}

int YearOf(sys_days day) noexcept {
  return static_cast<int>(std::chrono::year_month_day{day}.year());
}

}  // namespace

minutes EventClock::ZoneOf(const Stamp& own, const Stamp& beside,
                           bool& known) const noexcept {
  known = true;
  switch (own.zone) {
    case Stamp::Zone::kUtc:
      return minutes{0};
    case Stamp::Zone::kOffset:
      return minutes{own.offset};
    case Stamp::Zone::kNone:
      break;
  }
  if (beside.zone == Stamp::Zone::kOffset) return minutes{beside.offset};
  known = false;
  return zone_;
}

std::optional<sys_days> EventClock::LatestDay(const Stamp& stamp,
                                              Days limit) noexcept {
  if (stamp.month == month_ && stamp.day == day_ && limit == limit_) {
    return latest_;
  }
  month_ = stamp.month;
  day_ = stamp.day;
  limit_ = limit;
  latest_.reset();
  const int newest = YearOf(limit);
  // Nine years span two leap years, also around 2100.
  for (int year = newest; year > newest - 9; --year) {
    const auto day = DayInYear(stamp, year);
    if (!day || *day > limit) continue;
    latest_ = day;
    break;
  }
  return latest_;
}

std::optional<sys_days> EventClock::DayOf(const Stamp& own, const Stamp& beside,
                                          minutes zone, bool& known) noexcept {
  known = own.year != 0 || beside.year != 0;
  if (own.year != 0) return DayInYear(own, own.year);
  EventTime reference = record_time_ == kNoTime ? now_ : record_time_ + slack_;
  if (beside.year != 0) {
    const auto day = DayInYear(beside, beside.year);
    if (!day) return std::nullopt;
    reference = EventTime{*day} + milliseconds{beside.millis};
  } else if (year_) {
    return DayInYear(own, *year_);
  }
  return LatestDay(own, floor<days>(reference + zone) + kAheadOfReference);
}

// When the stamp's day began where it was written; kUnknown if there is no such
// day.
Moment EventClock::MidnightOf(const Stamp& own, const Stamp& beside) noexcept {
  bool zone_known = false;
  const minutes zone = ZoneOf(own, beside, zone_known);
  bool year_known = false;
  const auto day = DayOf(own, beside, zone, year_known);
  if (!day) return {};
  return {EventTime{*day} - zone, zone_known && year_known
                                      ? TimeQuality::kExact
                                      : TimeQuality::kInferred};
}

Moment EventClock::Find(const Stamp& own, const Stamp& beside) noexcept {
  const Moment unknown{record_time_, TimeQuality::kUnknown};
  if (!own.present()) return beside.present() ? Find(beside, {}) : unknown;
  Moment moment;
  if (beside.present()) {
    moment = MidnightOf(own, beside);
  } else {
    Stamp day = own;
    day.millis = 0;
    if (day != midnight_of_) {
      midnight_ = MidnightOf(own, beside);
      midnight_of_ = day;
    }
    moment = midnight_;
  }
  if (moment.quality == TimeQuality::kUnknown) return unknown;
  moment.time += milliseconds{own.millis};
  if (record_time_ != kNoTime &&
      moment.time > record_time_ + slack_ + kAheadOfRecord) {
    return {record_time_, TimeQuality::kClamped};
  }
  return moment;
}

}  // namespace ricochet
