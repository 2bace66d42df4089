#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ricochet/output.h"
#include "ricochet/record.h"
#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

// What a partition's last committed transaction left behind, read back when a
// worker takes the partition over.
class StateReader {
 public:
  virtual ~StateReader() = default;
  // The metadata string committed with the partition's offset.
  [[nodiscard]] virtual std::string_view metadata() const = 0;
  // The next record that the partition's owners wrote to the changelog, oldest
  // first, or nothing at its end: of those of one key the last counts, and a
  // tombstone says that the key is gone. Views die at the next call.
  struct Entry {
    std::string_view key;
    std::string_view value;
    bool tombstone = false;
  };
  virtual Result<std::optional<Entry>> Next() = 0;
  // The end of the partition's own log now: what was written at or beyond it
  // is about another topic, of the same name.
  virtual Result<Offset> LogEnd() = 0;
};

// Where Commit() writes changed state; it joins the same transaction as the
// outputs. An empty `value` with `tombstone` deletes the key.
class StateWriter {
 public:
  virtual ~StateWriter() = default;
  virtual void Put(std::string_view key, std::string_view value,
                   bool tombstone) = 0;
};

// What is committed with a partition's offset.
struct Checkpoint {
  std::string metadata;  // at most 4 KiB; empty: none
};

// One hand-over between Kafka topics: turns input records into output records.
// Owned by one worker thread, which calls everything below; keeps its state
// per input partition, and shares none.
//
//   Assign -> (Process | Tick)* -> Commit -> ... -> Revoke
//
// When a transaction aborts, Rollback() comes instead of Commit(), and the same
// records are processed again.
class Stage {
 public:
  virtual ~Stage() = default;
  // Takes `p` over. `committed` is the offset after the last committed record,
  // or kNoOffset. Returns the offset to read from: at most `committed`; records
  // before it are replayed with an emitter that discards.
  [[nodiscard]] virtual Result<Offset> Assign(Partition p, Offset committed,
                                              StateReader& saved) = 0;
  // Forgets `p`. What was not committed is somebody else's to redo.
  virtual void Revoke(Partition p) = 0;
  virtual void Process(std::span<const Record> batch, Emitter& out) = 0;
  // Time passes: windows close, entries expire. Called also when idle. Of old
  // input `watermark` may be kNoTime: not known.
  virtual void Tick(EventTime watermark, Emitter& out) = 0;
  // The transaction is about to be committed: writes changed state of `p`, and
  // what was summed up since the last commit.
  [[nodiscard]] virtual Checkpoint Commit(Partition p, StateWriter& state,
                                          Emitter& out) = 0;
  // The transaction succeeded: counts of it may be published now.
  virtual void Committed() = 0;
  // The transaction was aborted. True: what changed since the last Commit() is
  // forgotten, and the records since then may come again. False: it cannot be
  // undone; Revoke() and Assign() follow.
  [[nodiscard]] virtual bool Rollback(Partition p) = 0;
};

}  // namespace ricochet
