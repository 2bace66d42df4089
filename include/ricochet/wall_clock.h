#pragma once

#include <chrono>
#include <functional>

#include "ricochet/time.h"

namespace ricochet {

// What tells the time of day: SystemNow(), but in tests.
using WallClock = std::function<EventTime()>;

// The time of day, now.
[[nodiscard]] inline EventTime SystemNow() {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
}

}  // namespace ricochet
