#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/policy.h"
#include "ledger/rule_names.h"
#include "ricochet/evidence.h"
#include "ricochet/record.h"
#include "ricochet/suppression.h"

namespace ricochet {

// An address of a domain that failed, and when last.
struct FailedAddress {
  EventTime time = kNoTime;
  std::uint64_t hash = 0;
};

// What is known of one reason, in one of its two forms: acting at once, or
// waiting. Days and addresses are sets, so neither order nor repetition of
// evidence matters to them; both ascend by time.
struct LedgerCause {
  Reason reason = Reason::kNone;
  bool waits = false;
  // Of the latest evidence.
  Kind kind = Kind::kNone;
  RuleNumber rule = 0;
  // Earlier suppressions, of days that are no longer kept.
  std::uint8_t repeats = 0;
  EventTime first = kNoTime;  // evidence that counts
  // The last kMaxDays distinct days, the latest evidence of each. One more
  // while it is being merged.
  std::vector<EvidenceDay> days;
  // Scope kDomain: the last kMaxDays distinct addresses.
  std::vector<FailedAddress> addresses;

  [[nodiscard]] EventTime last() const noexcept { return days.back().time; }
};

// What an operator added.
struct ManualAdd {
  EventTime time = kNoTime;
  EventId event;
  EventTime expires = kNoTime;  // kNoTime: never
  Reason reason = Reason::kNone;
  std::string who;
  std::string note;
};

// Everything known about one key of mail.suppressions, unpacked. Its parts
// merge commutatively: sets of days, and the latest delivery, release and add.
struct LedgerEntry {
  Offset applied = kNoOffset;  // the last evidence that was looked at
  bool suppressed = false;     // as published
  EventTime delivered = kNoTime;
  EventTime released = kNoTime;
  std::optional<ManualAdd> manual;
  std::vector<LedgerCause> causes;  // ascending by reason and form

  // Evidence up to then does not count.
  [[nodiscard]] EventTime ForgottenUntil(bool by_delivery) const noexcept {
    return by_delivery ? std::max(delivered, released) : released;
  }
  [[nodiscard]] bool empty() const noexcept {
    return causes.empty() && !manual && released == kNoTime;
  }
};

// One piece of evidence, as a cause sees it.
struct Sighting {
  EvidenceDay day;
  Kind kind = Kind::kNone;
  std::string_view rule;
  std::uint64_t address_hash = 0;  // scope kDomain only
};

// The cause of a reason and form; made when there is none.
LedgerCause& CauseOf(Reason reason, bool waits, LedgerEntry& entry);

// Adds evidence to a cause under its row.
void Merge(const Sighting& sighting, const PolicyRow& row, RuleNames& rules,
           LedgerCause& cause);

// Takes away what a delivery or a release has overtaken, and causes that no row
// of the policy knows any longer.
void Prune(const Policy& policy, SuppressionScope scope, LedgerEntry& entry);

// The time of the latest evidence; kNoTime: there is none.
[[nodiscard]] EventTime LatestOf(const LedgerEntry& entry) noexcept;

}  // namespace ricochet
