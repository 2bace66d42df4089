// The part of StageLoop that takes partitions over, gives them up, and finds
// out where to read.
#include <fmt/format.h>

#include "stream/stage_loop.h"

namespace ricochet {
namespace {

constexpr std::chrono::seconds kTellEvery{10};

}  // namespace

// What was committed of one partition: its metadata, and its records in the
// changelog. Opens the changelog when it is first asked for them.
class StageLoop::SavedState final : public StateReader {
 public:
  SavedState(StageLoop& loop, Partition p, std::string metadata)
      : loop_(loop), partition_(p), metadata_(std::move(metadata)) {
    if (const int count = loop.transport_.state_partitions(); count > 0) {
      place_ = PlaceOf(loop.TopicName(p), p.number, count);
    }
  }

  [[nodiscard]] std::string_view metadata() const override { return metadata_; }

  Result<std::optional<Entry>> Next() override {
    if (place_.prefix.empty()) return std::nullopt;
    if (!source_) {
      loop_.status_.set_state(WorkerState::kRestoring);
      auto opened = loop_.transport_.OpenState(place_.partition);
      if (!opened) return Failed(std::move(opened.error()));
      source_ = std::move(*opened);
    }
    while (true) {
      auto record = source_->Next();
      if (!record) return Failed(std::move(record.error()));
      Tell(!record->has_value());
      if (!*record) return std::nullopt;
      const StateRecord& found = **record;
      if (!found.key.starts_with(place_.prefix)) continue;
      ++records_;
      loop_.status_.state_restored.Add();
      return Entry{found.key.substr(place_.prefix.size()), found.value,
                   found.tombstone};
    }
  }

  Result<Offset> LogEnd() override {
    auto range = loop_.transport_.Range(partition_);
    if (!range) {
      failure_ = range.error();
      return tl::unexpected(std::move(range.error().error));
    }
    return range->end;
  }

  // Why something above failed, if it did.
  [[nodiscard]] const std::optional<TransportError>& failure() const {
    return failure_;
  }

 private:
  tl::unexpected<Error> Failed(TransportError failure) {
    failure_ = failure;
    return tl::unexpected(std::move(failure.error));
  }

  // The log every ten seconds, and at the end of what took as long.
  void Tell(bool at_end) {
    loop_.status_.set_restoring(
        {partition_, static_cast<int>(100 * source_->progress())});
    const auto now = Clock::now();
    if (now - told_ < kTellEvery && !(at_end && told_ != started_)) return;
    told_ = now;
    loop_.TellProgress(partition_, records_, source_->progress());
  }

  StageLoop& loop_;
  const Partition partition_;
  const std::string metadata_;
  StatePlace place_;
  std::unique_ptr<StateSource> source_;
  std::optional<TransportError> failure_;
  std::uint64_t records_ = 0;
  const Clock::time_point started_ = Clock::now();
  Clock::time_point told_ = started_;
};

void StageLoop::TellProgress(Partition p, std::uint64_t records,
                             double progress) {
  log_.Write(LogLevel::kInfo, StreamEvent::kRestore,
             fmt::format("{}: {}[{}]: {} records of state restored, {:.0f} % "
                         "of the changelog read",
                         options_.stage_name, TopicName(p), p.number, records,
                         100 * progress));
}

CommitNote StageLoop::NoteOf(Partition p) const {
  CommitNote note{.state_partitions = transport_.state_partitions()};
  if (options_.keyed_input && note.state_partitions > 0) {
    note.input_partitions = transport_.input_partitions(p.topic);
  }
  return note;
}

Transported<void> StageLoop::CheckState(Partition p,
                                        const CommitNote& note) const {
  const auto now = NoteOf(p);
  const auto problem = [&](std::string_view what, int before, int after) {
    return Fail(TransportError{
        Recovery::kStop,
        false,
        {ErrorCode::kConfig,
         fmt::format("{}: the {} had {} partitions when the state of {}[{}] "
                     "was written, and has {} now, so that it would not be "
                     "found again: make the topic anew with {}, or name "
                     "another one",
                     options_.stage_name, what, before, TopicName(p), p.number,
                     after, before)}});
  };
  if (note.state_partitions != 0 &&
      note.state_partitions != now.state_partitions) {
    return problem("changelog", note.state_partitions, now.state_partitions);
  }
  if (note.input_partitions != 0 &&
      note.input_partitions != now.input_partitions) {
    return problem("input topic", note.input_partitions, now.input_partitions);
  }
  return {};
}

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
  auto note = CommitNote::Read(owned.metadata);
  if (auto good = CheckState(owned.partition, note); !good) return good;
  CheckMetadata(owned);
  SavedState saved(*this, owned.partition, std::move(note.stage));
  const auto from = stage_.Assign(owned.partition, owned.committed, saved);
  if (!from) {
    return Fail(saved.failure().value_or(
        TransportError{Recovery::kStop, false, from.error()}));
  }
  owned.taken = true;
  owned.last_seen = clock_();
  owned.at_end = false;
  if (owned.committed == kNoOffset) {
    auto chosen = ChooseStart(owned);
    if (!chosen) stage_.Revoke(owned.partition);
    owned.taken = chosen.has_value();
    return chosen;
  }
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
  if (owned->strayed) return {};
  if (owned->Skips(note.offset)) {
    owned->strayed = true;
    return {};
  }
  if (owned->replaying() && note.offset < owned->live_from) {
    // New records, up to what another log had, would pass for known ones.
    return Fail(BeyondTheEnd(*owned, owned->live_from, note.offset));
  }
  // Past transaction markers too, which are no records.
  owned->position = std::max(owned->position, note.offset);
  owned->at_end = true;
  return {};
}

TransportError StageLoop::BeyondTheEnd(const OwnedPartition& owned,
                                       Offset offset, Offset end) const {
  return {Recovery::kStop,
          false,
          {ErrorCode::kKafka,
           fmt::format("{}[{}]: offset {} is beyond the end of the log, {}: "
                       "was the topic made anew? Reset the offsets of group "
                       "{} (docs/runbook.md#a-topic-was-made-anew)",
                       TopicName(owned.partition), owned.partition.number,
                       offset, end, options_.group)}};
}

void StageLoop::CountLoss(OffsetLoss loss) {
  status_.offsets_lost[static_cast<std::size_t>(loss)].Add();
}

// Each commit of ours says something, where there is a changelog.
void StageLoop::CheckMetadata(const OwnedPartition& owned) {
  const bool ours = owned.committed == kNoOffset || !owned.metadata.empty() ||
                    transport_.state_partitions() == 0;
  if (ours) return;
  CountLoss(OffsetLoss::kMetadata);
  log_.Write(LogLevel::kError, StreamEvent::kOffsets,
             fmt::format("{}: {}[{}]: offset {} was set by another tool: what "
                         "is known only together with it begins anew",
                         options_.stage_name, TopicName(owned.partition),
                         owned.partition.number, owned.committed));
}

Transported<void> StageLoop::FindRange(OwnedPartition& owned) {
  const auto range = transport_.Range(owned.partition);
  if (!range) return Fail(range.error());
  const auto where =
      fmt::format("{}[{}]", TopicName(owned.partition), owned.partition.number);
  if (owned.position > range->end) {
    return Fail(BeyondTheEnd(owned, owned.position, range->end));
  }
  if (owned.position < range->begin) {
    CountLoss(owned.replaying() ? OffsetLoss::kReplayDeleted
                                : OffsetLoss::kDeleted);
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
