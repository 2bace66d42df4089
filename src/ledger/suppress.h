#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/brake.h"
#include "ledger/deliveries.h"
#include "ledger/due_queue.h"
#include "ledger/entry_key.h"
#include "ledger/entry_view.h"
#include "ledger/packed_entry.h"
#include "ledger/policy.h"
#include "ledger/suppression_sink.h"
#include "ricochet/active_suppressions.h"
#include "ricochet/stage.h"
#include "ricochet/table.h"

namespace ricochet {

struct SuppressorOptions {
  std::size_t suppressed = 4'000'000;  // entries at most
  std::size_t watched = 4'000'000;     // entries at most
  std::size_t deliveries = 4'000'000;  // recipients with nothing against them
  // For how long, in event time, a delivery is remembered for evidence that is
  // older and comes later. What comes later still counts.
  std::chrono::hours delivery_memory{72};
  bool brake = true;  // false: off, whatever the policy says
  // The advice of a reason whose policy row has none; its texts live as long
  // as the Suppressor. May be empty.
  std::function<std::string_view(Reason)> advice;
};

// Folds evidence into suppressions: what the policy says to stop sending to,
// and why. An entry is clear, watched, or suppressed. The brake aside, the fold
// is commutative and idempotent: whatever the order of evidence, and however
// often some of it comes, entries are the same in the end (docs/suppressions.md
// says how far).
//
// One for each input partition, owned by one worker; not thread-safe. `policy`
// must outlive it. When there is no room, the watched entry that would be
// forgotten first makes place, and new suppressions stop; both are counted.
//
//   (Add | Tick)* -> Commit -> Settle, or Rollback
class Suppressor {
 public:
  struct Counters {
    // No room to suppress or to watch, or to remember a delivery.
    std::uint64_t refused = 0;
    std::uint64_t evicted = 0;     // watched entries that made place
    std::uint64_t undated = 0;     // evidence without a time
    std::uint64_t malformed = 0;   // evidence about an impossible key
    std::uint64_t collisions = 0;  // evidence about a key of another's hash
    std::uint64_t brakes = 0;      // times that the brake began to say no
    std::uint64_t braked = 0;      // suppressions that it prevented
  };

  explicit Suppressor(const Policy& policy, SuppressorOptions options = {});
  Suppressor(const Suppressor&) = delete;
  Suppressor& operator=(const Suppressor&) = delete;

  // Folds in one record of the evidence topic. `offset` ascends; what an entry
  // has applied already is skipped for it.
  void Add(const LedgerInput& input, Offset offset, SuppressionSink& sink);
  // Time has come to `now`: entries expire, within an hour after their time.
  // Costs nothing when nothing is due.
  void Tick(EventTime now, SuppressionSink& sink);

  // Writes every entry that changed since the last Settle(). Keys are octets
  // that begin with a letter: a, d, s, l (entries by scope), v (deliveries), b
  // (brake).
  void Commit(StateWriter& out);
  void Settle();
  void Rollback();
  // Where the log of evidence ends, to be told before Load(): what an entry has
  // applied at or beyond it was of another log, of the same name.
  void set_log_end(Offset end) noexcept { log_end_ = end; }
  // An entry from the changelog; an empty value: it was deleted. Any octets
  // are safe to give; what nobody wrote is an error.
  Result<void> Load(std::string_view key, std::string_view value);

  // What is in force; nothing if nothing is.
  [[nodiscard]] std::optional<SuppressionEntry> Find(const EntryKey& key) const;
  // Calls `visit` for each entry in force, by tenant, address, scope and
  // qualifier.
  void ForEach(const std::function<void(const SuppressionEntry&)>& visit) const;
  [[nodiscard]] std::size_t suppressed() const noexcept {
    return sizes_.suppressed;
  }
  // The same by scope and reason.
  [[nodiscard]] const ActiveSuppressions& active() const noexcept {
    return sizes_.active;
  }
  [[nodiscard]] std::size_t watched() const noexcept { return sizes_.watched; }
  [[nodiscard]] std::size_t deliveries() const noexcept {
    return deliveries_.size();
  }
  [[nodiscard]] Counters counters() const noexcept {
    Counters all = counters_;
    all.refused += deliveries_.refused();
    return all;
  }

