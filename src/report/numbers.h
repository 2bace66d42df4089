#pragma once

#include <cstdint>
#include <string>

#include "ricochet/time.h"

namespace ricochet {

// Numbers as people read them.

// "1,234,567"
[[nodiscard]] std::string Grouped(std::uint64_t number);
// "41.9 %", "6.24 %", "<0.01 %", "0 %"; never "100 %" for less than all, nor
// "0 %" for more than none. "-" of nothing.
[[nodiscard]] std::string Percent(std::uint64_t count, std::uint64_t of);
// A fraction of one, for limits and intervals: "2 %", "2.5 %", "0.31 %".
[[nodiscard]] std::string Percent(double share);
// "702 MB", in powers of ten.
[[nodiscard]] std::string ByteSize(std::uint64_t bytes);
// "85 ms", "2.4 s", "3 min 20 s", "5 h 10 min", "3 d 4 h"
[[nodiscard]] std::string Duration(double seconds);
// "2026-11-21 19:59:23"; "-" for kNoTime
[[nodiscard]] std::string DateTime(EventTime time);
[[nodiscard]] std::string Date(EventTime time);
// RFC 3339 with milliseconds: "2026-11-21T19:59:23.000Z"; empty for kNoTime
[[nodiscard]] std::string Timestamp(EventTime time);

}  // namespace ricochet
