#include "ledger/ledger_entry.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "ledger/standing.h"

namespace ricochet {
namespace {

auto DayOf(EventTime time) noexcept {
  return std::chrono::floor<std::chrono::days>(time);
}

// Of two pieces of evidence of one day the later stands for it; ids order
// those of the same millisecond.
bool IsLater(const EvidenceDay& a, const EvidenceDay& b) noexcept {
  return std::tie(a.time, a.event) > std::tie(b.time, b.event);
}

// Keeps the last kMaxDays distinct days, and of what is dropped how often it
// had suppressed. A day once dropped was older than all that stayed, so it
// would be dropped in any order.
void MergeDay(const EvidenceDay& evidence, const PolicyRow& row,
              LedgerCause& cause) {
  auto& days = cause.days;
  const auto day = DayOf(evidence.time);
  const auto at = std::ranges::lower_bound(
      days, day, {}, [](const EvidenceDay& e) { return DayOf(e.time); });
  if (at != days.end() && DayOf(at->time) == day) {
    if (IsLater(evidence, *at)) *at = evidence;
    return;
  }
  const bool full = days.size() == SuppressionCause::kMaxDays;
  if (full && at == days.begin()) return;
  days.insert(at, evidence);
  if (!full) return;
  const auto before = StandingOf(row, cause).repeats;
  days.erase(days.begin());
  const auto after = StandingOf(row, cause).repeats;
  cause.repeats = static_cast<std::uint8_t>(
      std::min(UINT8_MAX, cause.repeats + std::max(0, before - after)));
}

// The same for the addresses of a domain.
void MergeAddress(const FailedAddress& address, LedgerCause& cause) {
  auto& all = cause.addresses;
  const auto known = std::ranges::find(all, address.hash, &FailedAddress::hash);
  if (known != all.end()) {
    if (known->time >= address.time) return;
    all.erase(known);
  }
  const auto order = [](const FailedAddress& a) {
    return std::pair(a.time, a.hash);
  };
  all.insert(std::ranges::lower_bound(all, order(address), {}, order), address);
  if (all.size() > SuppressionCause::kMaxDays) all.erase(all.begin());
}

// What is said of the latest evidence is decided by its time and id, and for
// the same event read again under other rules, by rule and kind: an order, so
// that the result depends on none.
void MergeLatest(const Sighting& sighting, RuleNames& rules,
                 LedgerCause& cause) {
  const auto& latest = cause.days.empty() ? EvidenceDay{} : cause.days.back();
  const auto known = rules.Name(cause.rule);
  if (std::tie(sighting.day.time, sighting.day.event, sighting.rule,
               sighting.kind) >=
      std::tie(latest.time, latest.event, known, cause.kind)) {
    cause.rule = rules.Intern(sighting.rule);
    cause.kind = sighting.kind;
  }
}

// Drops evidence up to `until`; what was before it is another story. Where
// something was ever dropped, the first that counts is the first that is kept:
// what came earlier that day may have been replaced or dropped, by the order.
void Forget(EventTime until, LedgerCause& cause) {
  if (until == kNoTime) return;
  if (cause.first <= until) cause.repeats = 0;
  const auto drop_until = [&](auto& ascending, auto time) {
    ascending.erase(ascending.begin(),
                    std::ranges::upper_bound(ascending, until, {}, time));
  };
  drop_until(cause.days, &EvidenceDay::time);
  drop_until(cause.addresses, &FailedAddress::time);
  if (!cause.days.empty()) cause.first = cause.days.front().time;
}

}  // namespace

LedgerCause& CauseOf(Reason reason, bool waits, LedgerEntry& entry) {
  const auto order = [](const LedgerCause& cause) {
    return std::pair(cause.reason, cause.waits);
  };
  const auto at = std::ranges::lower_bound(entry.causes,
                                           std::pair(reason, waits), {}, order);
  if (at != entry.causes.end() && order(*at) == std::pair(reason, waits)) {
    return *at;
  }
  LedgerCause cause;
  cause.reason = reason;
  cause.waits = waits;
  return *entry.causes.insert(at, std::move(cause));
}

void Merge(const Sighting& sighting, const PolicyRow& row, RuleNames& rules,
           LedgerCause& cause) {
  if (cause.days.empty() || sighting.day.time < cause.first) {
    cause.first = sighting.day.time;
  }
  MergeLatest(sighting, rules, cause);
  MergeDay(sighting.day, row, cause);
  if (row.distinct_addresses > 0) {
    MergeAddress({sighting.day.time, sighting.address_hash}, cause);
  }
}

void Prune(const Policy& policy, SuppressionScope scope, LedgerEntry& entry) {
  for (auto& cause : entry.causes) {
    const auto* row = policy.Find(cause.reason, scope, cause.waits);
    if (row == nullptr) {
      cause.days.clear();
    } else {
      Forget(entry.ForgottenUntil(row->lifted_by_delivery()), cause);
    }
  }
  std::erase_if(entry.causes,
                [](const LedgerCause& cause) { return cause.days.empty(); });
  if (entry.manual && entry.manual->time <= entry.released) {
    entry.manual.reset();
  }
}

EventTime LatestOf(const LedgerEntry& entry) noexcept {
  auto latest = kNoTime;
  for (const auto& cause : entry.causes) {
    latest = std::max(latest, cause.last());
  }
  return latest;
}

}  // namespace ricochet
