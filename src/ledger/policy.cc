#include "ledger/policy.h"

#include <algorithm>

namespace ricochet {
namespace {

// What no row can change: who may convict whom. See docs/verdicts.md.
bool MayConvict(const AddressEvidence& evidence) noexcept {
  switch (evidence.authority) {
    case Authority::kRemote:
      return true;
    case Authority::kDns:
      return evidence.fault == Fault::kDomain;
    case Authority::kLocal:
      return evidence.own_mailbox && evidence.fault == Fault::kRecipient;
    case Authority::kRelay:
    case Authority::kEsp:
      return evidence.reason == Reason::kSuppressedUpstream;
  }
  return false;
}

// Nor this: what can be held against an address at all.
bool IsConviction(const AddressEvidence& evidence) noexcept {
  const bool failed = evidence.outcome == Outcome::kBounced ||
                      evidence.outcome == Outcome::kExpired;
  const bool hard = evidence.kind == Kind::kHard ||
                    evidence.reason == Reason::kSuppressedUpstream;
  const bool theirs =
      evidence.fault == Fault::kRecipient || evidence.fault == Fault::kDomain;
  return failed && hard && theirs &&
         evidence.permanence == Permanence::kPermanent;
}

// What decided is at least as strong as what the row demands.
bool IsStrongEnough(const PolicyRow& row,
                    const AddressEvidence& evidence) noexcept {
  if (std::ranges::count(row.sufficient_reply_codes, evidence.reply_code) > 0) {
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

}  // namespace

const PolicyRow* Policy::Find(Reason reason) const noexcept {
  const auto& row = rows_[static_cast<std::size_t>(reason)];
  return row ? &*row : nullptr;
}

const PolicyRow* Policy::ActsNow(
    const AddressEvidence& evidence) const noexcept {
  const auto* row = Find(evidence.reason);
  if (row == nullptr) return nullptr;
  const auto authority = static_cast<std::size_t>(evidence.authority);
  const bool acts = IsConviction(evidence) && MayConvict(evidence) &&
                    row->authorities[authority] &&
                    IsStrongEnough(*row, evidence);
  return acts ? row : nullptr;
}

}  // namespace ricochet
