#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>

#include "ricochet/units.h"

namespace ricochet {

// The report's numbers about anything: a provider, a domain, the whole. Units
// are those of docs/events.md: an attempt is one try for one recipient, an
// outcome the one final state of a message for a recipient.
template <class Count>
struct BasicTally {
  // By Outcome; without bounces that came by mail later.
  std::array<Count, kOutcomeNames.size()> events{};
  std::array<Count, kKindNames.size()> outcomes{};  // by Kind

  friend bool operator==(const BasicTally&, const BasicTally&) = default;

  void Add(TallyKey key) noexcept {
    if (key.is_attempt() || key.outcome > Outcome::kBounced) {
      Bump(events[static_cast<std::size_t>(key.outcome)]);
    }
    if (key.is_outcome) Bump(outcomes[static_cast<std::size_t>(key.kind)]);
  }

  [[nodiscard]] std::uint64_t of(Outcome outcome) const noexcept {
    return events[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t of(Kind kind) const noexcept {
    return outcomes[static_cast<std::size_t>(kind)];
  }
  // See TallyKey::is_attempt().
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

 private:
  static void Bump(Count& count) noexcept {
    if (count != std::numeric_limits<Count>::max()) ++count;
  }
};

using Tally = BasicTally<std::uint64_t>;
// Of something of which there are many: half the size, and stays at
// 4,294,967,295.
using SmallTally = BasicTally<std::uint32_t>;

[[nodiscard]] inline Tally Widened(const SmallTally& small) noexcept {
  Tally tally;
  std::ranges::copy(small.events, tally.events.begin());
  std::ranges::copy(small.outcomes, tally.outcomes.begin());
  return tally;
}

}  // namespace ricochet
