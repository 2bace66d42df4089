#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "ricochet/event.h"

namespace ricochet {

// One event's share in a Tally.
struct TallyKey {
  Outcome outcome = Outcome::kDelivered;
  Kind kind = Kind::kDelivered;
  bool is_outcome = false;
};

// The report's numbers about anything: a provider, a domain, the whole. Units
// are those of docs/events.md: an attempt is one try for one recipient, an
// outcome the one final state of a message for a recipient.
struct Tally {
  std::array<std::uint64_t, kOutcomeNames.size()> events{};  // by Outcome
  std::array<std::uint64_t, kKindNames.size()> outcomes{};   // by Kind

  friend bool operator==(const Tally&, const Tally&) = default;

  void Add(TallyKey key) noexcept {
    ++events[static_cast<std::size_t>(key.outcome)];
    outcomes[static_cast<std::size_t>(key.kind)] += key.is_outcome ? 1 : 0;
  }

  [[nodiscard]] std::uint64_t of(Outcome outcome) const noexcept {
    return events[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t of(Kind kind) const noexcept {
    return outcomes[static_cast<std::size_t>(kind)];
  }
  // Giving up (`expired`) is an outcome without an attempt.
  [[nodiscard]] std::uint64_t Attempts() const noexcept {
    return of(Outcome::kDelivered) + of(Outcome::kDeferred) +
           of(Outcome::kBounced);
  }
  [[nodiscard]] std::uint64_t Outcomes() const noexcept {
    return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
  }
  // What the outcome rates are a share of.
  [[nodiscard]] std::uint64_t RateBase() const noexcept {
    return Outcomes() - of(Kind::kAdmin);
  }
};

// The key of an event in role kMessage. Complaints and unsubscriptions come
// after the outcome and are none.
[[nodiscard]] inline TallyKey KeyOf(const DeliveryEvent& event) noexcept {
  const Outcome outcome = event.attempt.outcome;
  return {.outcome = outcome,
          .kind = outcome == Outcome::kDelivered ? Kind::kDelivered
                                                 : event.verdict.kind,
          .is_outcome = event.attempt.final && outcome <= Outcome::kExpired};
}

}  // namespace ricochet
