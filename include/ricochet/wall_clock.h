#pragma once

#include <chrono>

#include "ricochet/time.h"

namespace ricochet {

// The time of day, now.
[[nodiscard]] inline EventTime SystemNow() {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
}

}  // namespace ricochet
