#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "report/delay_histogram.h"
#include "report/domain_table.h"
#include "report/tally.h"
#include "report/template_table.h"
#include "ricochet/counts.h"
#include "ricochet/event.h"

namespace ricochet {

// How much a report remembers; beyond it there are counts only.
struct StatsLimits {
  std::size_t domains = 200'000;  // recipient and sender domains, each
  std::size_t templates = 50'000;
};

struct ReasonTally {
  std::uint64_t deferred = 0;                        // attempts
  std::array<std::uint64_t, kKindCount> outcomes{};  // failed, by kind
  std::uint64_t expired = 0;                         // of the outcomes
};

struct DeadLetterTally {
  std::uint64_t count = 0;
  std::string first_error;
  Source first;
};

// Which evidence the verdicts about failed attempts rest on.
struct VerdictTally {
  std::array<std::uint64_t, kDecidedByNames.size()> decided_by{};
  std::array<std::uint64_t, kAuthorityNames.size()> authority{};
  std::uint64_t disagreements = 0;
};

// Adds up what `ricochet report` shows. Only role kMessage makes attempts and
// outcomes. One thread; keeps no views. A delivered event costs no allocation
// unless its domain is new.
class Stats final : public EventSink {
 public:
  explicit Stats(StatsLimits limits = {});

  // OnEvent() in three steps, between which there is other work to be done:
  // each begins to fetch numbers of domains, most of which are in no cache.
  void Expect(const DeliveryEvent& event);
  void Fetch() const;
  void Count(const DeliveryEvent& event);
  void OnEvent(const DeliveryEvent& event) override {
    Expect(event);
    Count(event);
  }
  void OnDeadLetter(const DeadLetter& letter) override;

  // kNoTime when no event had a time.
  EventTime first = kNoTime;
  EventTime last = kNoTime;
  // Events by Role and Outcome.
  std::array<std::array<std::uint64_t, kOutcomeCount>, kRoleNames.size()>
      roles{};
  std::array<Tally, kMaxProviders> providers{};
  std::array<ReasonTally, kReasonCount> reasons{};
  VerdictTally verdicts;
  TemplateTable templates;
  DomainTable recipient_domains;
  // By domain; "unknown": the log does not show the sender.
  DomainTable sender_domains;
  // From arrival to the outcome.
  DelayHistogram delivered_delays;
  DelayHistogram failed_delays;
  // By Reject, in the order of kCauses.
  std::array<DeadLetterTally, kCauses.size()> dead_letters{};

 private:
  void OnFailure(const DeliveryEvent& event, TallyKey key,
                 DomainEntry& recipient, DomainEntry& sender);

  // Of the event that is expected.
  std::string_view recipient_domain_;
  std::string_view sender_domain_;
  std::uint64_t recipient_hash_ = 0;
  std::uint64_t sender_hash_ = 0;
};

}  // namespace ricochet
