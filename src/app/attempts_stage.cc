#include "app/attempts_stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace ricochet {
namespace {

EncoderOptions EncoderOptionsOf(const AttemptsStageSettings& settings,
                                const RuleBook& book) {
  return {.provider_names = book.provider_names(),
          .ruleset_hash = std::string(book.hash()),
          .ce_source = "kafka://" + settings.cluster,
          .topics = settings.topics,
          .delivered = settings.delivered};
}

std::string_view TopicOf(const AttemptsStageSettings& settings, Partition p) {
  return settings.topics[static_cast<std::size_t>(p.topic)];
}

// The offset metadata: "low-water=<offset>", or "low-water=none" when no
// message is in flight.
constexpr std::string_view kLowWater = "low-water=";

std::string WriteLowWater(Offset low) {
  return fmt::format("{}{}", kLowWater,
                     low == kNoOffset ? "none" : std::to_string(low));
}

// Without metadata (a tool reset the offsets) there is nothing to go back to.
Offset ReadLowWater(std::string_view metadata, Offset committed) {
  if (!metadata.starts_with(kLowWater)) return committed;
  metadata.remove_prefix(kLowWater.size());
  Offset low = committed;
  std::from_chars(metadata.data(), metadata.data() + metadata.size(), low);
  return std::clamp(low, Offset{0}, committed);
}

}  // namespace

Result<std::unique_ptr<AttemptsStage>> AttemptsStage::Make(
    const AttemptsStageSettings& settings, std::unique_ptr<Ruleset> rules,
    PublishedCounts& published, Handoff<Ruleset>* reload) {
  auto attribution = Attribution::Make(settings.attribution);
  if (!attribution) return tl::unexpected(std::move(attribution.error()));
  return std::unique_ptr<AttemptsStage>(new AttemptsStage(
      settings, std::move(*attribution), std::move(rules), published, reload));
}

AttemptsStage::AttemptsStage(const AttemptsStageSettings& settings,
                             Attribution attribution,
                             std::unique_ptr<Ruleset> rules,
                             PublishedCounts& published,
                             Handoff<Ruleset>* reload)
    : settings_(settings),
      attribution_(std::move(attribution)),
      ids_(settings.cluster, settings.topics),
      counts_(std::make_unique<Counts>()),
      replayed_(std::make_unique<Counts>()),
      published_(published),
      reload_(reload),
      attempts_(settings.attempts, std::move(rules), ids_),
      delivery_encoder_(EncoderOptionsOf(settings, attempts_.rules().book())),
      dead_letter_encoder_("kafka://" + settings.cluster, settings.topics) {}

Result<Offset> AttemptsStage::Assign(Partition p, Offset committed,
                                     StateReader& saved) {
  partitions_[p] = {.committed = committed,
                    .correlator = std::make_unique<Correlator>(
                        settings_.correlation, attribution_,
                        TopicOf(settings_, p), *counts_)};
  if (committed == kNoOffset) return kNoOffset;
  const Offset low = ReadLowWater(saved.metadata(), committed);
  return std::max(low, committed - kMaxReplay);
}

void AttemptsStage::Revoke(Partition p) {
  const auto found = partitions_.find(p);
  if (found == partitions_.end()) return;
  const Owned& owned = found->second;
  counts_->evicted[static_cast<std::size_t>(Eviction::kRevoked)] +=
      owned.correlator->MessagesBefore(owned.committed - kMaxReplay);
  partitions_.erase(found);
}

void AttemptsStage::Process(std::span<const Record> batch, Emitter& out) {
  TakeReloadedRules();
  out_ = &out;
  for (const Record& record : batch) {
    Owned& owned = partitions_.at(record.partition);
    const bool replay = record.offset < owned.committed;
    attempts_.Process(record, *owned.correlator, *this,
                      replay ? *replayed_ : *counts_);
    owned.next = std::max(owned.next, record.offset + 1);
  }
  out_ = nullptr;
}

void AttemptsStage::Tick(EventTime /*watermark*/, Emitter& /*out*/) {}

Checkpoint AttemptsStage::Commit(Partition p, StateWriter& /*state*/,
                                 Emitter& /*out*/) {
  return {.metadata = WriteLowWater(partitions_.at(p).correlator->low_water())};
}

void AttemptsStage::Committed() {
  std::size_t messages = 0;
  for (auto& [partition, owned] : partitions_) {
    owned.committed = std::max(owned.committed, owned.next);
    messages += owned.correlator->messages();
  }
  published_.SetCorrelationEntries(messages);
  published_.Add(*counts_);
  *counts_ = Counts{};
}

bool AttemptsStage::Rollback(Partition /*p*/) {
  *counts_ = Counts{};
  return false;
}

void AttemptsStage::OnEvent(const DeliveryEvent& event) {
  if (const auto record = delivery_encoder_.ToRecord(event)) {
    out_->Emit(*record);
  }
  if (const auto evidence = EvidenceOf(event, scratch_)) {
    out_->Emit(evidence_encoder_.ToRecord(*evidence));
  }
}

void AttemptsStage::OnDeadLetter(const DeadLetter& letter) {
  out_->Emit(dead_letter_encoder_.ToRecord(letter));
}

void AttemptsStage::TakeReloadedRules() {
  if (reload_ == nullptr) return;
  if (auto rules = reload_->Take()) {
    delivery_encoder_.set_ruleset_hash(rules->book().hash());
    attempts_.Use(std::move(rules));
  }
}

}  // namespace ricochet
