// The part of StageLoop that commits, and that narrows a refused transaction
// down to the record at fault.
#include <fmt/format.h>

#include <algorithm>

#include "stream/changelog.h"
#include "stream/dead_letter.h"
#include "stream/stage_loop.h"

namespace ricochet {
namespace {

// The broker's limit on offset metadata (offset.metadata.max.bytes).
constexpr std::size_t kMaxMetadata = 4096;
// Room that a dead letter leaves for its headers and the record's framing.
constexpr std::size_t kLetterOverhead = 4096;

}  // namespace

void StageLoop::Checkpoints() {
  offsets_.clear();
  for (auto& owned : assignment_.all()) {
    if (!owned.taken || owned.replaying()) continue;
    auto metadata = CheckpointOf(owned);
    if (metadata.size() > kMaxMetadata) {
      log_.Write(LogLevel::kError, StreamEvent::kOffsets,
                 fmt::format("{}: {}[{}]: metadata of {} bytes is left out: a "
                             "restart will lose its state",
                             options_.stage_name, TopicName(owned.partition),
                             owned.partition.number, metadata.size()));
      metadata.clear();
    }
    if (owned.changed() || metadata != owned.metadata) {
      offsets_.push_back(
          {owned.partition, owned.position, std::move(metadata)});
    }
  }
  if (offsets_.empty() && transport_.pending()) Vouch();
}

// The group fences those who have lost their partitions only when they send
// offsets. Who has outputs of the clock alone, and no offset that moved, sends
// one again: else what wakes up late would write over its successor's state.
void StageLoop::Vouch() {
  for (const auto& owned : assignment_.all()) {
    if (!owned.taken || owned.replaying()) continue;
    offsets_.push_back({owned.partition, owned.position, owned.metadata});
    return;
  }
}

// Writes the partition's changed state; returns what to commit with its offset.
std::string StageLoop::CheckpointOf(const OwnedPartition& owned) {
  CommitNote note = NoteOf(owned.partition);
  if (note.state_partitions == 0) {
    NoChangelog none;
    note.stage = stage_.Commit(owned.partition, none, transport_).metadata;
    return note.Write();
  }
  const auto place = PlaceOf(TopicName(owned.partition), owned.partition.number,
                             note.state_partitions);
  ChangelogWriter changelog(place, transport_, status_.state_written);
  note.stage = stage_.Commit(owned.partition, changelog, transport_).metadata;
  return note.Write();
}

void StageLoop::MarkCommitted() {
  for (auto& offset : offsets_) {
    auto* owned = assignment_.Find(offset.partition);
    owned->committed = owned->restart = offset.offset;
    owned->metadata = std::move(offset.metadata);
    owned->commit_start = false;
  }
  // Stage::Commit() was called for all of these.
  for (auto& owned : assignment_.all()) {
    if (owned.taken && !owned.replaying()) owned.replayed = false;
  }
  stage_.Committed();
  status_.Committed();
  last_commit_ = Clock::now();
  rejections_ = 0;
  broker_aborts_ = 0;
}

Transported<void> StageLoop::ProcessCareful(const Piece& piece) {
  if (auto done = Commit(); !done || rewind_) return done;
  const Record& record = piece.records.front();
  auto done = ProcessLive(piece);
  if (done) done = TryCommit();
  if (done) {
    careful_records_ = std::min(careful_records_ * 2, options_.batch_records);
  }
  if (done || done.error().recovery != Recovery::kAbort) return done;
  const bool rejected = done.error().rejected;
  const auto message = done.error().error.message;
  if (auto aborted = Abort(std::move(done.error())); !aborted) return aborted;
  // The broker's own troubles are no reason to give a record up.
  if (!rejected) return {};
  if (piece.records.size() == 1) return DeadLetter(record, message);
  careful_records_ = piece.records.size() / 2;
  return {};
}

Transported<void> StageLoop::DeadLetter(const Record& record,
                                        std::string_view error) {
  auto* owned = assignment_.Find(record.partition);
  const auto fit = transport_.max_output_bytes();
  // The topic's own limit may be lower than ours, so less and less is kept.
  for (const auto bytes : {fit - std::min(fit, kLetterOverhead),
                           std::size_t{16'384}, std::size_t{0}}) {
    const RejectedRecord letter(record, TopicName(record.partition), error,
                                bytes);
    transport_.Emit(letter.output());
    const CommittedOffset after{record.partition, record.offset + 1,
                                owned->metadata};
    auto done = transport_.Commit({&after, 1});
    if (done) {
      owned->committed = owned->restart = after.offset;
      status_.dead_lettered.Add();
      status_.Committed();
      log_.Write(LogLevel::kError, StreamEvent::kDeadLetter,
                 fmt::format("{}: {}[{}] offset {} was given up: {}",
                             options_.stage_name, TopicName(record.partition),
                             record.partition.number, record.offset, error));
      return {};
    }
    if (done.error().recovery != Recovery::kAbort) return done;
    if (auto aborted = transport_.Abort(); !aborted) return aborted;
    if (!done.error().rejected) return {};  // it will come again
  }
  return Fail(TransportError{
      Recovery::kStop,
      false,
      {ErrorCode::kKafka,
       fmt::format("{}[{}] offset {}: not even its dead letter is accepted",
                   TopicName(record.partition), record.partition.number,
                   record.offset)}});
}

}  // namespace ricochet
