#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/event.h"
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

// What a suppression covers.
enum class SuppressionScope : std::uint8_t {
  kAddress,
};
inline constexpr std::array<std::string_view, 1> kSuppressionScopeNames = {
    "address"};

// The latest evidence of one UTC day.
struct EvidenceDay {
  EventTime time = kNoTime;
  EventId event;
  friend bool operator==(const EvidenceDay&, const EvidenceDay&) = default;
};

// One reason why an address is suppressed.
struct SuppressionCause {
  static constexpr std::size_t kMaxDays = 8;

  Reason reason = Reason::kNone;
  // Of the latest evidence; `rule` lives as long as the ledger that made it.
  Kind kind = Kind::kNone;
  std::string_view rule;
  EventTime first = kNoTime;      // of all evidence ever
  EventTime expires = kNoTime;    // kNoTime: never
  std::vector<EvidenceDay> days;  // the last kMaxDays distinct days, ascending

  [[nodiscard]] EventTime last() const noexcept { return days.back().time; }
};

// One address that should not be sent to, and why. Owned by the ledger; a
// reference dies at its next Add(). What it says depends on the evidence only,
// not on the order or the number of times that the evidence came in.
struct SuppressionEntry {
  SuppressionScope scope = SuppressionScope::kAddress;
  std::string tenant;
  std::string recipient;                 // as AddressKey() gives it
  std::vector<SuppressionCause> causes;  // never empty; ascending by reason
  EventTime since = kNoTime;             // the first evidence of any cause
  EventTime expires = kNoTime;           // of the last cause; kNoTime: never
  // For whoever keeps the list, about the cause with the latest evidence.
  // Lives as long as the policy.
  std::string_view advice;
};

}  // namespace ricochet
