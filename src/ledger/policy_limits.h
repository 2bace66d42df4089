#pragma once

#include <cstdint>

#include "ricochet/verdict.h"

namespace ricochet {

// How far a row of the policy may go with a reason, whatever the file says.
enum class PolicyLimit : std::uint8_t {
  kNever,  // says nothing about the address
  kSlow,   // only after several days, far apart
  kWaits,  // once is not enough
  kNow,    // may act at once
};

[[nodiscard]] constexpr PolicyLimit LimitOf(Reason reason) noexcept {
  switch (reason) {
    case Reason::kUserUnknown:
    case Reason::kAddressSyntax:
    case Reason::kMailboxDisabled:
    case Reason::kMailboxMoved:
    case Reason::kDomainNoMail:
    case Reason::kSuppressedUpstream:
    case Reason::kComplaint:
    case Reason::kUnsubscribed:
      return PolicyLimit::kNow;
    case Reason::kMailboxFull:
    case Reason::kRecipientRestricted:
    case Reason::kDomainNotFound:
      return PolicyLimit::kWaits;
    case Reason::kNoAnswer:
    case Reason::kConnectionLost:
    case Reason::kDnsFailure:
    case Reason::kReceiverUnavailable:
    case Reason::kReceiverFull:
    case Reason::kReceiverError:
    case Reason::kTlsFailure:
    case Reason::kRoutingLoop:
    case Reason::kRelayDenied:
      return PolicyLimit::kSlow;
    default:
      return PolicyLimit::kNever;
  }
}

}  // namespace ricochet
