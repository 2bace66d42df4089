#include "ledger/rate_view.h"

#include <algorithm>
#include <tuple>

namespace ricochet {

RateWindow RateView::Of(const RateWindowKey& key, const RateWindowState& state,
                        const RateDimensions& dimensions) {
  RateWindow window;
  window.dimensions = dimensions;
  window.start = TimeOf(key.start);
  window.length = key.length;
  window.final = state.final;
  window.revision = state.written;
  window.numbers = state.numbers;
  SetRates(window);
  window.top_reasons = TopOf(state.reasons);
  return window;
}

// A complaint is about something that was delivered, mostly in the days before:
// only over a day do the two have to do with each other.
void RateView::SetRates(RateWindow& window) const {
  const auto& n = window.numbers;
  const auto hard = n.of(RateUnit::kHard);
  const auto block = n.of(RateUnit::kBlock);
  const auto soft = n.of(RateUnit::kSoft);
  const auto least = thresholds_.min_outcomes;
  window.hard = MakeRate("hard", hard, n.Base(), least, thresholds_.hard);
  window.bounce = MakeRate("bounce", hard + block + soft, n.Base(), least);
  window.block = MakeRate("block", block, n.Base(), least);
  window.soft = MakeRate("soft", soft, n.Base(), least);
  window.deferral = MakeRate("deferral", n.of(RateUnit::kDeferred),
                             n.of(RateUnit::kAttempts), least);
  window.state = std::max(RateState::kOk, window.hard.state);
  if (window.length != RateLength::kDay) return;
  window.complaint =
      MakeRate("complaint", n.of(RateUnit::kComplaint),
               n.of(RateUnit::kDelivered), least, thresholds_.complaint);
  window.state = std::max(window.state, window.complaint.state);
}

std::span<const ReasonCount> RateView::TopOf(
    std::span<const ReasonCount> reasons) {
  const auto end = std::ranges::partial_sort_copy(
      reasons, top_, [](const ReasonCount& a, const ReasonCount& b) {
        return std::tuple(b.count, a.reason) < std::tuple(a.count, b.reason);
      });
  return {top_.begin(), end.out};
}

}  // namespace ricochet
