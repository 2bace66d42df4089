#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rates.h"

namespace ricochet {

// A day begins here.
inline constexpr Minute kSampleDay = 29'930'400;

inline constexpr Minute Clock(Minute hours, Minute minutes = 0) {
  return kSampleDay + hours * 60 + minutes;
}

// The wall clock.
inline EventTime Wall(Minute minute, int seconds = 0) {
  return TimeOf(minute) + std::chrono::seconds(seconds);
}

// One row of counts with its texts; a test sets what it is about.
struct SampleRow {
  Minute minute = Clock(12);
  std::string sender_domain = "shop.example";
  std::string provider = "google";
  std::string egress;
  std::string stream = "default";
  RateNumbers numbers;
  std::vector<ReasonCount> reasons;

  SampleRow& With(RateUnit unit, RateCount count) {
    numbers[unit] = count;
    return *this;
  }
  SampleRow& From(std::string_view domain) {
    sender_domain = domain;
    return *this;
  }
};

// `count` deliveries.
inline SampleRow Delivered(Minute minute, RateCount count = 1) {
  SampleRow row;
  row.minute = minute;
  return row.With(RateUnit::kAttempts, count).With(RateUnit::kDelivered, count);
}

inline SampleRow Hard(Minute minute, RateCount count = 1) {
  SampleRow row;
  row.minute = minute;
  row.reasons = {{Reason::kUserUnknown, count}};
  return row.With(RateUnit::kAttempts, count).With(RateUnit::kHard, count);
}

// All of one sender domain.
inline void Fold(Rates& rates, const std::vector<SampleRow>& rows,
                 Offset offset, EventTime time = kNoTime) {
  std::vector<CountRow> counted;
  for (const auto& row : rows) {
    counted.push_back({.stream = row.stream,
                       .provider = row.provider,
                       .egress = row.egress,
                       .minute = row.minute,
                       .numbers = row.numbers,
                       .reasons = row.reasons});
  }
  rates.Add({.tenant = "default",
             .sender_domain = rows.front().sender_domain,
             .rows = counted},
            time, offset);
}

// "1h 12:00 shop.example google: attempts 2 hard 1 user_unknown=1"; minutes of
// other days are beyond 24:00.
inline std::string NameOf(const RateWindow& window) {
  constexpr std::array<std::string_view, 3> kLengths = {"1m", "1h", "24h"};
  const auto since = std::chrono::floor<std::chrono::minutes>(
                         window.start - TimeOf(kSampleDay))
                         .count();
  std::string name = fmt::format(
      "{} {:02}:{:02} {} {}", kLengths[static_cast<std::size_t>(window.length)],
      since / 60, since % 60, window.dimensions.sender_domain,
      window.dimensions.provider);
  if (window.dimensions.stream != "default") {
    name += fmt::format(" {}", window.dimensions.stream);
  }
  if (!window.dimensions.egress.empty()) {
    name += fmt::format(" {}", window.dimensions.egress);
  }
  return name;
}

inline std::string ContentsOf(const RateWindow& window) {
  constexpr std::array<std::string_view, kRateUnits> kNames = {
      "attempts", "deferred", "complaint", "delivered",   "hard",
      "soft",     "block",    "admin",     "undetermined"};
  std::string all;
  for (std::size_t i = 0; i < kRateUnits; ++i) {
    const auto count = window.numbers.counts[i];
    if (count != 0) all += fmt::format(" {} {}", kNames[i], count);
  }
  for (const auto& [reason, count] : window.top_reasons) {
    all += fmt::format(" {}={}", Info(reason).name, count);
  }
  return all;
}

// What a Rates told, line by line; "final" and "r2" (the revision) where they
// are so.
class Told {
 public:
  Rates::Visit visitor() {
    return [this](const RateWindow& window) {
      lines.push_back(fmt::format(
          "{}{}{}:{}", NameOf(window), window.final ? " final" : "",
          window.revision == 0 ? "" : fmt::format(" r{}", window.revision),
          ContentsOf(window)));
      last[NameOf(window)] = ContentsOf(window);
    };
  }
  // Takes what was told, sorted, one a line.
  std::string Take() {
    std::ranges::sort(lines);
    std::string all = fmt::format("{}", fmt::join(lines, "\n"));
    lines.clear();
    return all;
  }

  std::vector<std::string> lines;
  std::map<std::string, std::string> last;  // contents by name
};

inline std::string Tick(Rates& rates, EventTime now) {
  Told told;
  rates.Tick(now, told.visitor());
  return told.Take();
}

}  // namespace ricochet
