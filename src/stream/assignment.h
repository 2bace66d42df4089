#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/time.h"
#include "stream/transport.h"
#include "stream/worker_status.h"

namespace ricochet {

// What a worker knows of one partition that it owns.
struct OwnedPartition {
  Partition partition;
  Offset committed = kNoOffset;  // as the group has it
  std::string metadata;          // committed with it
  Offset restart = 0;            // where reading restarts after a rollback
  Offset position = 0;           // of the next record to be processed
  Offset live_from = 0;          // records before it are replayed
  Offset careful_until = 0;      // records before it go in small steps
  // State came from a replay and no commit confirmed it since: a rollback
  // would forget it, so the stage has to take the partition over again.
  bool replayed = false;
  bool taken = false;             // the stage has it
  bool commit_start = false;      // commit `position` though nothing was read
  bool at_end = false;            // nothing is left to be read
  EventTime newest = kNoTime;     // of its records' times
  EventTime last_seen = kNoTime;  // wall clock, of its newest record

  [[nodiscard]] bool replaying() const { return position < live_from; }
  [[nodiscard]] bool changed() const {
    return !replaying() && (position != restart || commit_start);
  }
};

// A run of records that are treated alike.
struct Piece {
  enum class Kind : std::uint8_t {
    kLive,
    kReplay,   // before the committed offset: only to restore state
    kCareful,  // few records, in a transaction of their own
    kSkip,     // of a partition that is not ours, or seen already
  };
  Kind kind = Kind::kSkip;
  std::span<const Record> records;
};

// The partitions of one worker, and how far each is. No more than bookkeeping:
// it calls nobody. Owned by the worker's thread.
class Assignment {
 public:
  void Add(OwnedPartition owned);
  void Remove(Partition p);
  void Clear() {
    owned_.clear();
    last_ = 0;
  }
  [[nodiscard]] bool empty() const { return owned_.empty(); }
  [[nodiscard]] std::span<OwnedPartition> all() { return owned_; }
  [[nodiscard]] OwnedPartition* Find(Partition p);

  // The longest run of records of one kind at the front of `records`, which
  // is not empty; of careful ones at most `careful`.
  Piece Next(std::span<const Record> records, std::size_t careful = 1);
  // Moves positions past records that were processed. `now`: the wall clock.
  void Advance(const Piece& piece, EventTime now);

  // Something was processed since the last commit.
  [[nodiscard]] bool changed() const;
  [[nodiscard]] bool replaying() const;
  // Some records are to go in small steps.
  [[nodiscard]] bool careful() const;
  // From now until each partition's position, records go in small steps.
  void BeCareful();

  // Newest time minus ten minutes, of the slowest partition; one that was idle
  // for a minute goes with the wall clock. kNoTime: nothing is known yet.
  [[nodiscard]] EventTime Watermark(EventTime now) const;

 private:
  [[nodiscard]] Piece::Kind KindOf(const Record& record);

  std::vector<OwnedPartition> owned_;
  std::size_t last_ = 0;  // where Find() found something
};

}  // namespace ricochet
