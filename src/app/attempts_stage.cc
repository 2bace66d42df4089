#include "app/attempts_stage.h"

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
      published_(published),
      reload_(reload),
      attempts_(settings.attempts, std::move(rules), ids_, *counts_),
      delivery_encoder_(EncoderOptionsOf(settings, attempts_.rules().book())),
      dead_letter_encoder_("kafka://" + settings.cluster, settings.topics) {}

Result<Offset> AttemptsStage::Assign(Partition p, Offset committed,
                                     StateReader& /*saved*/) {
  Start(p);
  return committed;
}

void AttemptsStage::Revoke(Partition p) {
  Forget(p, Eviction::kRevoked);
  correlators_.erase(p);
}

void AttemptsStage::Process(std::span<const Record> batch, Emitter& out) {
  TakeReloadedRules();
  out_ = &out;
  for (const Record& record : batch) {
    attempts_.Process(record, *correlators_.at(record.partition), *this);
  }
  out_ = nullptr;
}

void AttemptsStage::Tick(EventTime /*watermark*/, Emitter& /*out*/) {}

Checkpoint AttemptsStage::Commit(Partition /*p*/, StateWriter& /*state*/) {
  return {};
}

void AttemptsStage::Committed() {
  std::size_t messages = 0;
  for (const auto& [partition, correlator] : correlators_) {
    messages += correlator->messages();
  }
  published_.SetCorrelationEntries(messages);
  published_.Add(*counts_);
  *counts_ = Counts{};
}

// The aborted records come again; what they told us already would count
// attempts twice, so their partition starts cold.
void AttemptsStage::Rollback(Partition p) {
  *counts_ = Counts{};
  Forget(p, Eviction::kRollback);
  Start(p);
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

void AttemptsStage::Start(Partition p) {
  correlators_[p] = std::make_unique<Correlator>(
      settings_.correlation, attribution_,
      settings_.topics[static_cast<std::size_t>(p.topic)], *counts_);
}

void AttemptsStage::Forget(Partition p, Eviction why) {
  const auto found = correlators_.find(p);
  if (found == correlators_.end()) return;
  counts_->evicted[static_cast<std::size_t>(why)] += found->second->messages();
}

void AttemptsStage::TakeReloadedRules() {
  if (reload_ == nullptr) return;
  if (auto rules = reload_->Take()) {
    delivery_encoder_.set_ruleset_hash(rules->book().hash());
    attempts_.Use(std::move(rules));
  }
}

}  // namespace ricochet
