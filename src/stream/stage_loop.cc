#include "stream/stage_loop.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <thread>

namespace ricochet {
namespace {

// For a first record; the commit's interval is looked at as often.
constexpr std::chrono::milliseconds kPollWait{10};

// Outputs of records that are only replayed to restore state.
class Discard final : public Emitter {
 public:
  void Emit(const OutputRecord&) override {}
};

TransportError Refused(std::string message) {
  return {Recovery::kAbort, true, {ErrorCode::kKafka, std::move(message)}};
}

}  // namespace

Transported<void> StageLoop::Step() {
  status_.Moves();
  const auto batch = transport_.Poll(kPollWait);
  if (!batch) return Fail(batch.error());
  UpdateState();
  assignment_.Follow(batch->records);
  // Rebalances first: records of a partition that is being taken away are
  // left to its next owner. This also makes a rewind that crossed a revocation
  // harmless.
  for (const auto& rebalance : batch->rebalances) {
    if (auto done = Handle(rebalance); !done) return done;
  }
  if (auto done = ProcessBatch(batch->records); !done) return done;
  for (const auto& note : batch->notes) {
    if (rewind_) break;
    if (auto done = Handle(note); !done) return done;
  }
  if (auto done = CommitWhenDue(); !done) return done;
  if (rewind_) return Rewind();
  return assignment_.strayed() ? AskAgain() : Transported<void>();
}

Transported<void> StageLoop::Finish() {
  auto done = rewind_ ? Transported<void>() : Commit();
  Forget();
  return done;
}

void StageLoop::Forget() {
  for (auto& owned : assignment_.all()) {
    if (owned.taken) stage_.Revoke(owned.partition);
  }
  assignment_.Clear();
  rewind_ = false;
  assigned_ = false;
  PublishLags();
}

Transported<void> StageLoop::ProcessBatch(std::span<const Record> records) {
  if (records.empty() || rewind_) return {};
  const auto start = Clock::now();
  while (!records.empty() && !rewind_) {
    const Piece piece = assignment_.Next(records, careful_records_);
    records = records.subspan(piece.records.size());
    if (auto done = ProcessPiece(piece); !done) return done;
  }
  status_.ObserveBatch(Clock::now() - start);
  return {};
}

Transported<void> StageLoop::ProcessPiece(const Piece& piece) {
  if (piece.kind == Piece::Kind::kSkip) return {};
  status_.records.Add(piece.records.size());
  if (piece.kind == Piece::Kind::kCareful) return ProcessCareful(piece);
  if (piece.kind == Piece::Kind::kLive) return Recover(ProcessLive(piece));
  status_.replayed.Add(piece.records.size());
  Replay(piece.records);
  assignment_.Advance(piece, clock_());
  return {};
}

// One by one: what threw when it was live, and was dead-lettered then, throws
// again.
void StageLoop::Replay(std::span<const Record> records) {
  Discard discard;
  for (const Record& record : records) {
    try {
      stage_.Process({&record, 1}, discard);
    } catch (const std::exception& thrown) {
      log_.Write(
          LogLevel::kWarning, StreamEvent::kAbort,
          fmt::format("{}: replaying {}[{}] at offset {}: {}",
                      options_.stage_name, TopicName(record.partition),
                      record.partition.number, record.offset, thrown.what()));
    }
  }
}

Transported<void> StageLoop::ProcessLive(const Piece& piece) {
  // Before processing: when that fails, positions say what has been tried.
  assignment_.Advance(piece, clock_());
  try {
    stage_.Process(piece.records, transport_);
  } catch (const std::exception& thrown) {
    const Record& first = piece.records.front();
    return Fail(Refused(fmt::format(
        "processing {}[{}] from offset {}: {}", TopicName(first.partition),
        first.partition.number, first.offset, thrown.what())));
  }
  return {};
}

Transported<void> StageLoop::CommitWhenDue() {
  if (rewind_) return {};
  const auto now = Clock::now();
  if (now - last_commit_ < options_.commit_interval) return {};
  last_commit_ = now;
  Tick();
  auto done = Commit();
  PublishLags();
  return done;
}

void StageLoop::Tick() {
  // Not while state is incomplete, nor while an output must belong to a single
  // record.
  if (assignment_.replaying() || assignment_.careful()) return;
  const auto watermark = assignment_.Watermark(clock_());
  if (watermark != kNoTime || options_.input_is_old) {
    stage_.Tick(watermark, transport_);
  }
}

Transported<void> StageLoop::Commit() {
  return open() ? Recover(TryCommit()) : Transported<void>();
}

Transported<void> StageLoop::TryCommit() {
  Checkpoints();
  if (auto done = transport_.Commit(offsets_); !done) return done;
  MarkCommitted();
  return {};
}

// Lets an aborted transaction be read again; passes other failures on.
Transported<void> StageLoop::Recover(Transported<void> done) {
  if (done || done.error().recovery != Recovery::kAbort) return done;
  return Abort(std::move(done.error()));
}

Transported<void> StageLoop::Abort(TransportError cause) {
  status_.Aborted();
  status_.set_last_error(cause.error.message);
  log_.Write(LogLevel::kWarning, StreamEvent::kAbort,
             fmt::format("{}: transaction aborted: {}", options_.stage_name,
                         cause.error.message));
  if (!cause.rejected) {
    ++broker_aborts_;
  } else if (++rejections_ >= kMaxRejections) {
    rejections_ = 0;
    if (!assignment_.careful()) careful_records_ = options_.batch_records;
    assignment_.BeCareful();
  }
  rewind_ = true;
  RollBack();
  return transport_.Abort();
}

void StageLoop::RollBack() {
  for (auto& owned : assignment_.all()) {
    if (!owned.taken) continue;
    const bool whole = !owned.replaying() && !owned.replayed;
    if (whole && stage_.Rollback(owned.partition)) continue;
    stage_.Revoke(owned.partition);
    owned.taken = false;
  }
}

Transported<void> StageLoop::Rewind() {
  constexpr std::chrono::milliseconds kBackoff{100};
  constexpr int kMaxBackoffs = 8;
  if (broker_aborts_ > 1) {  // the first abort is mostly a rebalance
    std::this_thread::sleep_for(kBackoff *
                                std::min(broker_aborts_, kMaxBackoffs));
  }
  rewind_ = false;
  for (auto& owned : assignment_.all()) {
    // Taken over since the abort: its replay is still to come.
    if (owned.taken && owned.replayed) continue;
    owned.position = owned.restart;
    if (!owned.taken) {
      if (auto taken = Take(owned); !taken) return taken;
    }
  }
  last_commit_ = Clock::now();
  return ReadOn();
}

// Makes the transport read every partition from its position.
Transported<void> StageLoop::ReadOn() {
  std::vector<ReadFrom> from;
  for (const auto& owned : assignment_.all()) {
    from.push_back({owned.partition, owned.position});
  }
  assignment_.Asked();
  return from.empty() ? Transported<void>() : transport_.Rewind(from);
}

// Who believed a client that reads on beyond the offset that it was told would
// commit past records that nobody has processed.
Transported<void> StageLoop::AskAgain() {
  constexpr int kMostStrays = 5;
  for (auto& owned : assignment_.all()) {
    if (!owned.strayed) continue;
    const bool gone = ++owned.strays >= kMostStrays;
    log_.Write(
        gone ? LogLevel::kError : LogLevel::kWarning, StreamEvent::kOffsets,
        fmt::format("{}: {}[{}]: records {} to {} were left out: {}",
                    options_.stage_name, TopicName(owned.partition),
                    owned.partition.number, owned.reached, owned.furthest,
                    gone ? "they are gone; reading on" : "asking for them"));
    if (!gone) continue;
    CountLoss(owned.replaying() ? OffsetLoss::kReplayDeleted
                                : OffsetLoss::kDeleted);
    owned.furthest = kNoOffset;
    owned.strays = 0;
  }
  return ReadOn();
}

void StageLoop::PublishLags() {
  lags_.clear();
  bool waits = rewind_ || open();
  for (const auto& owned : assignment_.all()) {
    const auto end = transport_.KnownEnd(owned.partition);
    // What was processed in vain, in a transaction that was aborted, waits.
    const auto done = std::min(owned.position, owned.restart);
    const auto behind = std::max<std::int64_t>(end - done, 0);
    lags_.push_back({owned.partition, owned.position,
                     end == kNoOffset ? -1 : behind, owned.newest});
    waits = waits || (end != kNoOffset && behind > 0);
  }
  if (!waits) status_.NothingToCommit();
  status_.PublishLags(lags_);
}

void StageLoop::UpdateState() {
  auto state = assigned_ ? WorkerState::kRunning : WorkerState::kStarting;
  if (transport_.broker_down()) state = WorkerState::kBrokerDown;
  const auto before = status_.state();
  if (before == state) return;
  status_.set_state(state);
  if (before == WorkerState::kBrokerDown || state == WorkerState::kBrokerDown) {
    log_.Write(LogLevel::kWarning, StreamEvent::kConnection,
               fmt::format("{}: {}", options_.stage_name,
                           state == WorkerState::kBrokerDown
                               ? "no broker answers; trying on"
                               : "a broker answers again"));
  }
}

std::string_view StageLoop::TopicName(Partition p) const {
  return options_.input_topics[static_cast<std::size_t>(p.topic)];
}

}  // namespace ricochet
