#include "classify/judge.h"

namespace ricochet {
namespace {

// The class of the first digit: of the reply code, else of the status.
Permanence ByDigit(const Evidence& evidence) noexcept {
  const int first = evidence.reply_code != 0 ? evidence.reply_code / 100
                                             : evidence.status.cls;
  if (first == 5 || first == 6) return Permanence::kPermanent;
  if (first == 4) return Permanence::kTransient;
  return Permanence::kNone;
}

Permanence ByDigitOr(const Evidence& evidence, Permanence other) noexcept {
  const auto by_digit = ByDigit(evidence);
  return by_digit == Permanence::kNone ? other : by_digit;
}

// A text that says what is wrong with a mailbox or a domain outranks the code:
// a disabled mailbox under a 450 is as gone as under a 550. Where we are
// refused, the text says why and the code whether to try again. A code alone
// has no more to say than its first digit, save that what is transient by
// nature (a full mailbox, a rate) stays so under a 5xx.
Permanence PermanenceOf(const Decision& decision,
                        const Evidence& evidence) noexcept {
  const auto& info = Info(decision.reason);
  if (decision.reason == Reason::kUnclassified) {
    return ByDigitOr(evidence, info.permanence);
  }
  if (decision.rule != nullptr) {
    switch (decision.rule->permanence) {
      case PermanenceRule::kPermanent:
        return Permanence::kPermanent;
      case PermanenceRule::kTransient:
        return Permanence::kTransient;
      case PermanenceRule::kByReply:
        return ByDigitOr(evidence, info.permanence);
      case PermanenceRule::kDefault:
        break;
    }
    if (info.kind != Kind::kBlock) return info.permanence;
  }
  if (info.permanence != Permanence::kPermanent) return info.permanence;
  // Given up is given up: 4.4.7 is a final outcome.
  if (decision.reason == Reason::kExpired) return Permanence::kPermanent;
  return ByDigitOr(evidence, info.permanence);
}

// Until RCPT TO nobody has named the recipient: "user unknown" in reply to
// MAIL FROM is about our sender, and a bad domain in reply to EHLO is our name.
Reason ReasonAt(SmtpCommand command, Reason reason) noexcept {
  if (command == SmtpCommand::kEhlo && reason == Reason::kDomainNotFound) {
    return Reason::kSenderRejected;
  }
  if (command != SmtpCommand::kMailFrom) return reason;
  switch (reason) {
    case Reason::kUserUnknown:
    case Reason::kMailboxDisabled:
    case Reason::kMailboxMoved:
    case Reason::kAddressSyntax:
    case Reason::kDomainNotFound:
    case Reason::kDomainNoMail:
      return Reason::kSenderRejected;
    default:
      return reason;
  }
}

// Severity follows authority. Only the remote MTA, or authoritative DNS, can
// convict a domain: what our own relay or MTA says of relaying, loops and
// logins is ours to mend, and its word on a domain convicts nobody.
Fault FaultOf(Reason reason, Authority authority, Fault fault) noexcept {
  if (authority != Authority::kRelay && authority != Authority::kLocal) {
    return fault;
  }
  switch (reason) {
    case Reason::kRelayDenied:
    case Reason::kRoutingLoop:
    case Reason::kSmtpAuthRequired:
      return Fault::kSender;
    case Reason::kDomainNotFound:
    case Reason::kDomainNoMail:
      return Fault::kUnknown;
    default:
      return fault;
  }
}

// "Hard" needs permanent.
Kind KindOf(Reason reason, Permanence permanence) noexcept {
  const auto kind = Info(reason).kind;
  return kind == Kind::kHard && permanence != Permanence::kPermanent
             ? Kind::kSoft
             : kind;
}

// Reply code, enhanced code and text of different classes. A full mailbox is
// transient by convention under either class, and X.1.5, "address valid", is
// no class of failure at all.
bool Disagree(const Decision& decision, const Evidence& evidence,
              Permanence permanence) noexcept {
  const auto reply = evidence.reply_code / 100;
  const auto status = evidence.status;
  if (status.subject == 1 && status.detail == 5) return true;
  if (reply != 0 && status.present() && reply != status.cls) return true;
  if (decision.rule == nullptr || decision.reason == Reason::kMailboxFull) {
    return false;
  }
  const auto by_digit = ByDigit(evidence);
  return by_digit != Permanence::kNone && permanence != Permanence::kNone &&
         by_digit != permanence;
}

}  // namespace

Verdict Judge(const Decision& decision, const Evidence& evidence) noexcept {
  Verdict verdict;
  verdict.reason = ReasonAt(evidence.command, decision.reason);
  const auto& info = Info(verdict.reason);
  const Decision final_decision{verdict.reason, decision.decided_by,
                                decision.rule};
  verdict.permanence = PermanenceOf(final_decision, evidence);
  const bool overridden =
      decision.rule != nullptr && decision.rule->fault != Fault::kNone;
  verdict.fault = FaultOf(verdict.reason, evidence.authority,
                          overridden ? decision.rule->fault : info.fault);
  verdict.kind = KindOf(verdict.reason, verdict.permanence);
  // 6xx are dispositions of an e-mail service provider, not of an SMTP server.
  verdict.authority =
      evidence.reply_code >= 600 ? Authority::kEsp : evidence.authority;
  verdict.decided_by = decision.decided_by;
  verdict.provider = evidence.provider;
  verdict.disagreement = Disagree(final_decision, evidence, verdict.permanence);
  if (decision.rule != nullptr) verdict.rule = decision.rule->id;
  return verdict;
}

Verdict ExpiredVerdict(const Verdict* last) noexcept {
  Verdict verdict;
  if (last != nullptr) verdict = *last;
  verdict.last_reason = last == nullptr ? Reason::kNone : last->reason;
  verdict.reason = Reason::kExpired;
  if (last == nullptr) {
    const auto& info = Info(Reason::kExpired);
    verdict.permanence = info.permanence;
    verdict.fault = info.fault;
    verdict.kind = info.kind;
    verdict.authority = Authority::kLocal;
  }
  return verdict;
}

}  // namespace ricochet
