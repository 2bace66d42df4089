#include "ledger/policy.h"

#include <algorithm>

#include "ledger/policy_limits.h"

namespace ricochet {
namespace {

// The recipient's own wish, whoever passed it on.
bool IsWish(Reason reason) noexcept {
  return reason == Reason::kComplaint || reason == Reason::kUnsubscribed;
}

// What no row can change: who may convict whom. See docs/suppressions.md.
bool MayConvict(const AddressEvidence& evidence) noexcept {
  switch (evidence.authority) {
    case Authority::kRemote:
      return true;
    case Authority::kDns:
      return evidence.fault == Fault::kDomain;
    case Authority::kLocal:
      // A delivery agent of its own mailbox; our MTA of who did not answer it.
      return evidence.fault == Fault::kRecipient
                 ? evidence.own_mailbox
                 : evidence.reason == Reason::kNoAnswer ||
                       evidence.reason == Reason::kConnectionLost;
    case Authority::kRelay:
    case Authority::kEsp:
      return evidence.reason == Reason::kSuppressedUpstream ||
             IsWish(evidence.reason);
  }
  return false;
}

// Nor this: what can be held against an address at all.
bool IsConviction(const AddressEvidence& evidence) noexcept {
  const bool failed = evidence.outcome == Outcome::kBounced ||
                      evidence.outcome == Outcome::kExpired;
  const bool wished =
      IsWish(evidence.reason) && (evidence.outcome == Outcome::kComplaint ||
                                  evidence.outcome == Outcome::kUnsubscribed);
  const bool theirs = evidence.fault == Fault::kRecipient ||
                      evidence.fault == Fault::kDomain ||
                      (evidence.fault == Fault::kReceiver &&
                       LimitOf(evidence.reason) == PolicyLimit::kSlow);
  return (failed || wished) && theirs;
}

// What one piece of evidence must be, to be enough.
bool IsFinal(const AddressEvidence& evidence) noexcept {
  return evidence.permanence == Permanence::kPermanent &&
         (evidence.kind == Kind::kHard ||
          evidence.reason == Reason::kSuppressedUpstream ||
          IsWish(evidence.reason));
}

// What decided is at least as strong as what the row demands. A wish needs no
// rule to understand it.
bool IsStrongEnough(const PolicyRow& row,
                    const AddressEvidence& evidence) noexcept {
  if (evidence.outcome == Outcome::kComplaint ||
      evidence.outcome == Outcome::kUnsubscribed ||
      std::ranges::count(row.sufficient_reply_codes, evidence.reply_code) > 0) {
    return true;
  }
  switch (evidence.decided_by) {
    case DecidedBy::kProviderRule:
    case DecidedBy::kTextRule:
      return true;
    case DecidedBy::kEnhancedCode:
      return row.min_evidence >= MinEvidence::kEnhanced;
    case DecidedBy::kReplyCode:
      return row.min_evidence >= MinEvidence::kReply;
    case DecidedBy::kNone:
      return false;
  }
  return false;
}

bool Fits(const PolicyRow& row, const AddressEvidence& evidence) noexcept {
  const auto authority = static_cast<std::size_t>(evidence.authority);
  return (row.permanence == Permanence::kNone ||
          row.permanence == evidence.permanence) &&
         (row.waits() || IsFinal(evidence)) && row.authorities[authority] &&
         IsStrongEnough(row, evidence);
}

}  // namespace

const PolicyRow* Policy::Match(const AddressEvidence& evidence,
                               SuppressionScope scope) const noexcept {
  if (!IsConviction(evidence) || !MayConvict(evidence)) return nullptr;
  for (const auto& row : rows_) {
    if (row.reason == evidence.reason && row.scope == scope &&
        Fits(row, evidence)) {
      return &row;
    }
  }
  return nullptr;
}

const PolicyRow* Policy::Find(Reason reason, SuppressionScope scope,
                              bool waits) const noexcept {
  for (const auto& row : rows_) {
    if (row.reason == reason && row.scope == scope && row.waits() == waits) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace ricochet
