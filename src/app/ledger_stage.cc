#include "app/ledger_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "observe/log.h"

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

// Windows told at a time when a backfill ends: some 20 MB a transaction.
constexpr std::size_t kToldAtOnce = 20'000;

// Windows of a backfill are events of their own.
std::string RateSource(const LedgerStageSettings& settings) {
  const auto topic =
      "kafka://" + settings.cluster + "/" + settings.bounce_rates;
  return settings.backfill.empty() ? topic
                                   : topic + "?backfill=" + settings.backfill;
}

// The changelog has both folds' entries; the first octet of a key says whose.
constexpr char kSuppressions = 'S';
constexpr char kRates = 'R';

class PartWriter final : public StateWriter {
 public:
  PartWriter(char part, StateWriter& out) : key_(1, part), out_(out) {}
  void Put(std::string_view key, std::string_view value,
           bool tombstone) override {
    key_.resize(1);
    key_ += key;
    out_.Put(key_, value, tombstone);
  }

 private:
  std::string key_;
  StateWriter& out_;
};

}  // namespace

LedgerStage::LedgerStage(LedgerStageSettings settings,
                         std::shared_ptr<const Policy> policy,
                         std::function<std::string_view(Reason)> advice,
                         PublishedCounts& published, WallClock clock)
    : settings_(std::move(settings)),
      policy_(std::move(policy)),
      advice_(std::move(advice)),
      clock_(std::move(clock)),
      ids_(settings_.cluster, settings_.topics),
      counts_(std::make_unique<Counts>()),
      published_(published),
      suppression_encoder_(
          "kafka://" + settings_.cluster + "/" + settings_.suppressions,
          policy_->hash()),
      history_encoder_(
          "kafka://" + settings_.cluster + "/" + settings_.suppression_history,
          policy_->hash()),
      rate_encoder_(RateSource(settings_)),
      dead_letter_encoder_("kafka://" + settings_.cluster, settings_.topics) {}

LedgerStage::Owned LedgerStage::Make(Partition p) const {
  SuppressorOptions options = settings_.suppressor;
  options.advice = advice_;
  RatesOptions rates = settings_.rates;
  rates.other = fmt::format("other-{}", p.number);
  if (!settings_.backfill.empty()) {
    rates.other += "-" + settings_.backfill;
    rates.clock = RateClock::kEnd;
  }
  return {
      .suppressor = std::make_unique<Suppressor>(*policy_, std::move(options)),
      .rates = std::make_unique<Rates>(std::move(rates))};
}

Result<Offset> LedgerStage::Assign(Partition p, Offset committed,
                                   StateReader& saved) {
  Owned owned = Make(p);
  if (auto loaded = Load(saved, owned); !loaded) {
    loaded.error().message =
        fmt::format("the changelog of evidence partition {}: {}", p.number,
                    loaded.error().message);
    return tl::unexpected(std::move(loaded.error()));
  }
  partitions_[p] = std::move(owned);
  return committed;
}

Result<void> LedgerStage::Load(StateReader& saved, Owned& owned) {
  // A topic that was deleted and made anew begins at 0 again: its records must
  // not be taken for those that the state knows.
  const auto end = saved.LogEnd();
  if (!end) return tl::unexpected(end.error());
  owned.suppressor->set_log_end(*end);
  owned.rates->set_log_end(*end);
  while (true) {
    const auto next = saved.Next();
    if (!next) return tl::unexpected(next.error());
    if (!*next) return {};
    const auto& entry = **next;
    const std::string_view value =
        entry.tombstone ? std::string_view{} : entry.value;
    const char part = entry.key.empty() ? '\0' : entry.key.front();
    Result<void> done;
    if (part == kSuppressions) {
      done = owned.suppressor->Load(entry.key.substr(1), value);
    } else if (part == kRates) {
      done = owned.rates->Load(entry.key.substr(1), value);
    } else {
      done = Fail(ErrorCode::kKafka, "an entry of an unknown kind");
    }
    if (!done) return done;
  }
}

