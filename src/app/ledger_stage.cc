#include "app/ledger_stage.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "publish/evidence.h"

namespace ricochet {
namespace {

// Behind the newest evidence, for what other partitions of the log are about
// to bring.
constexpr std::chrono::minutes kLateness{10};

EventTime TimeOf(const LedgerInput& input) {
  return std::visit(
      [](const auto& evidence) {
        using T = std::decay_t<decltype(evidence)>;
        if constexpr (std::is_same_v<T, DomainEvidence>) {
          return evidence.failure.time;
        } else {
          return evidence.time;
        }
      },
      input);
}

}  // namespace

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
  SuppressorOptions options;
  options.advice = advice_;
  partitions_[p] = {
      .committed = committed,
      .suppressor = std::make_unique<Suppressor>(*policy_, std::move(options))};
  return committed == kNoOffset ? kNoOffset
                                : std::max(Offset{0}, committed - kMaxReplay);
}

void LedgerStage::Revoke(Partition p) { partitions_.erase(p); }

void LedgerStage::Process(std::span<const Record> batch, Emitter& out) {
  out_ = &out;
  for (const Record& record : batch) Evidence(record, out);
  out_ = nullptr;
}

void LedgerStage::Evidence(const Record& record, Emitter& out) {
  const auto input = DecodeEvidence(record.value);
  if (!input) {
    const Source source{.partition = record.partition, .offset = record.offset};
    out.Emit(dead_letter_encoder_.ToRecord(
        {.id = ids_.Make(source, EventType::kDeadLetter),
         .source = source,
         .reason = input.error(),
         .error = "not a record of evidence",
         .value = record.value,
         .time = record.time}));
    return;
  }
  Owned& owned = partitions_.at(record.partition);
  owned.newest = std::max(owned.newest, TimeOf(*input));
  replaying_ = record.offset < owned.committed;
  owned.suppressor->Add(*input, record.offset, *this);
  // Its entries are made by reading the topic again: nothing to write.
  owned.suppressor->Settle();
}

void LedgerStage::OnChange(SuppressionChange change,
                           const SuppressionEntry& entry, EventId because) {
  switch (change) {
    case SuppressionChange::kBegan:
      if (!replaying_) {
        ++counts_->suppressions[static_cast<std::size_t>(
            entry.causes.front().reason)];
      }
      [[fallthrough]];
    case SuppressionChange::kChanged:
      out_->Emit(suppression_encoder_.ToRecord(
          entry, SuppressionAction::kSuppress, because));
      return;
    case SuppressionChange::kReleased:
      out_->Emit(suppression_encoder_.ToRecord(
          entry, SuppressionAction::kRelease, because));
      [[fallthrough]];
    case SuppressionChange::kExpired:
      out_->Emit(suppression_encoder_.Tombstone(entry));
  }
}

void LedgerStage::Tick(EventTime /*watermark*/, Emitter& out) {
  out_ = &out;
  for (auto& [partition, owned] : partitions_) {
    if (owned.newest == kNoTime) continue;
    owned.suppressor->Tick(owned.newest - kLateness, *this);
    owned.suppressor->Settle();
  }
  out_ = nullptr;
}

Checkpoint LedgerStage::Commit(Partition /*p*/, StateWriter& /*state*/,
                               Emitter& /*out*/) {
  return {};
}

void LedgerStage::Committed() {
  std::size_t active = 0;
  for (const auto& [partition, owned] : partitions_) {
    active += owned.suppressor->suppressed();
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
