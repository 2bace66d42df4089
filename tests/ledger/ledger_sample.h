#pragma once

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/evidence_sample.h"
#include "ledger/suppress.h"

namespace ricochet {

inline std::string PolicyText() {
  std::ifstream in(std::string(RICOCHET_SOURCE_DIR) + "/rules/policy.toml");
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const Policy& Shipped() {
  static const Policy policy =
      Policy::Parse(PolicyText(), "policy.toml").value();
  return policy;
}

// A final failure with all that the reason implies, in the remote MTA's words.
inline AddressEvidence Failure(Reason reason, EventTime time,
                               std::uint64_t event = 0) {
  auto evidence = UnknownUser(time, event);
  const auto& info = Info(reason);
  evidence.reason = reason;
  evidence.permanence = info.permanence;
  evidence.kind = info.kind;
  evidence.fault = info.fault;
  if (event == 0) {
    evidence.event = {
        1, static_cast<std::uint64_t>(time.time_since_epoch().count())};
  }
  return evidence;
}

inline AddressEvidence Transient(AddressEvidence evidence) {
  evidence.permanence = Permanence::kTransient;
  if (evidence.kind == Kind::kHard) evidence.kind = Kind::kSoft;
  evidence.reply_code = 450;
  return evidence;
}

inline AddressEvidence DeliveredTo(EventTime time) {
  auto evidence = Failure(Reason::kDelivered, time);
  evidence.outcome = Outcome::kDelivered;
  evidence.reply_code = 250;
  return evidence;
}

inline AddressEvidence At(AddressEvidence evidence, std::string_view address) {
  evidence.address = address;
  return evidence;
}

inline DomainEvidence Domain(const AddressEvidence& failure,
                             std::uint64_t address) {
  DomainEvidence evidence{
      .failure = failure, .domain = "example.org", .address_hash = address};
  evidence.failure.address = {};
  return evidence;
}

inline OperatorAction Operator(OperatorVerb verb, EventTime time) {
  return {.event = {2, 2},
          .time = time,
          .verb = verb,
          .tenant = "default",
          .address = "ann@example.org",
          .reason = Reason::kUnsubscribed,
          .who = "ops",
          .note = "asked"};
}

// What a changelog topic holds after compaction.
class Changelog final : public StateWriter {
 public:
  void Put(std::string_view key, std::string_view value,
           bool tombstone) override {
    ++records;
    octets += key.size() + value.size();
    if (tombstone) {
      entries.erase(std::string(key));
    } else {
      entries.insert_or_assign(std::string(key), std::string(value));
    }
  }
  std::map<std::string, std::string> entries;
  std::size_t records = 0;
  std::size_t octets = 0;
};

// A suppressor, and what it tells.
class Ledger final : public SuppressionSink {
 public:
  explicit Ledger(const Policy& policy = Shipped(),
                  SuppressorOptions options = {})
      : fold(policy, std::move(options)) {}

  Ledger& operator<<(const LedgerInput& input) {
    fold.Add(input, offset++, *this);
    return *this;
  }
  void Tick(EventTime now) { fold.Tick(now, *this); }

  void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                const SuppressionOrigin& origin) override {
    constexpr std::array<std::string_view, 4> kNames = {"began", "changed",
                                                        "released", "expired"};
    told.push_back(fmt::format(
        "{} {}", kNames[static_cast<std::size_t>(change)], entry.recipient));
    history.push_back({change, entry, origin.event, origin.time,
                       std::string(origin.who), std::string(origin.note)});
  }
  void OnBrake(const BrakeAlert& alert) override { alerts.push_back(alert); }

  // In force about ann@example.org (or another address) for a scope.
  std::optional<SuppressionEntry> Entry(
      SuppressionScope scope = SuppressionScope::kAddress,
      std::string_view qualifier = {},
      std::string_view address = "ann@example.org") const {
    return fold.Find({scope, "default", qualifier, address});
  }
  bool Suppressed() const { return Entry().has_value(); }

  struct Told {
    SuppressionChange change;
    SuppressionEntry entry;
    EventId event;
    EventTime time;
    std::string who;
    std::string note;
  };

  Suppressor fold;
  Offset offset = 0;
  std::vector<Told> history;
  std::vector<std::string> told;
  std::vector<BrakeAlert> alerts;
};

// Everything that is in force, as text.
inline std::string Show(const Suppressor& fold) {
  const auto ms = [](EventTime time) {
    return time == kNoTime ? -1 : time.time_since_epoch().count();
  };
  std::string all;
  fold.ForEach([&](const SuppressionEntry& entry) {
    all += fmt::format("{}|{}|{}|{} since {} expires {} {}\n", entry.tenant,
                       static_cast<int>(entry.scope), entry.qualifier,
                       entry.recipient, ms(entry.since), ms(entry.expires),
                       entry.advice);
    for (const auto& cause : entry.causes) {
      all += fmt::format("  {} {} {} first {} expires {} addresses {} by {}:",
                         Info(cause.reason).name,
                         kKindNames[static_cast<std::size_t>(cause.kind)],
                         cause.rule, ms(cause.first), ms(cause.expires),
                         cause.addresses, cause.who);
      for (const auto& day : cause.days) {
        all += fmt::format(" {}/{}", ms(day.time), day.event.low);
      }
      all += '\n';
    }
  });
  return all;
}

}  // namespace ricochet
