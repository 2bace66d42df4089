#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
  bool taken = false;         // the stage has it
  bool commit_start = false;  // commit `position` though nothing was read
  bool at_end = false;        // nothing is left to be read
  // How the transport gives its records, processed or not: the offset from
  // which it goes on, and the newest record of the log that it ever gave us.
  Offset reached = 0;
  Offset furthest = kNoOffset;
  bool strayed = false;  // it left some out: they are to be asked for again
  int strays = 0;        // in a row
  EventTime newest = kNoTime;     // of its records' times
  EventTime last_seen = kNoTime;  // wall clock, of its newest record

  [[nodiscard]] bool replaying() const { return position < live_from; }
  // Would a record, or the log's end, at `offset` mean that some we have seen
  // before were left out?
  [[nodiscard]] bool Skips(Offset offset) const {
    return offset > furthest && reached <= furthest;
  }
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
    kSkip,     // of a partition that is not ours or strayed, or seen already
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
  // The connection has ended.
  void Clear() {
    owned_.clear();
    furthest_.clear();
    last_ = 0;
  }
  [[nodiscard]] bool empty() const { return owned_.empty(); }
  [[nodiscard]] std::span<OwnedPartition> all() { return owned_; }
  [[nodiscard]] OwnedPartition* Find(Partition p);

  // Looks at what the transport gave, before any of it is processed or dropped.
  // A partition that is read again, after an abort or by a later assignment,
  // must come with all that we have seen of it: where it goes on beyond that,
  // it has strayed, and its records are skipped until it is asked anew.
  void Follow(std::span<const Record> records);
  // From its position, the transport reads each partition from now on.
  void Asked();
  [[nodiscard]] bool strayed() const;

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
  std::map<Partition, Offset> furthest_;  // of those that were given up
  std::size_t last_ = 0;                  // where Find() found something
};

}  // namespace ricochet