void LedgerStage::Revoke(Partition p) {
  partitions_.erase(p);
  *counts_ = Counts{};  // what was in hand is somebody else's to count
}

void LedgerStage::Process(std::span<const Record> batch, Emitter& out) {
  out_ = &out;
  for (const Record& record : batch) {
    const auto done = Add(record, partitions_.at(record.partition));
    if (!done) DeadLetter(record, done.error(), out);
  }
  out_ = nullptr;
}

Result<void, Reject> LedgerStage::Add(const Record& record, Owned& owned) {
  const bool counts =
      !record.value.empty() &&
      static_cast<std::uint8_t>(record.value.front()) == kCountEvidence;
  if (counts) {
    const auto input = count_decoder_.Decode(record.value);
    if (!input) return Fail(input.error());
    if (settings_.bounce_rates.empty()) return {};
    owned.rates->Add(*input, record.time, record.offset);
    return {};
  }
  const auto input = DecodeEvidence(record.value);
  if (!input) return Fail(input.error());
  owned.newest = std::max(owned.newest, TimeOf(*input));
  owned.suppressor->Add(*input, record.offset, *this);
  return {};
}

void LedgerStage::DeadLetter(const Record& record, Reject reason,
                             Emitter& out) {
  const Source source{.partition = record.partition, .offset = record.offset};
  out.Emit(dead_letter_encoder_.ToRecord(
      {.id = ids_.Make(source, EventType::kDeadLetter),
       .source = source,
       .reason = reason,
       .error = "not a record of evidence",
       .value = record.value,
       .key = record.key,
       .time = record.time}));
}

void LedgerStage::OnChange(SuppressionChange change,
                           const SuppressionEntry& entry,
                           const SuppressionOrigin& origin) {
  const auto key = Publish(change, entry, origin.event);
  out_->Emit(history_encoder_.ToRecord(key, change, entry, origin));
}

// Returns the key, which dies at the next call.
std::string_view LedgerStage::Publish(SuppressionChange change,
                                      const SuppressionEntry& entry,
                                      EventId because) {
  const auto tell = [&](SuppressionAction action) {
    const auto record = suppression_encoder_.ToRecord(entry, action, because);
    out_->Emit(record);
    return record.key;
  };
  switch (change) {
    case SuppressionChange::kBegan:
      Count(SuppressionEvent::kSuppress, entry);
      [[fallthrough]];
    case SuppressionChange::kChanged:
      return tell(SuppressionAction::kSuppress);
    case SuppressionChange::kReleased:
      Count(SuppressionEvent::kRelease, entry);
      tell(SuppressionAction::kRelease);
      break;
    case SuppressionChange::kExpired:
      Count(SuppressionEvent::kExpire, entry);
  }
  const auto tombstone = suppression_encoder_.Tombstone(entry);
  out_->Emit(tombstone);
  return tombstone.key;
}

void LedgerStage::Count(SuppressionEvent what, const SuppressionEntry& entry) {
  const bool over = what == SuppressionEvent::kExpire || entry.causes.empty();
  const Reason reason = over ? Reason::kNone : entry.causes.front().reason;
  ++counts_->suppressions[static_cast<std::size_t>(what)]
                         [static_cast<std::size_t>(reason)]
                         [static_cast<std::size_t>(entry.scope)];
}

