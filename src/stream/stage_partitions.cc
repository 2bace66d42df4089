// The part of StageLoop that takes partitions over, gives them up, and finds
// out where to read.
#include <fmt/format.h>

#include "stream/stage_loop.h"

namespace ricochet {
namespace {

// No changelog topics exist yet: a partition's state is what its offset
// metadata says, and what the log itself holds.
class SavedMetadata final : public StateReader {
 public:
  explicit SavedMetadata(std::string_view metadata) : metadata_(metadata) {}
  [[nodiscard]] std::string_view metadata() const override { return metadata_; }
  Result<std::optional<Entry>> Next() override { return std::nullopt; }

 private:
  std::string_view metadata_;
};

}  // namespace

Transported<void> StageLoop::Handle(const Rebalance& rebalance) {
  status_.set_state(WorkerState::kRebalancing);
  const bool given = rebalance.kind == Rebalance::Kind::kAssign;
  log_.Write(
      LogLevel::kInfo, StreamEvent::kRebalance,
      fmt::format("{}: {} partitions {}", options_.stage_name,
                  rebalance.partitions.size(),
                  given                                      ? "assigned"
                  : rebalance.kind == Rebalance::Kind::kLost ? "lost"
                                                             : "revoked"));
  auto done = given ? TakeOver(rebalance.partitions)
                    : GiveUp(rebalance.partitions,
                             rebalance.kind == Rebalance::Kind::kLost);
  PublishLags();
  UpdateState();
  return done;
}

Transported<void> StageLoop::TakeOver(std::span<const Partition> partitions) {
  // No transaction stays open while we wait for other owners' to end.
  if (!rewind_) {
    if (auto done = Commit(); !done) return done;
  }
  std::vector<ReadFrom> from;
  if (!partitions.empty()) {
    auto committed = transport_.Committed(partitions);
    if (!committed) return Fail(committed.error());
    for (auto& at : *committed) {
      OwnedPartition owned;
      owned.partition = at.partition;
      owned.committed = at.offset;
      owned.metadata = std::move(at.metadata);
      if (auto taken = Take(owned); !taken) return taken;
      from.push_back({owned.partition, owned.position});
      assignment_.Add(std::move(owned));
    }
  }
  assigned_ = true;
  return transport_.Assign(from);
}

Transported<void> StageLoop::GiveUp(std::span<const Partition> partitions,
                                    bool lost) {
  if (lost && open() && !rewind_) {
    auto aborted = Abort({Recovery::kAbort,
                          false,
                          {ErrorCode::kKafka, "the assignment was lost"}});
    if (!aborted) return aborted;
  } else if (!lost && !rewind_) {
    if (auto done = Commit(); !done) return done;
  }
  for (const auto p : partitions) {
    const auto* owned = assignment_.Find(p);
    if (owned != nullptr && owned->taken) stage_.Revoke(p);
    assignment_.Remove(p);
  }
  return transport_.Unassign(partitions);
}

Transported<void> StageLoop::Take(OwnedPartition& owned) {
  SavedMetadata saved(owned.metadata);
  const auto from = stage_.Assign(owned.partition, owned.committed, saved);
  if (!from) return Fail(TransportError{Recovery::kStop, false, from.error()});
  owned.taken = true;
  owned.last_seen = clock_();
  owned.at_end = false;
  if (owned.committed == kNoOffset) return ChooseStart(owned);
  owned.restart = owned.live_from = owned.committed;
  owned.position = owned.committed;
  if (*from >= 0 && *from < owned.committed) owned.position = *from;
  owned.replayed = owned.replaying();
  return {};
}

Transported<void> StageLoop::ChooseStart(OwnedPartition& owned) {
  const auto range = transport_.Range(owned.partition);
  if (!range) return Fail(range.error());
  owned.restart = options_.from_beginning ? range->begin : range->end;
  owned.live_from = owned.position = owned.restart;
  owned.replayed = false;
  // Else records that come before the first commit would be passed over by a
  // restart.
  owned.commit_start = !options_.from_beginning;
  log_.Write(LogLevel::kInfo, StreamEvent::kOffsets,
             fmt::format("{}: {}[{}] was never committed: starting at {} {}",
                         options_.stage_name, TopicName(owned.partition),
                         owned.partition.number,
                         options_.from_beginning ? "its beginning" : "its end",
                         owned.position));
  return {};
}

Transported<void> StageLoop::Handle(const PartitionNote& note) {
  auto* owned = assignment_.Find(note.partition);
  if (owned == nullptr) return {};
  if (note.kind == PartitionNote::Kind::kOutOfRange) return FindRange(*owned);
  // Past transaction markers too, which are no records.
  owned->position = std::max(owned->position, note.offset);
  owned->at_end = true;
  return {};
}

Transported<void> StageLoop::FindRange(OwnedPartition& owned) {
  const auto range = transport_.Range(owned.partition);
  if (!range) return Fail(range.error());
  const auto where =
      fmt::format("{}[{}]", TopicName(owned.partition), owned.partition.number);
  if (owned.position > range->end) {
    return Fail(TransportError{
        Recovery::kStop,
        false,
        {ErrorCode::kKafka,
         fmt::format("{}: offset {} is beyond the end of the log, {}: was the "
                     "topic made anew? Reset the offsets of group {}",
                     where, owned.position, range->end, options_.group)}});
  }
  if (owned.position < range->begin) {
    status_.offsets_lost.Add();
    log_.Write(LogLevel::kError, StreamEvent::kOffsets,
               fmt::format(
                   "{}: {}: records {} to {} are gone before they were "
                   "{}: reading on at {}",
                   options_.stage_name, where, owned.position, range->begin - 1,
                   owned.replaying() ? "replayed" : "read", range->begin));
    owned.position = range->begin;
  }
  return ReadOn();
}

}  // namespace ricochet
