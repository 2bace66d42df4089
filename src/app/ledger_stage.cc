#include "app/ledger_stage.h"

#include <algorithm>
#include <utility>

#include "publish/evidence.h"

namespace ricochet {

LedgerStage::LedgerStage(const LedgerStageSettings& settings,
                         std::shared_ptr<const Policy> policy,
                         std::function<std::string_view(Reason)> advice,
                         PublishedCounts& published)
    : policy_(std::move(policy)),
      advice_(std::move(advice)),
      ids_(settings.cluster, settings.topics),
      counts_(std::make_unique<Counts>()),
      published_(published),
      suppression_encoder_(
          "kafka://" + settings.cluster + "/" + settings.output,
          policy_->hash()),
      dead_letter_encoder_("kafka://" + settings.cluster, settings.topics) {}

Result<Offset> LedgerStage::Assign(Partition p, Offset committed,
                                   StateReader& /*saved*/) {
  partitions_[p] = {.committed = committed,
                    .suppressor = std::make_unique<Suppressor>(
                        *policy_, SuppressorOptions{.advice = advice_})};
  return committed == kNoOffset ? kNoOffset
                                : std::max(Offset{0}, committed - kMaxReplay);
}

void LedgerStage::Revoke(Partition p) { partitions_.erase(p); }

void LedgerStage::Process(std::span<const Record> batch, Emitter& out) {
  for (const Record& record : batch) Evidence(record, out);
}

void LedgerStage::Evidence(const Record& record, Emitter& out) {
  const auto evidence = DecodeEvidence(record.value);
  if (!evidence) {
    const Source source{.partition = record.partition, .offset = record.offset};
    out.Emit(dead_letter_encoder_.ToRecord(
        {.id = ids_.Make(source, EventType::kDeadLetter),
         .source = source,
         .reason = evidence.error(),
         .error = "not a record of evidence",
         .value = record.value,
         .time = record.time}));
    return;
  }
  const Owned& owned = partitions_.at(record.partition);
  Suppressor& suppressor = *owned.suppressor;
  const std::size_t before = suppressor.size();
  const SuppressionEntry* entry = suppressor.Add(*evidence);
  if (entry == nullptr) return;
  out.Emit(suppression_encoder_.ToRecord(*entry, SuppressionAction::kSuppress,
                                         evidence->event));
  if (suppressor.size() != before && record.offset >= owned.committed) {
    ++counts_->suppressions[static_cast<std::size_t>(evidence->reason)];
  }
}

void LedgerStage::Tick(EventTime /*watermark*/, Emitter& /*out*/) {}

Checkpoint LedgerStage::Commit(Partition /*p*/, StateWriter& /*state*/,
                               Emitter& /*out*/) {
  return {};
}

void LedgerStage::Committed() {
  std::size_t active = 0;
  for (const auto& [partition, owned] : partitions_) {
    active += owned.suppressor->size();
  }
  published_.SetSuppressionsActive(active);
  published_.Add(*counts_);
  *counts_ = Counts{};
}

bool LedgerStage::Rollback(Partition /*p*/) {
  *counts_ = Counts{};
  return false;
}

}  // namespace ricochet
