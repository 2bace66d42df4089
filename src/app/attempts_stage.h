#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/attempts.h"
#include "classify/handoff.h"
#include "correlate/attribution.h"
#include "correlate/correlator.h"
#include "ledger/evidence_of.h"
#include "ledger/rate_counts.h"
#include "observe/published_counts.h"
#include "observe/rule_hit_counts.h"
#include "observe/sender_outcomes.h"
#include "publish/count_evidence.h"
#include "publish/dead_letter.h"
#include "publish/delivery_event.h"
#include "publish/event_id.h"
#include "publish/evidence.h"
#include "ricochet/counts.h"
#include "ricochet/stage.h"
#include "ricochet/wall_clock.h"

namespace ricochet {

struct AttemptsStageSettings {
  AttemptsSettings attempts;
  CorrelationLimits correlation;
  AttributionRules attribution;
  std::string cluster;              // enters event ids and ce_source
  std::vector<std::string> topics;  // mail.logs and the like
  Delivered delivered = Delivered::kShort;
  std::shared_ptr<const Crosswalk> crosswalk = nullptr;  // as in EncoderOptions
  // Final outcomes before it are no evidence; wishes are, however old.
  EventTime evidence_from = kNoTime;
  std::uint64_t sender_threshold = 200;  // as in SenderOutcomes
};

// The first stage over Kafka: mail.logs in; delivery events, dead letters and
// evidence for the ledger out.
// Owned by one worker thread; `published` and `reload` are what other threads
// see of it.
//
// The log itself is the state of the correlation: each commit says where the
// oldest message in flight begins that is not in the changelog (the low water),
// and whoever takes the partition over loads the changelog, reads again from
// there, discarding what comes out, and goes on as if nothing had happened.
class AttemptsStage final : public Stage, private EventSink {
 public:
  // `published` and `reload` must outlive this object; `reload` may be null.
  [[nodiscard]] static Result<std::unique_ptr<AttemptsStage>> Make(
      const AttemptsStageSettings& settings, std::unique_ptr<Ruleset> rules,
      PublishedCounts& published, Handoff<Ruleset>* reload,
      WallClock clock = SystemNow);

  Result<Offset> Assign(Partition p, Offset committed,
                        StateReader& saved) override;
  void Revoke(Partition p) override;
  void Process(std::span<const Record> batch, Emitter& out) override;
  void Tick(EventTime watermark, Emitter& out) override;
  Checkpoint Commit(Partition p, StateWriter& state, Emitter& out) override;
  void Committed() override;
  bool Rollback(Partition p) override;

 private:
  AttemptsStage(const AttemptsStageSettings& settings, Attribution attribution,
                std::unique_ptr<Ruleset> rules, PublishedCounts& published,
                Handoff<Ruleset>* reload, WallClock clock);

  void OnEvent(const DeliveryEvent& event) override;
  void OnDeadLetter(const DeadLetter& letter) override;

  // A partition that this worker owns.
  struct Owned {
    Offset committed = kNoOffset;  // records before it are replayed
    Offset next = kNoOffset;       // after the last record processed
    EventTime newest = kNoTime;    // what the owner before had seen
    std::unique_ptr<Correlator> correlator;
  };

  void Tell(const AddressEvidence& evidence, bool final);
  void TakeReloadedRules();
  void CountSender(const CountRecord& record);
  void CountVerdict(const DeliveryEvent& event);
  // Forgets what was counted since the last commit.
  void Uncount();

  const AttemptsStageSettings settings_;
  const Attribution attribution_;
  const EventIds ids_;
  const std::unique_ptr<Counts> counts_;    // since the last commit
  const std::unique_ptr<Counts> replayed_;  // counted before; thrown away
  PublishedCounts& published_;
  Handoff<Ruleset>* const reload_;
  const WallClock clock_;
  Attempts attempts_;
  std::map<Partition, Owned> partitions_;

  DeliveryEventEncoder delivery_encoder_;
  DeadLetterEncoder dead_letter_encoder_;
  EvidenceEncoder evidence_encoder_;
  RateCounts rate_counts_;      // since the last commit
  std::uint64_t undated_ = 0;   // of rate_counts_, at the last commit
  std::uint64_t withheld_ = 0;  // since the last commit
  CountEvidenceEncoder count_encoder_;
  SenderOutcomes sender_outcomes_;
  RuleHitCounts rule_hits_;
  AddressScratch scratch_;
  Emitter* out_ = nullptr;  // during Process()
  bool replaying_ = false;  // the record in hand was counted before
};

}  // namespace ricochet
