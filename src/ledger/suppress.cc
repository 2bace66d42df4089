#include "ledger/suppress.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <vector>

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

// Keeps the last kMaxDays distinct days. A day once dropped was older than all
// that stayed, so it would be dropped in any order.
bool MergeDay(const EvidenceDay& evidence, std::vector<EvidenceDay>& days) {
  const auto day = DayOf(evidence.time);
  const auto at = std::ranges::lower_bound(
      days, day, {}, [](const EvidenceDay& e) { return DayOf(e.time); });
  if (at != days.end() && DayOf(at->time) == day) {
    if (!IsLater(evidence, *at)) return false;
    *at = evidence;
    return true;
  }
  const bool full = days.size() == SuppressionCause::kMaxDays;
  if (full && at == days.begin()) return false;
  days.insert(at, evidence);
  if (full) days.erase(days.begin());
  return true;
}

SuppressionCause& FindOrMakeCause(Reason reason,
                                  std::vector<SuppressionCause>& causes) {
  const auto at =
      std::ranges::lower_bound(causes, reason, {}, &SuppressionCause::reason);
  if (at != causes.end() && at->reason == reason) return *at;
  SuppressionCause cause;
  cause.reason = reason;
  return *causes.insert(at, std::move(cause));
}

// Later of two expiries, where kNoTime is never.
EventTime LaterExpiry(EventTime a, EventTime b) noexcept {
  return a == kNoTime || b == kNoTime ? kNoTime : std::max(a, b);
}

}  // namespace

Suppressor::Suppressor(const Policy& policy, SuppressorOptions options)
    : policy_(policy), options_(options) {}

const SuppressionEntry* Suppressor::Add(const AddressEvidence& evidence) {
  if (policy_.ActsNow(evidence) == nullptr) return nullptr;
  if (evidence.time == kNoTime) {
    ++counters_.undated;
    return nullptr;
  }
  auto* entry = FindOrMake(evidence);
  if (entry == nullptr) return nullptr;
  auto& cause = FindOrMakeCause(evidence.reason, entry->causes);
  if (!Merge(evidence, cause)) return nullptr;
  Summarise(*entry);
  return entry;
}

SuppressionEntry* Suppressor::FindOrMake(const AddressEvidence& evidence) {
  const auto found = entries_.find(Key{evidence.tenant, evidence.address});
  if (found != entries_.end()) return found->second.get();
  if (entries_.size() >= options_.capacity) {
    ++counters_.refused;
    return nullptr;
  }
  auto made = std::make_unique<SuppressionEntry>();
  made->tenant = evidence.tenant;
  made->recipient = evidence.address;
  auto* entry = made.get();
  entries_.emplace(Key{entry->tenant, entry->recipient}, std::move(made));
  return entry;
}

// True if the cause changed. What is said of the latest evidence is decided by
// its time and id, and for the same event read again under other rules, by
// rule and kind: an order, so that the result depends on none.
bool Suppressor::Merge(const AddressEvidence& evidence,
                       SuppressionCause& cause) {
  const EvidenceDay incoming{evidence.time, evidence.event};
  const bool is_new = cause.days.empty();
  const auto known = is_new ? EvidenceDay{} : cause.days.back();
  bool changed = MergeDay(incoming, cause.days);
  if (is_new || evidence.time < cause.first) {
    cause.first = evidence.time;
    changed = true;
  }
  if (is_new ||
      std::tie(incoming.time, incoming.event, evidence.rule, evidence.kind) >
          std::tie(known.time, known.event, cause.rule, cause.kind)) {
    cause.rule = Intern(evidence.rule);
    cause.kind = evidence.kind;
    changed = true;
  }
  return changed;
}

void Suppressor::Summarise(SuppressionEntry& entry) const {
  const SuppressionCause* latest = &entry.causes.front();
  for (auto& cause : entry.causes) {
    const auto* row = policy_.Find(cause.reason);
    const bool expires = row != nullptr && row->expiry.has_value();
    cause.expires = expires ? cause.last() + *row->expiry : kNoTime;
    if (cause.last() > latest->last()) latest = &cause;
  }
  entry.since = entry.causes.front().first;
  entry.expires = entry.causes.front().expires;
  for (const auto& cause : entry.causes) {
    entry.since = std::min(entry.since, cause.first);
    entry.expires = LaterExpiry(entry.expires, cause.expires);
  }
  entry.advice = AdviceOf(latest->reason);
}

std::string_view Suppressor::AdviceOf(Reason reason) const {
  const auto* row = policy_.Find(reason);
  if (row != nullptr && !row->advice.empty()) return row->advice;
  return options_.advice != nullptr ? options_.advice(reason)
                                    : std::string_view{};
}

std::string_view Suppressor::Intern(std::string_view rule) {
  const auto found = rules_.find(rule);
  return found != rules_.end() ? *found : *rules_.emplace(rule).first;
}

const SuppressionEntry* Suppressor::Find(std::string_view tenant,
                                         std::string_view address) const {
  const auto found = entries_.find(Key{tenant, address});
  return found != entries_.end() ? found->second.get() : nullptr;
}

void Suppressor::ForEach(
    const std::function<void(const SuppressionEntry&)>& visit) const {
  std::vector<std::pair<Key, const SuppressionEntry*>> sorted;
  sorted.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) sorted.emplace_back(key, &*entry);
  std::ranges::sort(sorted);
  for (const auto& [key, entry] : sorted) visit(*entry);
}

}  // namespace ricochet
