#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/evidence.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What the reader of mail.suppressions is told to do.
enum class SuppressionAction : std::uint8_t {
  kSuppress,  // do not send until `expires`
  kHold,      // reserved: a provider's incident
  kRelease,   // send again
};
inline constexpr std::array<std::string_view, 3> kSuppressionActionNames = {
    "suppress", "hold", "release"};

// What becomes of a suppression.
enum class SuppressionChange : std::uint8_t {
  kBegan,     // suppress from now on
  kChanged,   // still, but for other causes or for another time
  kReleased,  // no longer: a delivery, or an operator
  kExpired,   // its time is over
};
inline constexpr std::array<std::string_view, 4> kSuppressionChangeNames = {
    "suppress", "change", "release", "expire"};

// What changed a suppression, and when. Views.
struct SuppressionOrigin {
  EventId event;             // the evidence; none of kExpired
  EventTime time = kNoTime;  // of the evidence; of kExpired: when it ended
  // Of what an operator wanted.
  std::string_view who;
  std::string_view note;
};

// The latest evidence of one UTC day.
struct EvidenceDay {
  EventTime time = kNoTime;
  EventId event;
  friend bool operator==(const EvidenceDay&, const EvidenceDay&) = default;
};

// One reason why something is suppressed.
struct SuppressionCause {
  static constexpr std::size_t kMaxDays = 8;

  Reason reason = Reason::kNone;
  // Of the latest evidence; `rule` lives as long as the ledger that made it.
  Kind kind = Kind::kNone;
  std::string_view rule;
  EventTime first = kNoTime;      // evidence that counts
  EventTime expires = kNoTime;    // kNoTime: never
  std::vector<EvidenceDay> days;  // the last kMaxDays distinct days, ascending
  std::size_t addresses = 0;  // of a domain, that failed; of the last kMaxDays
  // Of what an operator added, when one did.
  std::string who;
  std::string note;

  [[nodiscard]] EventTime last() const noexcept { return days.back().time; }
  friend bool operator==(const SuppressionCause&,
                         const SuppressionCause&) = default;
};

// What should not be sent to, and why: one key of mail.suppressions. It owns
// what it says, but for rules and advice. What it says depends on the evidence
// only, not on the order or the number of times that the evidence came in.
struct SuppressionEntry {
  SuppressionScope scope = SuppressionScope::kAddress;
  std::string tenant;
  std::string recipient;  // as AddressKey() gives it; scope kDomain: the domain
  // Of the scopes that have one: sender domain or list; empty: any.
  std::string qualifier;
  std::vector<SuppressionCause> causes;  // those in force; ascending by reason
  EventTime since = kNoTime;             // the first evidence of any cause
  EventTime expires = kNoTime;           // of the last cause; kNoTime: never
  // For whoever keeps the list, about the cause with the latest evidence.
  // Lives as long as the policy.
  std::string_view advice;

  friend bool operator==(const SuppressionEntry&,
                         const SuppressionEntry&) = default;
};

}  // namespace ricochet
