#pragma once

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

#include "ricochet/stage.h"
#include "ricochet/wall_clock.h"
#include "stream/assignment.h"
#include "stream/changelog.h"
#include "stream/log.h"
#include "stream/transport.h"
#include "stream/worker_options.h"
#include "stream/worker_status.h"

namespace ricochet {

// Drives one stage over one connection: poll, rebalances, records, commit.
// Owned by the worker's thread; everything it refers to must outlive it.
//
// An aborted transaction is dealt with here: the stage is rolled back and the
// partitions are read again from the committed offsets, before the next poll.
// Other failures are returned: the connection is of no more use then.
//
// A transaction whose outputs were refused three times is halved until a
// single record is left that is refused, which goes to mail.dead-letters. Going
// record by record at once would take a transaction for each of maybe 100,000.
class StageLoop {
 public:
  static constexpr int kMaxRejections = 3;

  StageLoop(const WorkerOptions& options, Transport& transport, Stage& stage,
            WorkerStatus& status, StreamLog& log, WallClock clock)
      : options_(options),
        transport_(transport),
        stage_(stage),
        status_(status),
        log_(log),
        clock_(std::move(clock)) {}

  // One poll and all that follows from it.
  [[nodiscard]] Transported<void> Step();
  // Commits what is open, and takes the partitions from the stage.
  [[nodiscard]] Transported<void> Finish();
  // Takes the partitions from the stage, without committing.
  void Forget();

 private:
  using Clock = std::chrono::steady_clock;

  Transported<void> Handle(const Rebalance& rebalance);
  Transported<void> TakeOver(std::span<const Partition> partitions);
  Transported<void> GiveUp(std::span<const Partition> partitions, bool lost);
  Transported<void> Take(OwnedPartition& owned);
  class SavedState;
  Transported<void> ChooseStart(OwnedPartition& owned);

  Transported<void> Handle(const PartitionNote& note);
  Transported<void> FindRange(OwnedPartition& owned);
  void CountLoss(OffsetLoss loss);
  void CheckMetadata(const OwnedPartition& owned);
  [[nodiscard]] TransportError BeyondTheEnd(const OwnedPartition& owned,
                                            Offset offset, Offset end) const;

  Transported<void> ProcessBatch(std::span<const Record> records);
  Transported<void> ProcessPiece(const Piece& piece);
  Transported<void> ProcessLive(const Piece& piece);
  void Replay(std::span<const Record> records);
  Transported<void> ProcessCareful(const Piece& piece);
  Transported<void> DeadLetter(const Record& record, std::string_view error);

  Transported<void> CommitWhenDue();
  void Tick();
  Transported<void> Commit();
  Transported<void> TryCommit();
  void Checkpoints();
  void Vouch();
  std::string CheckpointOf(const OwnedPartition& owned);
  [[nodiscard]] CommitNote NoteOf(Partition p) const;
  // What is wrong with a partition's state, which was committed with `note`.
  Transported<void> CheckState(Partition p, const CommitNote& note) const;
  void MarkCommitted();
  Transported<void> Abort(TransportError cause);
  void RollBack();
  Transported<void> Rewind();
  Transported<void> ReadOn();
  Transported<void> AskAgain();
  Transported<void> Recover(Transported<void> done);

  void PublishLags();
  void UpdateState();
  void TellProgress(Partition p, std::uint64_t records, double progress);
  [[nodiscard]] bool open() const {
    return assignment_.changed() || transport_.pending();
  }
  [[nodiscard]] std::string_view TopicName(Partition p) const;

  const WorkerOptions& options_;
  Transport& transport_;
  Stage& stage_;
  WorkerStatus& status_;
  StreamLog& log_;
  WallClock clock_;

  Assignment assignment_;
  std::vector<CommittedOffset> offsets_;  // of the commit in progress
  std::vector<PartitionLag> lags_;
  Clock::time_point last_commit_ = Clock::now();
  std::size_t careful_records_ = 1;  // in a careful transaction
  int rejections_ = 0;               // aborts in a row with an output refused
  int broker_aborts_ = 0;            // aborts in a row for other causes
  bool rewind_ = false;              // the transaction was aborted: read again
  bool assigned_ = false;            // the group has spoken
};

}  // namespace ricochet
