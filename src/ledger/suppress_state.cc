// How a Suppressor keeps its entries: storing, expiry, commit, rollback, load.
#include <algorithm>
#include <tuple>
#include <utility>

#include "ledger/entry_codec.h"
#include "ledger/suppress.h"

namespace ricochet {

DueHour Suppressor::DueOf(const Open& open) const noexcept {
  const auto& entry = open.entry;
  const auto scope = open.key.scope;
  if (!entry.suppressed) return HourOf(reader_.WorthKeeping(scope, entry));
  const auto now = NowOf(entry);
  if (!reader_.Holds(scope, entry, now)) return HourOf(kNoTime);
  const auto expires = reader_.Expires(scope, entry, now);
  return expires == kNoTime ? kNeverDue : HourOf(expires);
}

void Suppressor::Sizes::Add(SuppressionScope scope,
                            const PackedEntry& entry) noexcept {
  if (IsSuppressed(entry.value())) {
    ++suppressed;
    ++active.At(scope, entry.reason());
  } else {
    ++watched;
  }
}

void Suppressor::Sizes::Remove(SuppressionScope scope,
                               const PackedEntry& entry) noexcept {
  if (IsSuppressed(entry.value())) {
    --suppressed;
    --active.At(scope, entry.reason());
  } else {
    --watched;
  }
}

// The entry that is open, for the table.
PackedEntry Suppressor::Packed(DueHour due) {
  const auto& entry = open_.entry;
  const auto reason =
      entry.suppressed
          ? reader_.FirstReason(open_.key.scope, entry, NowOf(entry))
          : Reason::kNone;
  return {open_.name, EncodeEntry(entry, nullptr, packed_), due, reason};
}

// Puts the open entry back, if anything about it changed.
void Suppressor::Store() {
  auto& entry = open_.entry;
  if (entry.empty()) return EraseOpen();
  const auto due = DueOf(open_);
  const bool was_suppressed = open_.before.has_value();
  if (open_.known) {
    const auto applied = std::exchange(entry.applied, open_.applied);
    const bool same =
        due == open_.due &&
        EncodeEntry(entry, nullptr, packed_) == table_.Find(open_.id)->value();
    entry.applied = applied;
    if (same) return;
    sizes_.Remove(open_.key.scope, *table_.Find(open_.id));
  }
  const auto& stored = table_.Change(open_.id) = Packed(due);
  sizes_.Add(open_.key.scope, stored);
  const bool registered =
      open_.known && due == open_.due && was_suppressed == entry.suppressed;
  if (!registered) Register(open_.id, stored);
}

void Suppressor::EraseOpen() {
  if (open_.known) {
    erased_.push_back(open_.name);
    sizes_.Remove(open_.key.scope, *table_.Find(open_.id));
    table_.Erase(open_.id);
  }
  if (open_.entry.delivered != kNoTime) {
    deliveries_.Note(open_.id, open_.entry.delivered, now_);
  }
}

void Suppressor::Register(std::uint64_t id, const PackedEntry& packed) {
  auto& queue = IsSuppressed(packed.value()) ? suppressed_due_ : watched_due_;
  queue.Register(packed.due(), id);
}

void Suppressor::Tick(EventTime now, SuppressionSink& sink) {
  if (now == kNoTime) return;
  now_ = std::max(now_, now);
  brake_.Forget(now_);
  deliveries_.Forget(now_);
  const auto until = HourOf(now_);
  DueHour hour = 0;
  for (auto ids = suppressed_due_.TakeBefore(until, hour); !ids.empty();
       ids = suppressed_due_.TakeBefore(until, hour)) {
    for (const auto id : ids) Expire(id, hour, sink);
  }
  for (auto ids = watched_due_.TakeBefore(until, hour); !ids.empty();
       ids = watched_due_.TakeBefore(until, hour)) {
    for (const auto id : ids) Drop(id, hour);
  }
}

// The registration of an entry that is suppressed has come due.
void Suppressor::Expire(std::uint64_t id, DueHour hour, SuppressionSink& sink) {
  const auto* packed = table_.Find(id);
  if (packed == nullptr || packed->due() != hour ||
      !IsSuppressed(packed->value())) {
    return;
  }
  OpenKnown(id, *packed);
  auto& entry = open_.entry;
  if (!reader_.Holds(open_.key.scope, entry, NowOf(entry))) {
    entry.suppressed = false;
    sink.OnChange(SuppressionChange::kExpired, *open_.before,
                  EndOf(*open_.before, now_));
    const auto worth = reader_.WorthKeeping(open_.key.scope, entry);
    if (worth == kNoTime || worth <= now_) return EraseOpen();
  }
  Store();
}

// The same of one that is watched.
void Suppressor::Drop(std::uint64_t id, DueHour hour) {
  const auto* packed = table_.Find(id);
  if (packed == nullptr || packed->due() != hour ||
      IsSuppressed(packed->value())) {
    return;
  }
  OpenKnown(id, *packed);
  EraseOpen();
}

void Suppressor::Commit(StateWriter& out) {
  LedgerEntry entry;
  std::string bytes;
  table_.ForEachChanged([&](std::uint64_t, const PackedEntry* packed) {
    if (packed == nullptr) return;
    if (!DecodeEntry(packed->value(), nullptr, entry)) return;
    out.Put(packed->key(), EncodeEntry(entry, &rules_, bytes), false);
  });
  for (const auto& key : erased_) {
    const auto* packed = table_.Find(IdOf(*ReadKey(key)));
    if (packed == nullptr || packed->key() != key) out.Put(key, {}, true);
  }
  deliveries_.Commit(out);
  brake_.Commit(out);
}

void Suppressor::Settle() {
  table_.Settle();
  deliveries_.Settle();
  brake_.Settle();
  erased_.clear();
  settled_sizes_ = sizes_;
  settled_now_ = now_;
}

void Suppressor::Rollback() {
  std::vector<std::uint64_t> ids;
  table_.ForEachChanged(
      [&](std::uint64_t id, const PackedEntry*) { ids.push_back(id); });
  table_.Rollback();
  deliveries_.Rollback();
  brake_.Rollback();
  erased_.clear();
  sizes_ = settled_sizes_;
  now_ = settled_now_;
  // Their registrations may be used up.
  for (const auto id : ids) {
    const auto* packed = table_.Find(id);
    if (packed != nullptr) Register(id, *packed);
  }
}

Result<void> Suppressor::Load(std::string_view key, std::string_view value) {
  const char letter = key.empty() ? '\0' : key.front();
  if (letter == 'v' || letter == 'b') {
    if (!value.empty()) {
      return letter == 'v' ? deliveries_.Load(key, value)
                           : brake_.Load(key, value);
    }
    letter == 'v' ? deliveries_.Unload(key) : brake_.Unload(key);
    return {};
  }
  return LoadEntry(key, value);
}

Result<void> Suppressor::LoadEntry(std::string_view key,
                                   std::string_view value) {
  open_.name = key;
  const auto parts = ReadKey(open_.name);
  const bool readable =
      parts && (value.empty() || DecodeEntry(value, &rules_, open_.entry));
  if (!readable) {
    return Fail(ErrorCode::kKafka,
                "a suppression in the state is not readable");
  }
  const auto id = IdOf(*parts);
  if (const auto* known = table_.Find(id)) {
    sizes_.Remove(parts->scope, *known);
    table_.Unload(id);
  }
  if (!value.empty()) {
    if (open_.entry.applied >= log_end_) open_.entry.applied = kNoOffset;
    open_.key = *parts;
    auto packed = Packed(DueOf(open_));
    sizes_.Add(parts->scope, packed);
    Register(id, packed);
    table_.Load(id, std::move(packed));
  }
  settled_sizes_ = sizes_;
  return {};
}

std::optional<SuppressionEntry> Suppressor::Find(const EntryKey& key) const {
  std::string name;
  if (!WriteKey(key, name)) return std::nullopt;
  const auto* packed = table_.Find(IdOf(key));
  LedgerEntry entry;
  if (packed == nullptr || packed->key() != name ||
      !IsSuppressed(packed->value()) ||
      !DecodeEntry(packed->value(), nullptr, entry)) {
    return std::nullopt;
  }
  return reader_.View(key, entry, NowOf(entry));
}

void Suppressor::ForEach(
    const std::function<void(const SuppressionEntry&)>& visit) const {
  std::vector<std::pair<EntryKey, const PackedEntry*>> sorted;
  sorted.reserve(sizes_.suppressed);
  table_.ForEach([&](std::uint64_t, const PackedEntry& packed) {
    if (!IsSuppressed(packed.value())) return;
    sorted.emplace_back(*ReadKey(packed.key()), &packed);
  });
  std::ranges::sort(sorted, {}, [](const auto& item) {
    const auto& key = item.first;
    return std::tuple(key.tenant, key.address, key.scope, key.qualifier);
  });
  LedgerEntry entry;
  for (const auto& [key, packed] : sorted) {
    if (!DecodeEntry(packed->value(), nullptr, entry)) continue;
    visit(reader_.View(key, entry, NowOf(entry)));
  }
}

}  // namespace ricochet
