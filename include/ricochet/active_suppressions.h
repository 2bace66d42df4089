#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ricochet/counts.h"
#include "ricochet/evidence.h"
#include "ricochet/verdict.h"

namespace ricochet {

// How many suppressions are in effect: [scope][reason], of the several reasons
// of one that which comes first in kReasons. Reason::kNone: those whose time is
// over, but that are not told of yet.
struct ActiveSuppressions {
  std::array<std::array<std::uint32_t, kReasonCount>,
             kSuppressionScopeNames.size()>
      counts{};

  [[nodiscard]] std::uint32_t& At(SuppressionScope scope,
                                  Reason reason) noexcept {
    return counts[static_cast<std::size_t>(scope)]
                 [static_cast<std::size_t>(reason)];
  }
  ActiveSuppressions& operator+=(const ActiveSuppressions& other) noexcept {
    for (std::size_t s = 0; s < counts.size(); ++s) {
      for (std::size_t r = 0; r < kReasonCount; ++r) {
        counts[s][r] += other.counts[s][r];
      }
    }
    return *this;
  }
  friend bool operator==(const ActiveSuppressions&,
                         const ActiveSuppressions&) = default;
  [[nodiscard]] std::uint64_t Sum() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& reasons : counts) {
      for (const auto count : reasons) sum += count;
    }
    return sum;
  }
};

}  // namespace ricochet
