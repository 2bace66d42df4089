#include "ledger/entry_view.h"

#include <algorithm>
#include <utility>

#include "ledger/standing.h"

namespace ricochet {
namespace {

// Later of two expiries, where kNoTime is never.
EventTime LaterExpiry(EventTime a, EventTime b) noexcept {
  return a == kNoTime || b == kNoTime ? kNoTime : std::max(a, b);
}

bool HoldsAt(const ManualAdd& manual, EventTime now) noexcept {
  return manual.expires == kNoTime || manual.expires > now;
}

// Calls visit(cause, row, standing) for each cause that suppresses at `now`.
void ForEachHolding(const Policy& policy, SuppressionScope scope,
                    const LedgerEntry& entry, EventTime now, auto visit) {
  for (const auto& cause : entry.causes) {
    const auto* row = policy.Find(cause.reason, scope, cause.waits);
    if (row == nullptr) continue;
    const auto standing = StandingOf(*row, cause);
    if (standing.HoldsAt(now)) visit(cause, *row, standing);
  }
}

SuppressionCause ManualCause(const ManualAdd& manual) {
  SuppressionCause cause;
  cause.reason = manual.reason;
  cause.kind = Info(manual.reason).kind;
  cause.first = manual.time;
  cause.expires = manual.expires;
  cause.days = {{manual.time, manual.event}};
  cause.who = manual.who;
  cause.note = manual.note;
  return cause;
}

}  // namespace

bool EntryReader::Holds(SuppressionScope scope, const LedgerEntry& entry,
                        EventTime now) const noexcept {
  bool holds = entry.manual && HoldsAt(*entry.manual, now);
  ForEachHolding(policy, scope, entry, now,
                 [&](const auto&, const auto&, const auto&) { holds = true; });
  return holds;
}

SuppressionEntry EntryReader::View(const EntryKey& key,
                                   const LedgerEntry& entry,
                                   EventTime now) const {
  SuppressionEntry view;
  view.scope = key.scope;
  view.tenant = key.tenant;
  view.recipient = key.address;
  view.qualifier = key.qualifier;
  auto last = kNoTime;
  const auto add = [&](SuppressionCause cause, std::string_view words) {
    if (view.causes.empty() || cause.last() > last) {
      last = cause.last();
      if (words.empty() && advice) words = advice(cause.reason);
      view.advice = words;
    }
    view.causes.push_back(std::move(cause));
  };
  ForEachHolding(policy, key.scope, entry, now,
                 [&](const LedgerCause& known, const PolicyRow& row,
                     const Standing& standing) {
                   SuppressionCause cause;
                   cause.reason = known.reason;
                   cause.kind = known.kind;
                   cause.rule = rules.Name(known.rule);
                   cause.first = known.first;
                   cause.expires = standing.expires;
                   cause.days.assign(known.days.begin(), known.days.end());
                   cause.addresses = known.addresses.size();
                   add(std::move(cause), row.advice);
                 });
  if (entry.manual && HoldsAt(*entry.manual, now)) {
    add(ManualCause(*entry.manual), {});
  }
  if (view.causes.empty()) return view;
  view.since = view.causes.front().first;
  view.expires = view.causes.front().expires;
  for (const auto& cause : view.causes) {
    view.since = std::min(view.since, cause.first);
    view.expires = LaterExpiry(view.expires, cause.expires);
  }
  return view;
}

Reason EntryReader::FirstReason(SuppressionScope scope,
                                const LedgerEntry& entry,
                                EventTime now) const noexcept {
  auto first = Reason::kNone;
  const auto add = [&first](Reason reason) {
    if (first == Reason::kNone || reason < first) first = reason;
  };
  ForEachHolding(policy, scope, entry, now,
                 [&](const LedgerCause& cause, const auto&, const auto&) {
                   add(cause.reason);
                 });
  if (entry.manual && HoldsAt(*entry.manual, now)) add(entry.manual->reason);
  return first;
}

SuppressionEntry EntryReader::LastView(const EntryKey& key,
                                       const LedgerEntry& entry) const {
  const auto end = Expires(key.scope, entry, kNoTime);  // of all that ever held
  return View(
      key, entry,
      end == kNoTime ? EventTime::max() : end - std::chrono::milliseconds(1));
}

EventTime EntryReader::Expires(SuppressionScope scope, const LedgerEntry& entry,
                               EventTime now) const noexcept {
  bool any = false;
  auto expires = kNoTime;
  const auto add = [&](EventTime end) {
    expires = any ? LaterExpiry(expires, end) : end;
    any = true;
  };
  ForEachHolding(policy, scope, entry, now,
                 [&](const auto&, const auto&, const Standing& standing) {
                   add(standing.expires);
                 });
  if (entry.manual && HoldsAt(*entry.manual, now)) add(entry.manual->expires);
  return expires;
}

EventTime EntryReader::WorthKeeping(SuppressionScope scope,
                                    const LedgerEntry& entry) const noexcept {
  // A release is kept for evidence from before it that comes late.
  constexpr std::chrono::days kRelease{30};
  auto until = kNoTime;
  if (entry.released != kNoTime) until = entry.released + kRelease;
  if (entry.manual) until = std::max(until, entry.manual->time + kRelease);
  for (const auto& cause : entry.causes) {
    const auto* row = policy.Find(cause.reason, scope, cause.waits);
    if (row != nullptr) until = std::max(until, WorthUntil(*row, cause));
  }
  return until;
}

}  // namespace ricochet
