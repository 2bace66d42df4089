#include "ricochet/rate.h"

#include <algorithm>
#include <cmath>

namespace ricochet {
namespace {

RateState StateOf(double low, const RateLimits& limits) {
  if (low >= limits.page) return RateState::kPage;
  if (low >= limits.critical) return RateState::kCritical;
  if (low >= limits.warning) return RateState::kWarning;
  return RateState::kOk;
}

}  // namespace

Interval WilsonInterval(std::uint64_t count, std::uint64_t of) {
  if (of == 0) return {0, 1};
  constexpr double kZ = 1.959963984540054;  // 97.5 % of a normal distribution
  constexpr double kZ2 = kZ * kZ;
  const auto n = static_cast<double>(of);
  const double share = static_cast<double>(std::min(count, of)) / n;
  const double centre = share + kZ2 / (2 * n);
  const double spread =
      kZ * std::sqrt(share * (1 - share) / n + kZ2 / (4 * n * n));
  const double scale = 1 + kZ2 / n;
  return {std::max(0.0, (centre - spread) / scale),
          std::min(1.0, (centre + spread) / scale)};
}

Rate MakeRate(std::string_view name, std::uint64_t count, std::uint64_t of,
              std::uint64_t min_outcomes, std::optional<RateLimits> limits) {
  Rate rate{.name = name,
            .count = count,
            .of = of,
            .interval = WilsonInterval(count, of),
            .limits = limits};
  if (limits && of >= min_outcomes) {
    rate.state = StateOf(rate.interval.low, *limits);
  }
  return rate;
}

}  // namespace ricochet
