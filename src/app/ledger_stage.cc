#include "app/ledger_stage.h"

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
  Start(p);
  return committed;
}

void LedgerStage::Revoke(Partition p) { suppressors_.erase(p); }

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
  Suppressor& suppressor = *suppressors_.at(record.partition);
  const std::size_t before = suppressor.size();
  const SuppressionEntry* entry = suppressor.Add(*evidence);
  if (entry == nullptr) return;
  out.Emit(suppression_encoder_.ToRecord(*entry, SuppressionAction::kSuppress,
                                         evidence->event));
  if (suppressor.size() != before) {
    ++counts_->suppressions[static_cast<std::size_t>(evidence->reason)];
  }
}

void LedgerStage::Tick(EventTime /*watermark*/, Emitter& /*out*/) {}

Checkpoint LedgerStage::Commit(Partition /*p*/, StateWriter& /*state*/) {
  return {};
}

void LedgerStage::Committed() {
  std::size_t active = 0;
  for (const auto& [partition, suppressor] : suppressors_) {
    active += suppressor->size();
  }
  published_.SetSuppressionsActive(active);
  published_.Add(*counts_);
  *counts_ = Counts{};
}

// Entries are the same however often their evidence comes, so what the aborted
// transaction added may stay; but what it published has to come again.
void LedgerStage::Rollback(Partition p) {
  *counts_ = Counts{};
  Start(p);
}

void LedgerStage::Start(Partition p) {
  suppressors_[p] = std::make_unique<Suppressor>(
      *policy_, SuppressorOptions{.advice = advice_});
}

}  // namespace ricochet
