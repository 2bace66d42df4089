#pragma once

#include <cstdint>

#include "ricochet/event.h"

// The units of docs/events.md, said once for the report and for the windows of
// mail.bounce-rates: an attempt is one try for one recipient, an outcome the
// one final state of a message for a recipient. Only role kMessage makes
// either.
namespace ricochet {

// What one event in role kMessage counts as.
struct TallyKey {
  Outcome outcome = Outcome::kDelivered;
  Kind kind = Kind::kDelivered;
  bool is_outcome = false;
  bool is_report = false;

  // Giving up (`expired`) is an outcome without an attempt, and so is a bounce
  // that came later by mail.
  [[nodiscard]] constexpr bool is_attempt() const noexcept {
    return outcome <= Outcome::kBounced && !is_report;
  }
};

// Complaints and unsubscriptions come after the outcome and are none.
[[nodiscard]] inline TallyKey KeyOf(const DeliveryEvent& event) noexcept {
  const Outcome outcome = event.attempt.outcome;
  return {.outcome = outcome,
          .kind = outcome == Outcome::kDelivered ? Kind::kDelivered
                                                 : event.verdict.kind,
          .is_outcome = event.attempt.final && outcome <= Outcome::kExpired,
          .is_report =
              event.attempt.event != nullptr && event.attempt.event->report};
}

// The reason that explains an outcome: of an expiry, the last reply's.
[[nodiscard]] constexpr Reason ReasonFor(const Verdict& verdict) noexcept {
  return verdict.reason == Reason::kExpired &&
                 verdict.last_reason != Reason::kNone
             ? verdict.last_reason
             : verdict.reason;
}

}  // namespace ricochet
