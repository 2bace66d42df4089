#include "ledger/evidence_of.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ricochet/address.h"
#include "ricochet/text_hash.h"

namespace ricochet {
namespace {

// The delivery agents that know the MTA's own mailboxes, and `error`, to which
// Postfix hands the recipients that its own tables do not list. An SMTP client
// is not among them: it knows nothing but what others tell it.
constexpr std::array<std::string_view, 5> kMailboxAgents = {
    "local", "virtual", "lmtp", "pipe", "error"};

bool IsAboutOwnMailbox(const DeliveryAttempt& attempt,
                       Authority authority) noexcept {
  return authority == Authority::kLocal && attempt.event != nullptr &&
         std::ranges::count(kMailboxAgents, attempt.event->daemon) > 0;
}

// The last word on a recipient of a message, or what came of it later.
bool IsEvidence(const DeliveryAttempt& attempt) noexcept {
  const bool wish = attempt.outcome == Outcome::kComplaint ||
                    attempt.outcome == Outcome::kUnsubscribed;
  return attempt.role == Role::kMessage && (attempt.final || wish);
}

void SetVerdict(const Verdict& verdict, AddressEvidence& evidence) noexcept {
  evidence.reason = verdict.reason;
  evidence.permanence = verdict.permanence;
  evidence.kind = verdict.kind;
  evidence.decided_by = verdict.decided_by;
  evidence.authority = verdict.authority;
  evidence.provider = verdict.provider;
  evidence.rule = verdict.rule;
  evidence.fault = verdict.fault;
}

// An expiry is permanent, but what the last reply said may not be: of an
// address it proves no more than that reply did.
void SetExpired(const DeliveryEvent& event,
                AddressEvidence& evidence) noexcept {
  if (const auto* last = event.attempt.last; last != nullptr) {
    SetVerdict(last->verdict, evidence);
    evidence.reply_code = last->reply_code;
    return;
  }
  SetVerdict(event.verdict, evidence);
  evidence.permanence = Permanence::kTransient;
  if (event.verdict.last_reason != Reason::kNone) {
    evidence.reason = event.verdict.last_reason;
  }
}

}  // namespace

std::optional<AddressEvidence> EvidenceOf(const DeliveryEvent& event,
                                          AddressScratch& scratch) {
  const auto& attempt = event.attempt;
  if (!IsEvidence(attempt)) return std::nullopt;
  const auto written_to = attempt.original_recipient.empty()
                              ? attempt.recipient
                              : attempt.original_recipient;
  if (written_to.empty()) return std::nullopt;
  AddressEvidence evidence;
  evidence.event = event.id;
  evidence.time = attempt.time;
  evidence.tenant = attempt.tenant;
  // A report says nothing of how the mail was sent: a stream that no rule named
  // is not known.
  const bool report = attempt.event != nullptr && attempt.event->report;
  if (!report || attempt.stream_number != 0) evidence.stream = attempt.stream;
  evidence.address = AddressKey(written_to, scratch.address);
  evidence.sender_domain =
      ReadAddress(attempt.sender, scratch.sender_domain).domain;
  evidence.outcome = attempt.outcome;
  if (attempt.outcome == Outcome::kExpired) {
    SetExpired(event, evidence);
  } else {
    SetVerdict(event.verdict, evidence);
    evidence.reply_code = event.response.reply_code;
  }
  evidence.own_mailbox = IsAboutOwnMailbox(attempt, evidence.authority);
  return evidence;
}

std::optional<DomainEvidence> DomainEvidenceOf(
    const AddressEvidence& evidence) noexcept {
  const auto domain = DomainPart(evidence.address);
  const bool failed = evidence.outcome == Outcome::kBounced ||
                      evidence.outcome == Outcome::kExpired;
  if (!failed || evidence.fault != Fault::kDomain || domain.empty()) {
    return std::nullopt;
  }
  DomainEvidence about{.failure = evidence,
                       .domain = domain,
                       .address_hash = TextHash{}(evidence.address)};
  about.failure.address = {};
  about.failure.sender_domain = {};
  about.failure.stream = {};
  return about;
}

}  // namespace ricochet
