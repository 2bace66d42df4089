#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "ricochet/rate.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

// Bounce rates on their way: counts by minute go from the first stage to the
// ledger, which adds them up in windows for mail.bounce-rates.
namespace ricochet {

// What is counted. The first three are of attempts and complaints, the others
// are final outcomes by kind. The list enters records and changelogs: a change
// takes a new version of both.
enum class RateUnit : std::uint8_t {
  kAttempts,
  kDeferred,
  kComplaint,
  kDelivered,
  kHard,
  kSoft,
  kBlock,
  kAdmin,
  kUndetermined,
};
inline constexpr std::size_t kRateUnits = 9;

// Numbers stay at 4,294,967,295, so sums depend on no order.
using RateCount = std::uint32_t;
[[nodiscard]] constexpr RateCount AddCounts(RateCount a, RateCount b) noexcept {
  const RateCount sum = a + b;
  return sum < a ? std::numeric_limits<RateCount>::max() : sum;
}

struct RateNumbers {
  std::array<RateCount, kRateUnits> counts{};

  [[nodiscard]] RateCount& operator[](RateUnit unit) noexcept {
    return counts[static_cast<std::size_t>(unit)];
  }
  [[nodiscard]] std::uint64_t of(RateUnit unit) const noexcept {
    return counts[static_cast<std::size_t>(unit)];
  }
  // What the outcome rates are a share of: delivered, and all final failures
  // but those of kind admin.
  [[nodiscard]] std::uint64_t Base() const noexcept {
    return of(RateUnit::kDelivered) + of(RateUnit::kHard) +
           of(RateUnit::kSoft) + of(RateUnit::kBlock) +
           of(RateUnit::kUndetermined);
  }
  void Add(const RateNumbers& other) noexcept {
    std::ranges::transform(counts, other.counts, counts.begin(), AddCounts);
  }
  friend bool operator==(const RateNumbers&, const RateNumbers&) = default;
};

// How many final failures had this reason.
struct ReasonCount {
  Reason reason = Reason::kNone;
  RateCount count = 0;
  friend bool operator==(const ReasonCount&, const ReasonCount&) = default;
};

// Minutes since 1970, UTC; to the end of the year 9999.
using Minute = std::uint32_t;
inline constexpr Minute kLastMinute = 4'223'371'679;

// The minute that `time` is in; nothing before 1970 and after 9999.
[[nodiscard]] inline std::optional<Minute> MinuteOf(EventTime time) noexcept {
  const auto count =
      std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
  if (count < 0 || count > kLastMinute) return std::nullopt;
  return static_cast<Minute>(count);
}

[[nodiscard]] constexpr EventTime TimeOf(Minute minute) noexcept {
  return EventTime{std::chrono::minutes{minute}};
}

// What rates are told apart by.
struct RateDimensions {
  std::string_view tenant;
  std::string_view stream;
  std::string_view sender_domain;  // "unknown": the log does not show it
  std::string_view provider;       // its name: numbers change with the rules
  std::string_view egress;         // empty: not known
  friend auto operator<=>(const RateDimensions&,
                          const RateDimensions&) = default;
};

// The share of one minute of event time in the counts of one transaction.
struct CountRow {
  std::string_view stream;
  std::string_view provider;
  std::string_view egress;
  Minute minute = 0;
  RateNumbers numbers;
  std::span<const ReasonCount> reasons;  // each once, none of them 0
};

// What one transaction of the first stage counted of one sender domain. Key:
// "s|tenant|sender domain". Views die when whoever handed it out says so.
struct CountRecord {
  std::string_view tenant;
  std::string_view sender_domain;
  std::span<const CountRow> rows;
};

enum class RateLength : std::uint8_t { kMinute, kHour, kDay };
inline constexpr std::array<RateLength, 3> kRateLengths = {
    RateLength::kMinute, RateLength::kHour, RateLength::kDay};
[[nodiscard]] constexpr Minute Minutes(RateLength length) noexcept {
  constexpr std::array<Minute, 3> kMinutes = {1, 60, 24 * 60};
  return kMinutes[static_cast<std::size_t>(length)];
}

// How a window stands, as mail.bounce-rates tells it.
struct RateWindow {
  static constexpr std::size_t kTopReasons = 5;

  RateDimensions dimensions;
  EventTime start = kNoTime;
  RateLength length = RateLength::kMinute;
  // Its time is over; what comes now are revisions.
  bool final = false;
  // How often it was written before.
  std::uint32_t revision = 0;
  RateNumbers numbers;
  Rate hard, bounce, block, soft, deferral;
  Rate complaint;  // of windows of a day only; else of nothing
  // The worse of hard and complaint; kTooFew counts as kOk.
  RateState state = RateState::kOk;
  // At most kTopReasons, most frequent first; as many are in their own order.
  std::span<const ReasonCount> top_reasons;
};

}  // namespace ricochet
