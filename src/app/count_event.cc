#include <cstddef>

#include "app/attempts.h"
#include "ricochet/units.h"

namespace ricochet {
namespace {

template <class Enum>
constexpr std::size_t At(Enum value) {
  return static_cast<std::size_t>(value);
}

void CountOutcome(const DeliveryEvent& event, Counts& counts) noexcept {
  const Verdict& verdict = event.verdict;
  const std::size_t kind = At(verdict.kind);
  ++counts.outcomes[event.attempt.stream_number][verdict.provider][kind];
  if (event.attempt.outcome != Outcome::kDelivered) {
    ++counts.bounces[verdict.provider][At(verdict.reason)][kind];
  }
  const double age = event.attempt.age_s;
  if (age < 0 || event.attempt.event->report) return;
  std::size_t bucket = 0;
  while (bucket < kTimeToFinalBounds.size() &&
         age > kTimeToFinalBounds[bucket]) {
    ++bucket;
  }
  ++counts.time_to_final[kind][bucket];
  counts.time_to_final_sum[kind] += age;
}

}  // namespace

bool CountsAsVerdict(const DeliveryEvent& event) noexcept {
  const DeliveryAttempt& attempt = event.attempt;
  return attempt.role == Role::kMessage &&
         (attempt.outcome == Outcome::kDeferred ||
          attempt.outcome == Outcome::kBounced);
}

void CountEvent(const DeliveryEvent& event, Counts& counts) noexcept {
  const DeliveryAttempt& attempt = event.attempt;
  const Verdict& verdict = event.verdict;
  if (!attempt.has_sender) ++counts.senders_unknown;
  if (attempt.role != Role::kMessage) return;
  const TallyKey key = KeyOf(event);
  if (attempt.event->report) {
    ++counts.reports[At(attempt.event->mta)][At(key.kind)];
  }
  if (key.is_attempt()) {
    ++counts.attempts[At(attempt.event->mta)][verdict.provider]
                     [At(attempt.outcome)];
    if (attempt.outcome == Outcome::kDeferred) {
      ++counts.deferrals[verdict.provider][At(verdict.reason)];
    }
  }
  if (CountsAsVerdict(event)) {
    ++counts.verdicts[At(verdict.decided_by)][At(verdict.authority)];
    if (verdict.disagreement) ++counts.disagreements[verdict.provider];
  }
  if (key.is_outcome) CountOutcome(event, counts);
}

}  // namespace ricochet
