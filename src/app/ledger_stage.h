#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/policy.h"
#include "ledger/suppress.h"
#include "observe/published_counts.h"
#include "publish/dead_letter.h"
#include "publish/event_id.h"
#include "publish/suppression.h"
#include "ricochet/counts.h"
#include "ricochet/stage.h"

namespace ricochet {

struct LedgerStageSettings {
  std::string cluster;
  std::vector<std::string> topics;  // the evidence topic
  std::string output;               // the suppressions topic
};

// The second stage over Kafka: evidence in, suppressions out. Rates and a
// changelog join it at Commit() and Rollback().
// Owned by one worker thread. The evidence topic itself is the state: whoever
// takes a partition over reads it again from its beginning, or the last
// kMaxReplay records of it, discarding what comes out. Entries are the same
// however often their evidence comes.
class LedgerStage final : public Stage, private SuppressionSink {
 public:
  static constexpr Offset kMaxReplay = 2'000'000;

  // `published` must outlive this object.
  // `advice` is what is said of a reason whose policy row says nothing.
  LedgerStage(const LedgerStageSettings& settings,
              std::shared_ptr<const Policy> policy,
              std::function<std::string_view(Reason)> advice,
              PublishedCounts& published);

  Result<Offset> Assign(Partition p, Offset committed,
                        StateReader& saved) override;
  void Revoke(Partition p) override;
  void Process(std::span<const Record> batch, Emitter& out) override;
  void Tick(EventTime watermark, Emitter& out) override;
  Checkpoint Commit(Partition p, StateWriter& state, Emitter& out) override;
  void Committed() override;
  bool Rollback(Partition p) override;

 private:
  void Evidence(const Record& record, Emitter& out);
  void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                EventId because) override;
  // A partition that this worker owns.
  struct Owned {
    Offset committed = kNoOffset;  // at take-over: earlier records are replayed
    EventTime newest = kNoTime;    // of all evidence
    std::unique_ptr<Suppressor> suppressor;
  };

  const std::shared_ptr<const Policy> policy_;
  const std::function<std::string_view(Reason)> advice_;
  const EventIds ids_;
  const std::unique_ptr<Counts> counts_;  // since the last commit
  PublishedCounts& published_;
  std::map<Partition, Owned> partitions_;
  // During Process() and Tick() only.
  Emitter* out_ = nullptr;
  bool replaying_ = false;
  SuppressionEncoder suppression_encoder_;
  DeadLetterEncoder dead_letter_encoder_;
};

}  // namespace ricochet
