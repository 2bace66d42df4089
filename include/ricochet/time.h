#pragma once

#include <chrono>
#include <cstdint>

namespace ricochet {

// A point in event time: UTC, milliseconds since 1970-01-01.
using EventTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "No time": what a record carries when nobody stamped it.
inline constexpr EventTime kNoTime{std::chrono::milliseconds{INT64_MIN}};

// How far an event's time can be trusted.
enum class TimeQuality : std::uint8_t {
  kExact,     // year and zone were in the line or beside it
  kInferred,  // year or zone were taken from the record's time, the file's
              // time or --year
  kClamped,   // the line was more than 5 minutes ahead of the record's time;
              // that one was taken instead
  kUnknown,   // the line has no readable stamp; the record's time was taken
};

}  // namespace ricochet
