#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace ricochet {

// Both ends as fractions of one.
struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson's score interval at 95 % for `count` out of `of`; 0 to 1 when `of`
// is 0.
[[nodiscard]] Interval WilsonInterval(std::uint64_t count, std::uint64_t of);

// Where a rate begins to be a matter of concern, as fractions of one.
struct RateLimits {
  double warning = 0.02;
  double critical = 0.05;
  double page = 0.10;
};

// How a rate stands: the lower end of its interval against the limits.
enum class RateState : std::uint8_t {
  kTooFew,  // too few outcomes to say
  kOk,
  kWarning,
  kCritical,
  kPage,
};
inline constexpr std::array<std::string_view, 5> kRateStateNames = {
    "too_few", "ok", "warning", "critical", "page"};

struct RateThresholds {
  RateLimits hard;
  RateLimits block;
  // Nobody is woken up for complaints.
  RateLimits complaint = {0.001, 0.003,
                          std::numeric_limits<double>::infinity()};
  // A rate over fewer outcomes has state kTooFew.
  std::uint64_t min_outcomes = 200;
};

// A share with its uncertainty and, when it has limits, how it stands.
struct Rate {
  std::string_view name;  // a literal
  std::uint64_t count = 0;
  std::uint64_t of = 0;
  Interval interval;
  std::optional<RateLimits> limits;
  RateState state = RateState::kTooFew;  // meaningless without limits

  [[nodiscard]] double value() const noexcept {
    return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
  }
};

[[nodiscard]] Rate MakeRate(std::string_view name, std::uint64_t count,
                            std::uint64_t of, std::uint64_t min_outcomes,
                            std::optional<RateLimits> limits = {});

}  // namespace ricochet
