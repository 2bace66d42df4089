#include "ledger/suppress.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "ledger/entry_codec.h"
#include "ricochet/text_hash.h"

namespace ricochet {
namespace {

BrakePolicy BrakeOf(const Policy& policy, const SuppressorOptions& options) {
  auto brake = policy.brake();
  brake.enabled = brake.enabled && options.brake;
  return brake;
}

// The list that a mail was for; empty: not known.
std::string_view ListOf(const AddressEvidence& evidence, ListBy by) noexcept {
  switch (by) {
    case ListBy::kSenderDomain:
      return evidence.sender_domain;
    case ListBy::kStream:
      return evidence.stream;
    case ListBy::kTenant:
      return evidence.tenant;
  }
  return {};
}

}  // namespace

Suppressor::Suppressor(const Policy& policy, SuppressorOptions options)
    : policy_(policy),
      options_(std::move(options)),
      reader_{policy, rules_, options_.advice},
      deliveries_(options_.deliveries, options_.delivery_memory),
      brake_(BrakeOf(policy, options_)) {}

void Suppressor::Add(const LedgerInput& input, Offset offset,
                     SuppressionSink& sink) {
  std::visit(
      [&](const auto& evidence) {
        AddTo(evidence, Step{.offset = offset}, sink);
      },
      input);
}

void Suppressor::AddTo(const AddressEvidence& evidence, Step step,
                       SuppressionSink& sink) {
  if (evidence.time == kNoTime) {
    ++counters_.undated;
    return;
  }
  step.origin = {.event = evidence.event, .time = evidence.time};
  step.provider = evidence.provider;
  const auto address_hash = TextHash{}(evidence.address);
  brake_.See(evidence.provider, evidence.time, address_hash);
  const bool delivered = evidence.outcome == Outcome::kDelivered;
  const auto fold = [&](SuppressionScope scope, std::string_view qualifier) {
    if (!policy_.has_scope(scope)) return;
    const EntryKey key{scope, evidence.tenant, qualifier, evidence.address};
    if (delivered) return Deliver(key, address_hash, step, sink);
    const auto* row = policy_.Match(evidence, scope);
    if (row != nullptr) Fold(key, *row, evidence, 0, step, sink);
  };
  fold(SuppressionScope::kAddress, {});
  if (!evidence.sender_domain.empty()) {
    fold(SuppressionScope::kAddressSenderDomain, evidence.sender_domain);
  }
  // A wish for a list that is not known is one for all of them. No delivery
  // lifts one.
  if (!delivered) {
    fold(SuppressionScope::kAddressList, ListOf(evidence, policy_.list_by()));
  }
}

void Suppressor::AddTo(const DomainEvidence& evidence, Step step,
                       SuppressionSink& sink) {
  const auto& failure = evidence.failure;
  if (failure.time == kNoTime) {
    ++counters_.undated;
    return;
  }
  step.origin = {.event = failure.event, .time = failure.time};
  step.provider = failure.provider;
  brake_.See(failure.provider, failure.time, evidence.address_hash);
  const auto* row = policy_.Match(failure, SuppressionScope::kDomain);
  if (row == nullptr) return;
  Fold({SuppressionScope::kDomain, failure.tenant, {}, evidence.domain}, *row,
       failure, evidence.address_hash, step, sink);
}

void Suppressor::AddTo(const OperatorAction& action, Step step,
                       SuppressionSink& sink) {
  if (action.time == kNoTime) {
    ++counters_.undated;
    return;
  }
  step.origin = {action.event, action.time, action.who, action.note};
  step.braked = false;
  const EntryKey key{action.scope, action.tenant, action.qualifier,
                     action.address};
  if (!OpenEntry(key, step)) return;
  auto& entry = open_.entry;
  if (action.verb == OperatorVerb::kRelease) {
    entry.released = std::max(entry.released, action.time);
  } else if (!entry.manual ||
             std::pair(action.time, action.event) >
                 std::pair(entry.manual->time, entry.manual->event)) {
    entry.manual = ManualAdd{.time = action.time,
                             .event = action.event,
                             .expires = action.expires,
                             .reason = action.reason,
                             .who = std::string(action.who),
                             .note = std::string(action.note)};
  }
  Close(step, sink);
}

void Suppressor::Deliver(const EntryKey& key, std::uint64_t address_hash,
                         const Step& step, SuppressionSink& sink) {
  if (!IsWritable(key)) {
    ++counters_.malformed;
    return;
  }
  const auto id = IdOf(key, address_hash);
  if (table_.Find(id) == nullptr) {
    return deliveries_.Note(id, step.origin.time, now_);
  }
  if (!OpenEntry(key, step) || open_.entry.delivered >= step.origin.time) {
    return;
  }
  open_.entry.delivered = step.origin.time;
  // Nothing that was delivered suppresses anybody.
  Step lifting = step;
  lifting.may_begin = false;
  Close(lifting, sink);
}

void Suppressor::Fold(const EntryKey& key, const PolicyRow& row,
                      const AddressEvidence& evidence,
                      std::uint64_t address_hash, Step step,
                      SuppressionSink& sink) {
  if (!OpenEntry(key, step)) return;
  step.braked = row.lifted_automatically;
  const Sighting sighting{.day = {evidence.time, evidence.event},
                          .kind = evidence.kind,
                          .rule = evidence.rule,
                          .address_hash = address_hash};
  Merge(sighting, row, rules_,
        CauseOf(evidence.reason, row.waits(), open_.entry));
  Close(step, sink);
}

// Unpacks the entry of `key` into open_, a new one when there is none. False:
// there is nothing to do, or no room.
bool Suppressor::OpenEntry(const EntryKey& key, const Step& step) {
  if (!WriteKey(key, open_.name)) {
    ++counters_.malformed;
    return false;
  }
  const auto id = IdOf(key);
  if (const auto* packed = table_.Find(id)) {
    if (packed->key() != open_.name) {
      ++counters_.collisions;
      return false;
    }
    OpenKnown(id, *packed);
    if (step.offset <= open_.entry.applied) return false;
  } else {
    if (!MakeRoom()) return false;
    open_.id = id;
    open_.key = *ReadKey(open_.name);
    open_.known = false;
    open_.due = kNeverDue;
    open_.entry = LedgerEntry{};
    open_.entry.delivered = deliveries_.Take(id);
    open_.before.reset();
    open_.over = false;
  }
  open_.entry.applied = step.offset;
  return true;
}

void Suppressor::OpenKnown(std::uint64_t id, const PackedEntry& packed) {
  open_.id = id;
  open_.name = packed.key();
  open_.key = *ReadKey(open_.name);
  open_.known = true;
  open_.due = packed.due();
  [[maybe_unused]] const bool ours =
      DecodeEntry(packed.value(), nullptr, open_.entry);
  open_.applied = open_.entry.applied;
  open_.before.reset();
  open_.over = false;
  if (!open_.entry.suppressed) return;
  open_.before = reader_.View(open_.key, open_.entry, NowOf(open_.entry));
  open_.over = open_.before->causes.empty();
  if (open_.over) open_.before = reader_.LastView(open_.key, open_.entry);
}

// Room for one more entry: the one that would be forgotten first makes it.
bool Suppressor::MakeRoom() {
  if (sizes_.watched < options_.watched) return true;
  DueHour hour = 0;
  std::uint64_t id = 0;
  while (watched_due_.TakeFirst(hour, id)) {
    const auto* packed = table_.Find(id);
    if (packed == nullptr || packed->due() != hour ||
        IsSuppressed(packed->value())) {
      continue;
    }
    erased_.emplace_back(packed->key());
    table_.Erase(id);
    --sizes_.watched;
    ++counters_.evicted;
    return true;
  }
  ++counters_.refused;
  return false;
}

// What the evidence says by itself is later than what the clock says when old
// logs are read.
EventTime Suppressor::NowOf(const LedgerEntry& entry) const noexcept {
  return std::max({now_, LatestOf(entry), entry.delivered, entry.released});
}

// Says what follows from the change of the open entry, and stores it.
void Suppressor::Close(const Step& step, SuppressionSink& sink) {
  auto& entry = open_.entry;
  Prune(policy_, open_.key.scope, entry);
  const auto now = NowOf(entry);
  const bool holds = reader_.Holds(open_.key.scope, entry, now);
  if (entry.suppressed && !holds) {
    entry.suppressed = false;
    const auto end = open_.before->expires;
    if (open_.over || (end != kNoTime && end <= now)) {
      sink.OnChange(SuppressionChange::kExpired, *open_.before,
                    EndOf(*open_.before, now));
    } else {
      sink.OnChange(SuppressionChange::kReleased, *open_.before, step.origin);
    }
  } else if (entry.suppressed) {
    const auto view = reader_.View(open_.key, entry, now);
    if (view != *open_.before) {
      sink.OnChange(SuppressionChange::kChanged, view, step.origin);
    }
  } else if (holds && step.may_begin && Admit(step, sink)) {
    entry.suppressed = true;
    sink.OnChange(SuppressionChange::kBegan,
                  reader_.View(open_.key, entry, now), step.origin);
  }
  Store();
}

bool Suppressor::Admit(const Step& step, SuppressionSink& sink) {
  if (sizes_.suppressed >= options_.suppressed) {
    ++counters_.refused;
    return false;
  }
  if (!step.braked) return true;
  std::optional<BrakeAlert> alert;
  const bool admitted = brake_.Admit(step.provider, step.origin.time, alert);
  if (alert) {
    ++counters_.brakes;
    sink.OnBrake(*alert);
  }
  if (!admitted) ++counters_.braked;
  return admitted;
}

}  // namespace ricochet
