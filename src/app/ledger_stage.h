#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/policy.h"
#include "ledger/rates.h"
#include "ledger/suppress.h"
#include "observe/published_counts.h"
#include "publish/bounce_rate.h"
#include "publish/count_evidence.h"
#include "publish/dead_letter.h"
#include "publish/event_id.h"
#include "publish/suppression.h"
#include "publish/suppression_history.h"
#include "ricochet/counts.h"
#include "ricochet/stage.h"
#include "ricochet/wall_clock.h"

namespace ricochet {

// What a partition's offset is committed with when all of its windows have been
// told, in a backfill.
inline constexpr std::string_view kAllTold = "all-told";

struct LedgerStageSettings {
  std::string cluster;
  std::vector<std::string> topics;  // the evidence topic
  std::string suppressions;         // output topics
  std::string suppression_history;
  std::string bounce_rates;            // empty: no rates
  std::vector<std::string> providers;  // names by ProviderId
  SuppressorOptions suppressor;        // but for the advice
  RatesOptions rates;
  // A backfill's name; empty: none. Its windows are told when its input has
  // ended, and what else the ledger does is left to the live one.
  std::string backfill;
  std::stop_token input_ended;
};

// The second stage over Kafka: evidence in, suppressions and bounce rates out.
// Two folds of the same records, each with its own state; all state is in the
// changelog, and whoever takes a partition over begins with loading it.
// Owned by one worker thread.
class LedgerStage final : public Stage, private SuppressionSink {
 public:
  // `published` must outlive this object.
  // `advice` is what is said of a reason whose policy row says nothing.
  // `clock` is the wall clock.
  LedgerStage(LedgerStageSettings settings,
              std::shared_ptr<const Policy> policy,
              std::function<std::string_view(Reason)> advice,
              PublishedCounts& published, WallClock clock);

  Result<Offset> Assign(Partition p, Offset committed,
                        StateReader& saved) override;
  void Revoke(Partition p) override;
  void Process(std::span<const Record> batch, Emitter& out) override;
  void Tick(EventTime watermark, Emitter& out) override;
  Checkpoint Commit(Partition p, StateWriter& state, Emitter& out) override;
  void Committed() override;
  bool Rollback(Partition p) override;

 private:
  // A partition that this worker owns.
  struct Owned {
    EventTime newest = kNoTime;  // of the evidence since it was taken over
    EventTime newest_committed = kNoTime;
    std::unique_ptr<Suppressor> suppressor;
    std::unique_ptr<Rates> rates;
    // As they were at the last commit, or rollback.
    Suppressor::Counters suppressor_counted;
    Rates::Counters rates_counted;
  };

  [[nodiscard]] Owned Make(Partition p) const;
  static Result<void> Load(StateReader& saved, Owned& owned);
  // Returns how many of `most`, which a backfill keeps to, it told.
  std::size_t TellRates(Rates& rates, EventTime now, std::size_t most,
                        Emitter& out);
  Result<void, Reject> Add(const Record& record, Owned& owned);
  void DeadLetter(const Record& record, Reject reason, Emitter& out);
  void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                const SuppressionOrigin& origin) override;
  std::string_view Publish(SuppressionChange change,
                           const SuppressionEntry& entry, EventId because);
  void CountFlaws(Owned& owned);
  void Count(SuppressionEvent what, const SuppressionEntry& entry);
  void OnBrake(const BrakeAlert& alert) override;

  const LedgerStageSettings settings_;
  const std::shared_ptr<const Policy> policy_;
  const std::function<std::string_view(Reason)> advice_;
  const WallClock clock_;
  const EventIds ids_;
  const std::unique_ptr<Counts> counts_;  // since the last commit
  PublishedCounts& published_;
  std::map<Partition, Owned> partitions_;
  Emitter* out_ = nullptr;  // during Process() and Tick()
  CountEvidenceDecoder count_decoder_;
  SuppressionEncoder suppression_encoder_;
  SuppressionHistoryEncoder history_encoder_;
  BounceRateEncoder rate_encoder_;
  DeadLetterEncoder dead_letter_encoder_;
};

}  // namespace ricochet
