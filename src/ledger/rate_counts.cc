#include "ledger/rate_counts.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <span>
#include <utility>

#include "ricochet/address.h"
#include "ricochet/units.h"

namespace ricochet {
namespace {

void Bump(RateCount& count) noexcept { count = AddCounts(count, 1); }

bool Counts(const DeliveryEvent& event, TallyKey key) noexcept {
  return event.attempt.role == Role::kMessage &&
         (key.is_attempt() || key.is_outcome ||
          key.outcome == Outcome::kComplaint);
}

void Count(const DeliveryEvent& event, TallyKey key, RateNumbers& numbers,
           std::span<RateCount> reasons) noexcept {
  if (key.is_attempt()) Bump(numbers[RateUnit::kAttempts]);
  if (key.outcome == Outcome::kDeferred) Bump(numbers[RateUnit::kDeferred]);
  if (key.outcome == Outcome::kComplaint) Bump(numbers[RateUnit::kComplaint]);
  if (!key.is_outcome) return;
  Bump(numbers[OutcomeUnitOf(key.kind)]);
  if (key.outcome == Outcome::kDelivered) return;
  Bump(reasons[static_cast<std::size_t>(ReasonFor(event.verdict))]);
}

}  // namespace

RateUnit OutcomeUnitOf(Kind kind) noexcept {
  switch (kind) {
    case Kind::kDelivered:
      return RateUnit::kDelivered;
    case Kind::kHard:
      return RateUnit::kHard;
    case Kind::kSoft:
      return RateUnit::kSoft;
    case Kind::kBlock:
      return RateUnit::kBlock;
    case Kind::kAdmin:
      return RateUnit::kAdmin;
    case Kind::kUndetermined:
    case Kind::kNone:
      return RateUnit::kUndetermined;
  }
  return RateUnit::kUndetermined;
}

RateCounts::RateCounts(std::vector<std::string> provider_names)
    : provider_names_(std::move(provider_names)) {}

void RateCounts::Add(const DeliveryEvent& event) {
  const TallyKey key = KeyOf(event);
  if (!Counts(event, key)) return;
  const auto minute = MinuteOf(event.attempt.time);
  if (!minute) {
    ++undated_;
    return;
  }
  Row& row =
      FindOrMake(KeyOfRow(event.attempt, event.verdict.provider, *minute));
  Count(event, key, row.numbers, row.reasons);
}

// Its views die with the attempt, or when `scratch_` is used again.
RateCounts::Key RateCounts::KeyOfRow(const DeliveryAttempt& attempt,
                                     ProviderId provider, Minute minute) {
  std::string_view domain;
  if (attempt.has_sender) {
    domain = ReadAddress(attempt.sender, scratch_).domain;
  }
  if (domain.empty()) domain = "unknown";
  const std::string_view name =
      provider < provider_names_.size()
          ? std::string_view(provider_names_[provider])
          : "other";
  return {{attempt.tenant.substr(0, kMaxText),
           attempt.stream.substr(0, kMaxText), domain.substr(0, kMaxText),
           name.substr(0, kMaxText), attempt.egress.substr(0, kMaxText)},
          minute};
}

std::size_t RateCounts::RowHash::operator()(const Key& key) const noexcept {
  const auto& d = key.dimensions;
  return absl::HashOf(d.sender_domain, d.provider, d.stream, d.tenant, d.egress,
                      key.minute);
}

RateCounts::Row& RateCounts::FindOrMake(const Key& key) {
  if (const auto found = index_.find(key); found != index_.end()) {
    return **found;
  }
  if (used_ == rows_.size()) rows_.emplace_back();
  Row& row = rows_[used_++];
  const auto& d = key.dimensions;
  row.text.clear();
  row.text.append(d.tenant).append(d.stream).append(d.sender_domain);
  row.text.append(d.provider).append(d.egress);
  std::string_view rest = row.text;
  const auto take = [&rest](std::string_view text) {
    const auto taken = rest.substr(0, text.size());
    rest.remove_prefix(text.size());
    return taken;
  };
  row.key = {{take(d.tenant), take(d.stream), take(d.sender_domain),
              take(d.provider), take(d.egress)},
             key.minute};
  row.numbers = {};
  row.reasons.fill(0);
  index_.insert(&row);
  return row;
}

void RateCounts::Flush(const Visit& visit) {
  sorted_.clear();
  for (std::size_t i = 0; i < used_; ++i) sorted_.push_back(&rows_[i]);
  const auto record = [](const Row* row) {
    const auto& d = row->key.dimensions;
    return std::pair(d.tenant, d.sender_domain);
  };
  std::ranges::sort(sorted_, [&](const Row* a, const Row* b) {
    return std::pair(record(a), a->key) < std::pair(record(b), b->key);
  });
  for (std::span<const Row* const> rest(sorted_); !rest.empty();) {
    const auto most = rest.first(std::min(rest.size(), kMaxRows));
    const auto end = std::ranges::find_if(most, [&](const Row* row) {
      return record(row) != record(most.front());
    });
    const auto rows = most.first(static_cast<std::size_t>(end - most.begin()));
    HandOut(rows, visit);
    rest = rest.subspan(rows.size());
  }
  Clear();
}

// `rows` are of one tenant and sender domain.
void RateCounts::HandOut(std::span<const Row* const> rows, const Visit& visit) {
  out_.clear();
  reasons_.clear();
  reasons_.reserve(rows.size() * kReasons.size());  // they will not move
  for (const Row* row : rows) {
    const auto before = reasons_.size();
    for (std::size_t i = 0; i < row->reasons.size(); ++i) {
      if (row->reasons[i] == 0) continue;
      reasons_.push_back({static_cast<Reason>(i), row->reasons[i]});
    }
    const auto& d = row->key.dimensions;
    out_.push_back({.stream = d.stream,
                    .provider = d.provider,
                    .egress = d.egress,
                    .minute = row->key.minute,
                    .numbers = row->numbers,
                    .reasons = std::span(reasons_).subspan(before)});
  }
  const auto& d = rows.front()->key.dimensions;
  visit({.tenant = d.tenant, .sender_domain = d.sender_domain, .rows = out_});
}

// Elements are erased one by one: clear() would give the table's memory back.
void RateCounts::Clear() noexcept {
  for (auto at = index_.begin(); at != index_.end();) index_.erase(at++);
  used_ = 0;
}

}  // namespace ricochet
