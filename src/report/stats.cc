#include "report/stats.h"

#include <algorithm>

namespace ricochet {
namespace {

template <class Enum>
std::size_t At(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string_view SenderDomain(const DeliveryAttempt& attempt) {
  if (!attempt.has_sender) return "unknown";
  return attempt.sender.empty() ? "<>" : DomainOf(attempt.sender);
}

double DelayOf(const DeliveryAttempt& attempt) {
  return attempt.event == nullptr ? -1 : attempt.event->delay_s;
}

}  // namespace

Stats::Stats(StatsLimits limits)
    : templates(limits.templates),
      recipient_domains(limits.domains),
      sender_domains(limits.domains) {}

void Stats::Expect(const DeliveryEvent& event) {
  const auto& attempt = event.attempt;
  if (attempt.role != Role::kMessage) return;
  recipient_domain_ = DomainOf(attempt.recipient);
  sender_domain_ = SenderDomain(attempt);
  recipient_hash_ = recipient_domains.FetchSlot(recipient_domain_);
  sender_hash_ = sender_domains.FetchSlot(sender_domain_);
}

void Stats::Fetch() const {
  recipient_domains.FetchEntry(recipient_hash_);
  sender_domains.FetchEntry(sender_hash_);
}

void Stats::Count(const DeliveryEvent& event) {
  const auto& attempt = event.attempt;
  ++roles[At(attempt.role)][At(attempt.outcome)];
  if (attempt.role != Role::kMessage) return;
  if (attempt.time != kNoTime) {
    first = first == kNoTime ? attempt.time : std::min(first, attempt.time);
    last = std::max(last, attempt.time);
  }
  const TallyKey key = KeyOf(event);
  auto& recipient = recipient_domains.Find(recipient_domain_, recipient_hash_);
  auto& sender = sender_domains.Find(sender_domain_, sender_hash_);
  providers[event.verdict.provider % kMaxProviders].Add(key);
  recipient.tally.Add(key);
  sender.tally.Add(key);
  if (attempt.outcome == Outcome::kDelivered) {
    delivered_delays.Add(DelayOf(attempt));
  } else {
    OnFailure(event, key, recipient, sender);
  }
}

void Stats::OnFailure(const DeliveryEvent& event, TallyKey key,
                      DomainEntry& recipient, DomainEntry& sender) {
  if (key.outcome > Outcome::kExpired) return;  // a complaint is no failure
  const Reason why = ReasonFor(event.verdict);
  auto& reason = reasons[At(why)];
  reason.deferred += key.outcome == Outcome::kDeferred ? 1 : 0;
  reason.expired += key.outcome == Outcome::kExpired ? 1 : 0;
  if (key.is_outcome) {
    ++reason.outcomes[At(key.kind)];
    recipient.failure.Vote(why);
    sender.failure.Vote(why);
    if (!key.is_report) failed_delays.Add(DelayOf(event.attempt));
  }
  if (key.outcome != Outcome::kExpired) {
    ++verdicts.decided_by[At(event.verdict.decided_by)];
    ++verdicts.authority[At(event.verdict.authority)];
    verdicts.disagreements += event.verdict.disagreement ? 1 : 0;
  }
  templates.Add(event);
}

void Stats::OnDeadLetter(const DeadLetter& letter) {
  auto& tally = dead_letters[At(letter.reason)];
  if (tally.count++ > 0) return;
  tally.first_error = letter.error;
  tally.first = letter.source;
}

}  // namespace ricochet
