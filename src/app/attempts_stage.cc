#include "app/attempts_stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "stream/named_number.h"

namespace ricochet {
namespace {

EncoderOptions EncoderOptionsOf(const AttemptsStageSettings& settings,
                                const RuleBook& book) {
  return {.provider_names = book.provider_names(),
          .ruleset_hash = std::string(book.hash()),
          .ce_source = "kafka://" + settings.cluster,
          .topics = settings.topics,
          .delivered = settings.delivered,
          .crosswalk = settings.crosswalk};
}

std::vector<std::string> NamesOf(const RuleBook& book) {
  const auto names = book.provider_names();
  return {names.begin(), names.end()};
}

std::string_view TopicOf(const AttemptsStageSettings& settings, Partition p) {
  return settings.topics[static_cast<std::size_t>(p.topic)];
}

// The offset metadata: "low-water=<offset>,newest=<ms since 1970>"; the low
// water is the committed offset when nothing is to be read again.
constexpr std::string_view kLowWater = "low-water=";
constexpr std::string_view kNewest = ",newest=";

struct Resume {
  Offset low_water = kNoOffset;
  EventTime newest = kNoTime;
};

std::string Write(const Resume& resume) {
  return fmt::format("{}{}{}{}", kLowWater, resume.low_water, kNewest,
                     resume.newest.time_since_epoch().count());
}

// Without metadata (a tool reset the offsets) nothing is known.
std::optional<Resume> ReadResume(std::string_view metadata) {
  std::int64_t low = 0;
  std::int64_t newest = 0;
  if (!TakeNamedNumber(kLowWater, metadata, low) || low < 0 ||
      !TakeNamedNumber(kNewest, metadata, newest)) {
    return std::nullopt;
  }
  return Resume{low, EventTime{std::chrono::milliseconds{newest}}};
}

}  // namespace

Result<std::unique_ptr<AttemptsStage>> AttemptsStage::Make(
    const AttemptsStageSettings& settings, std::unique_ptr<Ruleset> rules,
    PublishedCounts& published, Handoff<Ruleset>* reload, WallClock clock) {
  auto attribution = Attribution::Make(settings.attribution);
  if (!attribution) return tl::unexpected(std::move(attribution.error()));
  return std::unique_ptr<AttemptsStage>(
      new AttemptsStage(settings, std::move(*attribution), std::move(rules),
                        published, reload, std::move(clock)));
}

AttemptsStage::AttemptsStage(const AttemptsStageSettings& settings,
                             Attribution attribution,
                             std::unique_ptr<Ruleset> rules,
                             PublishedCounts& published,
                             Handoff<Ruleset>* reload, WallClock clock)
    : settings_(settings),
      attribution_(std::move(attribution)),
      ids_(settings.cluster, settings.topics),
      counts_(std::make_unique<Counts>()),
      replayed_(std::make_unique<Counts>()),
      published_(published),
      reload_(reload),
      clock_(std::move(clock)),
      attempts_(settings.attempts, std::move(rules), ids_),
      delivery_encoder_(EncoderOptionsOf(settings, attempts_.rules().book())),
      dead_letter_encoder_("kafka://" + settings.cluster, settings.topics),
      rate_counts_(NamesOf(attempts_.rules().book())),
      sender_outcomes_(published.sender_outcomes, settings.sender_threshold),
      rule_hits_(published.rule_hits) {}

Result<Offset> AttemptsStage::Assign(Partition p, Offset committed,
                                     StateReader& saved) {
  Owned owned{.committed = committed,
              .next = committed,
              .correlator = std::make_unique<Correlator>(
                  settings_.correlation, attribution_, TopicOf(settings_, p),
                  *counts_)};
  if (auto loaded = owned.correlator->Load(saved); !loaded) {
    return tl::unexpected(std::move(loaded.error()));
  }
  const auto resume = ReadResume(saved.metadata());
  Offset from = committed;
  if (resume && committed != kNoOffset) {
    from = std::min(resume->low_water, committed);
    owned.newest = resume->newest;
  } else {
    owned.correlator->ForgetAll();  // of another life of the topic or the group
  }
  partitions_[p] = std::move(owned);
  return from;
}

// What it had in hand, if anything, is somebody else's to count.
void AttemptsStage::Revoke(Partition p) {
  partitions_.erase(p);
  Uncount();
}

void AttemptsStage::Process(std::span<const Record> batch, Emitter& out) {
  TakeReloadedRules();
  out_ = &out;
  const EventTime now = clock_();
  for (Record record : batch) {
    // A record from the future, of a shipper whose clock is wrong, must not
    // let the messages of others expire.
    record.time = std::min(record.time, now);
    Owned& owned = partitions_.at(record.partition);
    replaying_ = record.offset < owned.committed;
    if (!replaying_) owned.correlator->SetNewest(owned.newest);
    attempts_.Process(record, *owned.correlator, *this,
                      replaying_ ? *replayed_ : *counts_);
    owned.next = std::max(owned.next, record.offset + 1);
  }
  out_ = nullptr;
}

void AttemptsStage::Tick(EventTime /*watermark*/, Emitter& /*out*/) {}

Checkpoint AttemptsStage::Commit(Partition p, StateWriter& state,
                                 Emitter& out) {
  rate_counts_.Flush([&](const CountRecord& record) {
    CountSender(record);
    out.Emit(count_encoder_.ToRecord(record));
  });
  Owned& owned = partitions_.at(p);
  Correlator& correlator = *owned.correlator;
  correlator.Save(state);
  const Offset low = correlator.low_water();
  if (low == kNoOffset && owned.next == kNoOffset) return {};  // nothing read
  return {Write({.low_water = low == kNoOffset ? owned.next : low,
                 .newest = std::max(correlator.newest(), owned.newest)})};
}

void AttemptsStage::Committed() {
  std::size_t messages = 0;
  for (auto& [partition, owned] : partitions_) {
    owned.committed = std::max(owned.committed, owned.next);
    messages += owned.correlator->messages();
  }
  published_.SetCorrelationEntries(messages);
  const auto undated = rate_counts_.undated();
  counts_->rate_flaws[static_cast<std::size_t>(RateFlaw::kUndated)] +=
      undated - std::exchange(undated_, undated);
  published_.Add(*counts_);
  published_.AddEvidenceWithheld(withheld_);
  withheld_ = 0;
  *counts_ = Counts{};
  sender_outcomes_.Commit();
  rule_hits_.Commit();
  const EventTime now = clock_();
  published_.hosts.Publish(now);
  published_.templates.Commit(now);
}

bool AttemptsStage::Rollback(Partition /*p*/) {
  Uncount();
  return false;
}

void AttemptsStage::Uncount() {
  *counts_ = Counts{};
  withheld_ = 0;
  rate_counts_.Clear();
  undated_ = rate_counts_.undated();
  sender_outcomes_.Clear();
  rule_hits_.Clear();
  published_.templates.Clear();
}

// A final outcome is in the counts of its kind and in no other.
void AttemptsStage::CountSender(const CountRecord& record) {
  SenderOutcomes::Kinds kinds{};
  for (const CountRow& row : record.rows) {
    for (const Kind kind : {Kind::kDelivered, Kind::kHard, Kind::kSoft,
                            Kind::kBlock, Kind::kAdmin, Kind::kUndetermined}) {
      kinds[static_cast<std::size_t>(kind)] +=
          row.numbers.of(OutcomeUnitOf(kind));
    }
  }
  sender_outcomes_.Add(record.sender_domain, kinds);
}

void AttemptsStage::CountVerdict(const DeliveryEvent& event) {
  if (!CountsAsVerdict(event)) return;
  published_.templates.Add(event);
  if (!event.verdict.rule.empty()) rule_hits_.Add(event.verdict.rule);
}

void AttemptsStage::OnEvent(const DeliveryEvent& event) {
  if (const auto record = delivery_encoder_.ToRecord(event)) {
    out_->Emit(*record);
  }
  published_.hosts.Add(event.source.partition, event.attempt.host,
                       event.attempt.time);
  if (!replaying_) {
    rate_counts_.Add(event);
    CountVerdict(event);
  }
  if (const auto evidence = EvidenceOf(event, scratch_)) {
    Tell(*evidence, event.attempt.final);
  }
}

void AttemptsStage::Tell(const AddressEvidence& evidence, bool final) {
  if (final && evidence.time < settings_.evidence_from) {
    if (!replaying_) ++withheld_;
    return;
  }
  out_->Emit(evidence_encoder_.ToRecord(evidence));
  if (const auto domain = DomainEvidenceOf(evidence)) {
    out_->Emit(evidence_encoder_.ToRecord(*domain));
  }
}

void AttemptsStage::OnDeadLetter(const DeadLetter& letter) {
  out_->Emit(dead_letter_encoder_.ToRecord(letter));
}

void AttemptsStage::TakeReloadedRules() {
  if (reload_ == nullptr) return;
  if (auto rules = reload_->Take()) {
    delivery_encoder_.set_ruleset_hash(rules->book().hash());
    reload_->Return(attempts_.Use(std::move(rules)));
  }
}

}  // namespace ricochet
