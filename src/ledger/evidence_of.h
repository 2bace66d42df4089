#pragma once

#include <optional>
#include <string>

#include "ricochet/evidence.h"

namespace ricochet {

// What the views of one AddressEvidence may point into.
struct AddressScratch {
  std::string address;
  std::string sender_domain;
};

// What an event says about its address: nothing unless it is the last word on
// a recipient of a message (final, and role kMessage: no re-injection, alias or
// bounce of a bounce), or a complaint or unsubscription that followed it. The
// address is the one that was written to, before any alias: the one on
// somebody's list. An expiry says what the last reply said.
//
// Views die with the event, or at the scratch's next use. Allocates nothing
// once the scratch is warm, but for a domain that is not ASCII.
[[nodiscard]] std::optional<AddressEvidence> EvidenceOf(
    const DeliveryEvent& event, AddressScratch& scratch);

// What that says about the address's domain: nothing, unless it is a failure by
// fault of the domain. Views are those of `evidence`.
[[nodiscard]] std::optional<DomainEvidence> DomainEvidenceOf(
    const AddressEvidence& evidence) noexcept;

}  // namespace ricochet
