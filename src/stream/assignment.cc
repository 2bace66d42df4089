#include "stream/assignment.h"

#include <algorithm>

namespace ricochet {

void Assignment::Add(OwnedPartition owned) {
  Remove(owned.partition);
  owned.reached = owned.position;
  const auto seen = furthest_.find(owned.partition);
  if (seen != furthest_.end()) owned.furthest = seen->second;
  owned_.push_back(std::move(owned));
}

void Assignment::Remove(Partition p) {
  if (const auto* owned = Find(p)) furthest_[p] = owned->furthest;
  std::erase_if(owned_,
                [p](const OwnedPartition& o) { return o.partition == p; });
  last_ = 0;
}

OwnedPartition* Assignment::Find(Partition p) {
  if (last_ < owned_.size() && owned_[last_].partition == p) {
    return &owned_[last_];
  }
  for (std::size_t i = 0; i < owned_.size(); ++i) {
    if (owned_[i].partition != p) continue;
    last_ = i;
    return &owned_[i];
  }
  return nullptr;
}

void Assignment::Follow(std::span<const Record> records) {
  for (const Record& record : records) {
    OwnedPartition* owned = Find(record.partition);
    if (owned == nullptr || owned->strayed) continue;
    if (owned->Skips(record.offset)) {
      owned->strayed = true;
      continue;
    }
    owned->reached = record.offset + 1;
    if (record.offset < owned->furthest) continue;
    owned->furthest = record.offset;
    owned->strays = 0;
  }
}

void Assignment::Asked() {
  for (auto& owned : owned_) {
    owned.reached = owned.position;
    owned.strayed = false;
  }
}

bool Assignment::strayed() const {
  return std::ranges::any_of(owned_, &OwnedPartition::strayed);
}

Piece::Kind Assignment::KindOf(const Record& record) {
  const OwnedPartition* owned = Find(record.partition);
  if (owned == nullptr || owned->strayed || record.offset < owned->position) {
    return Piece::Kind::kSkip;
  }
  if (record.offset < owned->live_from) return Piece::Kind::kReplay;
  if (record.offset < owned->careful_until) return Piece::Kind::kCareful;
  return Piece::Kind::kLive;
}

Piece Assignment::Next(std::span<const Record> records, std::size_t careful) {
  const auto kind = KindOf(records.front());
  const auto most = kind == Piece::Kind::kCareful
                        ? std::min(careful, records.size())
                        : records.size();
  std::size_t count = 1;
  while (count < most && KindOf(records[count]) == kind) {
    ++count;
  }
  return {kind, records.first(count)};
}

void Assignment::Advance(const Piece& piece, EventTime now) {
  if (piece.kind == Piece::Kind::kSkip) return;
  for (const Record& record : piece.records) {
    OwnedPartition* owned = Find(record.partition);
    owned->position = record.offset + 1;
    owned->newest = std::max(owned->newest, record.time);
    owned->last_seen = now;
    owned->at_end = false;
  }
}

bool Assignment::changed() const {
  return std::any_of(owned_.begin(), owned_.end(),
                     [](const OwnedPartition& o) { return o.changed(); });
}

bool Assignment::replaying() const {
  return std::any_of(owned_.begin(), owned_.end(),
                     [](const OwnedPartition& o) { return o.replaying(); });
}

bool Assignment::careful() const {
  return std::any_of(owned_.begin(), owned_.end(), [](const OwnedPartition& o) {
    return o.position < o.careful_until;
  });
}

void Assignment::BeCareful() {
  for (auto& owned : owned_) {
    owned.careful_until = std::max(owned.careful_until, owned.position);
  }
}

EventTime Assignment::Watermark(EventTime now) const {
  constexpr std::chrono::minutes kDelay{10};
  constexpr std::chrono::minutes kIdle{1};
  EventTime slowest = EventTime::max();
  for (const auto& owned : owned_) {
    const bool idle = owned.at_end && now - owned.last_seen >= kIdle;
    // Capped: a record from the future must not close windows early.
    const auto newest = idle ? now : std::min(owned.newest, now);
    if (newest == kNoTime) return kNoTime;
    slowest = std::min(slowest, newest);
  }
  return owned_.empty() ? kNoTime : slowest - kDelay;
}

}  // namespace ricochet