// What is new since the last commit.
void LedgerStage::CountFlaws(Owned& owned) {
  const Rates::Counters rates = owned.rates->counters();
  const auto rates_before = std::exchange(owned.rates_counted, rates);
  const auto add = [](auto& row, auto flaw, std::uint64_t n) {
    row[static_cast<std::size_t>(flaw)] += n;
  };
  auto& of_rates = counts_->rate_flaws;
  add(of_rates, RateFlaw::kLate, rates.late - rates_before.late);
  add(of_rates, RateFlaw::kClamped, rates.clamped - rates_before.clamped);
  add(of_rates, RateFlaw::kCrowded, rates.other - rates_before.other);

  const Suppressor::Counters now = owned.suppressor->counters();
  const auto before = std::exchange(owned.suppressor_counted, now);
  auto& flaws = counts_->suppression_flaws;
  add(flaws, SuppressionFlaw::kFull, now.refused - before.refused);
  add(flaws, SuppressionFlaw::kEvicted, now.evicted - before.evicted);
  add(flaws, SuppressionFlaw::kUndated, now.undated - before.undated);
  add(flaws, SuppressionFlaw::kMalformed, now.malformed - before.malformed);
  add(flaws, SuppressionFlaw::kCollision, now.collisions - before.collisions);
  add(flaws, SuppressionFlaw::kBraked, now.braked - before.braked);
}

void LedgerStage::OnBrake(const BrakeAlert& alert) {
  ++counts_->brakes[alert.provider];
  // A first stage of another version may know one provider more.
  const auto provider =
      alert.provider < settings_.providers.size()
          ? settings_.providers[alert.provider]
          : fmt::format("provider_{}", static_cast<int>(alert.provider));
  Log(LogLevel::kError, "ledger.brake",
      fmt::format("{} of about {} recipients at {} would be suppressed within "
                  "{} h: nobody else of that provider is, until it is over. "
                  "What does it answer, and is that true?",
                  alert.suppressions, alert.recipients, provider,
                  alert.window.count()));
}

void LedgerStage::Tick(EventTime /*watermark*/, Emitter& out) {
  out_ = &out;
  const EventTime now = clock_();
  std::size_t room = kToldAtOnce;
  for (auto& [partition, owned] : partitions_) {
    if (owned.newest != kNoTime) {
      // Evidence from the future, of a host whose clock is wrong, must not end
      // what others are suppressed for.
      owned.suppressor->Tick(std::min(owned.newest, now) - kLateness, *this);
    }
    if (settings_.bounce_rates.empty()) continue;
    room -= TellRates(*owned.rates, now, room, out);
  }
  out_ = nullptr;
}

std::size_t LedgerStage::TellRates(Rates& rates, EventTime now,
                                   std::size_t most, Emitter& out) {
  const auto tell = [&](const RateWindow& window) {
    out.Emit(rate_encoder_.ToRecord(window));
  };
  if (settings_.input_ended.stop_requested()) {
    return rates.TellRest(now, most, tell);
  }
  if (settings_.backfill.empty()) rates.Tick(now, tell);
  return 0;
}

Checkpoint LedgerStage::Commit(Partition p, StateWriter& state,
                               Emitter& /*out*/) {
  const Owned& owned = partitions_.at(p);
  PartWriter suppressions(kSuppressions, state);
  owned.suppressor->Commit(suppressions);
  PartWriter rates(kRates, state);
  owned.rates->Commit(rates);
  const bool told = !settings_.backfill.empty() && owned.rates->AllTold();
  return {.metadata = told ? std::string(kAllTold) : std::string()};
}

void LedgerStage::Committed() {
  ActiveSuppressions active;
  for (auto& [partition, owned] : partitions_) {
    owned.suppressor->Settle();
    owned.rates->Settle();
    owned.newest_committed = owned.newest;
    CountFlaws(owned);
    active += owned.suppressor->active();
  }
  published_.SetSuppressionsActive(active);
  published_.Add(*counts_);
  *counts_ = Counts{};
}

bool LedgerStage::Rollback(Partition p) {
  Owned& owned = partitions_.at(p);
  owned.suppressor->Rollback();
  owned.rates->Rollback();
  owned.newest = owned.newest_committed;
  owned.suppressor_counted = owned.suppressor->counters();
  owned.rates_counted = owned.rates->counters();
  *counts_ = Counts{};
  return true;
}

}  // namespace ricochet
