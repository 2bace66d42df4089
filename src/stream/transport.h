#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "ricochet/output.h"
#include "ricochet/record.h"
#include "ricochet/result.h"

namespace ricochet {

// What a worker does about a failure.
enum class Recovery : std::uint8_t {
  kAbort,   // abort the transaction, roll back, read again
  kReopen,  // the connection is of no more use: close, open, read again
  kFenced,  // the same, and somebody else has taken our id
  kStop,    // nothing helps: end with the error
};

struct TransportError {
  Recovery recovery = Recovery::kAbort;
  // An output was refused for what it is (its size, its time): doing the same
  // again will fail again. Otherwise the broker, or the way to it, is at fault.
  bool rejected = false;
  Error error;
};

template <class T>
using Transported = Result<T, TransportError>;

// The group gave or took partitions. The worker answers with Assign() or
// Unassign(); until then the partitions are as they were.
struct Rebalance {
  enum class Kind : std::uint8_t {
    kAssign,
    kRevoke,  // still ours until unassigned: what is open can be committed
    kLost,    // already somebody else's: what is open must be aborted
  };
  Kind kind = Kind::kAssign;
  std::vector<Partition> partitions;
};

// Something happened to a partition beside its records.
struct PartitionNote {
  enum class Kind : std::uint8_t {
    kEnd,         // every record before `offset` was delivered
    kOutOfRange,  // the log does not have the offset that was asked for
  };
  Kind kind = Kind::kEnd;
  Partition partition;
  Offset offset = kNoOffset;  // of kEnd
};

// What one Poll() brought. Views die at the next Poll() or Close().
struct Batch {
  std::span<const Record> records;
  std::span<const Rebalance> rebalances;  // to be acted on before `records`
  std::span<const PartitionNote> notes;
};

// A partition's committed offset and what was committed with it.
struct CommittedOffset {
  Partition partition;
  Offset offset = kNoOffset;
  std::string metadata;
};

struct ReadFrom {
  Partition partition;
  Offset offset = 0;
};

struct OffsetRange {
  Offset begin = 0;
  Offset end = 0;
};

// One record of a changelog. Views die at the source's next Next().
struct StateRecord {
  std::string_view key;
  std::string_view value;
  bool tombstone = false;
};

// Reads one partition of the stage's changelog, from its beginning to the end
// that it had when it was opened; committed records only.
class StateSource {
 public:
  virtual ~StateSource() = default;
  // Nothing: at the end.
  [[nodiscard]] virtual Transported<std::optional<StateRecord>> Next() = 0;
  // How much of it has been read, from 0 to 1.
  [[nodiscard]] virtual double progress() const = 0;
};

// Where records come from and go to: Kafka or memory. Owned by one worker
// thread. Emit() opens a transaction when none is open and never fails: what
// went wrong is told by the next Commit(). Every call returns by a deadline.
class Transport : public Emitter {
 public:
  // Connects and joins the group. May be called again after Close(), and
  // after a failure. Once `stop` is requested, every call hurries.
  [[nodiscard]] virtual Transported<void> Open(std::stop_token stop) = 0;
  // Waits up to `wait` for records.
  [[nodiscard]] virtual Transported<Batch> Poll(
      std::chrono::milliseconds wait) = 0;

  // Commits outputs and offsets together, as far as the guarantee goes.
  [[nodiscard]] virtual Transported<void> Commit(
      std::span<const CommittedOffset> offsets) = 0;
  // Drops the outputs since the last Commit().
  [[nodiscard]] virtual Transported<void> Abort() = 0;
  // Outputs were emitted since the last Commit() or Abort().
  [[nodiscard]] virtual bool pending() const = 0;

  [[nodiscard]] virtual Transported<std::vector<CommittedOffset>> Committed(
      std::span<const Partition> partitions) = 0;
  // How many partitions the stage's changelog has, and an input topic; known
  // from Open() on. 0: there is no changelog.
  [[nodiscard]] virtual int state_partitions() const = 0;
  [[nodiscard]] virtual int input_partitions(std::int32_t topic) const = 0;
  // No transaction of ours may be open, and only one source at a time.
  [[nodiscard]] virtual Transported<std::unique_ptr<StateSource>> OpenState(
      std::int32_t partition) = 0;
  // Asks the broker for the offsets that a partition's log has.
  [[nodiscard]] virtual Transported<OffsetRange> Range(Partition p) = 0;
  [[nodiscard]] virtual Transported<void> Assign(
      std::span<const ReadFrom> from) = 0;
  [[nodiscard]] virtual Transported<void> Unassign(
      std::span<const Partition> partitions) = 0;
  // Makes all partitions that are assigned read from these offsets.
  [[nodiscard]] virtual Transported<void> Rewind(
      std::span<const ReadFrom> from) = 0;

  // The end of the partition's log as last heard, or kNoOffset. Cheap.
  [[nodiscard]] virtual Offset KnownEnd(Partition p) = 0;
  // The largest key and value together that one output may have.
  [[nodiscard]] virtual std::size_t max_output_bytes() const = 0;
  // No broker can be reached at present.
  [[nodiscard]] virtual bool broker_down() const = 0;

  // Leaves as its membership asks; drops what is not committed.
  virtual void Close(std::chrono::milliseconds deadline) = 0;
};

}  // namespace ricochet