 private:
  struct Sizes {
    std::size_t suppressed = 0;
    std::size_t watched = 0;
    ActiveSuppressions active;  // `suppressed` in all

    void Add(SuppressionScope scope, const PackedEntry& entry) noexcept;
    void Remove(SuppressionScope scope, const PackedEntry& entry) noexcept;
  };
  // What one Add() is about, beside its key.
  struct Step {
    Offset offset = 0;
    SuppressionOrigin origin;
    ProviderId provider = kOtherProvider;
    bool may_begin = true;  // a suppression may follow from it
    bool braked = true;     // if the brake lets it
  };

  void AddTo(const AddressEvidence& evidence, Step step, SuppressionSink& sink);
  void AddTo(const DomainEvidence& evidence, Step step, SuppressionSink& sink);
  void AddTo(const OperatorAction& action, Step step, SuppressionSink& sink);
  void Deliver(const EntryKey& key, std::uint64_t address_hash,
               const Step& step, SuppressionSink& sink);
  void Fold(const EntryKey& key, const PolicyRow& row,
            const AddressEvidence& evidence, std::uint64_t address_hash,
            Step step, SuppressionSink& sink);

  // The one entry that is being changed, unpacked.
  struct Open {
    EntryKey key;  // views into `name`
    std::string name;
    std::uint64_t id = 0;
    bool known = false;  // it is in the table
    DueHour due = kNeverDue;
    Offset applied = kNoOffset;  // before this step
    LedgerEntry entry;
    // If it was suppressed: what was in force, or, when that is over, was last.
    std::optional<SuppressionEntry> before;
    bool over = false;
  };
  bool OpenEntry(const EntryKey& key, const Step& step);
  void OpenKnown(std::uint64_t id, const PackedEntry& packed);
  bool MakeRoom();
  void Close(const Step& step, SuppressionSink& sink);
  bool Admit(const Step& step, SuppressionSink& sink);
  [[nodiscard]] PackedEntry Packed(DueHour due);
  void Store();
  void EraseOpen();
  [[nodiscard]] EventTime NowOf(const LedgerEntry& entry) const noexcept;
  // Of what is over: when it ended; `now`, if the policy took its causes away.
  [[nodiscard]] static SuppressionOrigin EndOf(const SuppressionEntry& entry,
                                               EventTime now) noexcept {
    return {.time = entry.expires == kNoTime ? now : entry.expires};
  }
  [[nodiscard]] DueHour DueOf(const Open& open) const noexcept;

  void Expire(std::uint64_t id, DueHour hour, SuppressionSink& sink);
  void Drop(std::uint64_t id, DueHour hour);
  void Register(std::uint64_t id, const PackedEntry& packed);
  Result<void> LoadEntry(std::string_view key, std::string_view value);

  const Policy& policy_;
  const SuppressorOptions options_;
  RuleNames rules_;
  const EntryReader reader_;
  // By the hash of the key, which the entry holds; another key of the same
  // hash is refused.
  Table<std::uint64_t, PackedEntry> table_;
  Deliveries deliveries_;
  Brake brake_;
  DueQueue suppressed_due_;
  DueQueue watched_due_;
  Offset log_end_ = std::numeric_limits<Offset>::max();
  Sizes sizes_;
  EventTime now_ = kNoTime;
  // As they were at the last Settle().
  Sizes settled_sizes_;
  EventTime settled_now_ = kNoTime;
  // Keys of entries that were erased since the last Settle().
  std::vector<std::string> erased_;
  Open open_;
  std::string packed_;  // scratch
  Counters counters_;
};

}  // namespace ricochet
