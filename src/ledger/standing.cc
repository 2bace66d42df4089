#include "ledger/standing.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace ricochet {
namespace {

// What has happened up to and with the day at `index` is enough.
bool IsEnough(const PolicyRow& row, const LedgerCause& cause,
              std::size_t index) noexcept {
  const auto until = cause.days[index].time;
  const auto counts = [&](const auto& seen) {
    return seen.time <= until && seen.time >= until - row.within;
  };
  const auto begin = cause.days.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(index) + 1;
  const auto first = std::find_if(begin, end, counts);
  const auto days = end - first;
  const bool enough = row.distinct_addresses > 0
                          ? std::ranges::count_if(cause.addresses, counts) >=
                                row.distinct_addresses
                          : days >= row.days;
  // As many days as are kept are a week by date, whatever their hours.
  const bool full = days == static_cast<int>(SuppressionCause::kMaxDays);
  auto since = first->time;
  // An address may have failed before the latest failure of that day.
  for (const auto& address : cause.addresses) {
    if (counts(address)) since = std::min(since, address.time);
  }
  return enough && (full || until - since >= row.spread);
}

// How long the suppression after so many repeats is.
std::chrono::days LengthOf(const PolicyRow& row, int repeats) noexcept {
  auto length = *row.expiry;
  if (!row.max_expiry) return length;
  for (; repeats > 0 && length < *row.max_expiry; --repeats) length *= 2;
  return std::min(length, *row.max_expiry);
}

}  // namespace

Standing StandingOf(const PolicyRow& row, const LedgerCause& cause) noexcept {
  Standing standing;
  standing.repeats = cause.repeats;
  for (std::size_t i = 0; i < cause.days.size(); ++i) {
    const auto time = cause.days[i].time;
    if (!standing.HoldsAt(time)) {
      if (!IsEnough(row, cause, i)) continue;
      if (standing.began) ++standing.repeats;
      standing.began = true;
    }
    if (!row.expiry) return standing;
    standing.expires =
        std::max(standing.expires, time + LengthOf(row, standing.repeats));
  }
  return standing;
}

EventTime WorthUntil(const PolicyRow& row, const LedgerCause& cause) noexcept {
  const auto standing = StandingOf(row, cause);
  const bool ends = standing.began && standing.expires != kNoTime;
  if (!row.waits() && ends) return standing.expires;
  auto until = cause.last() + row.within;
  if (ends) {
    until = std::max(until, standing.expires +
                                row.max_expiry.value_or(std::chrono::days(0)));
  }
  return until;
}

}  // namespace ricochet
