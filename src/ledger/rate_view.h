#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "ledger/rate_state.h"
#include "ricochet/rate_window.h"

namespace ricochet {

// A window as it is told to others: with its rates, how they stand, and the
// reasons that matter most.
class RateView {
 public:
  explicit RateView(RateThresholds thresholds) : thresholds_(thresholds) {}

  // Views die at the next call, or with the dimensions.
  [[nodiscard]] RateWindow Of(const RateWindowKey& key,
                              const RateWindowState& state,
                              const RateDimensions& dimensions);

 private:
  void SetRates(RateWindow& window) const;
  std::span<const ReasonCount> TopOf(std::span<const ReasonCount> reasons);

  RateThresholds thresholds_;
  std::array<ReasonCount, RateWindow::kTopReasons> top_;
};

}  // namespace ricochet
