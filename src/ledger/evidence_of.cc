#include "ledger/evidence_of.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ricochet/address.h"

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
  if (!attempt.final || attempt.role != Role::kMessage) return std::nullopt;
  const auto written_to = attempt.original_recipient.empty()
                              ? attempt.recipient
                              : attempt.original_recipient;
  if (written_to.empty()) return std::nullopt;
  AddressEvidence evidence;
  evidence.event = event.id;
  evidence.time = attempt.time;
  evidence.tenant = attempt.tenant;
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

}  // namespace ricochet
