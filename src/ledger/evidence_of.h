#pragma once

#include <optional>
#include <string>

#include "ricochet/event.h"

namespace ricochet {

// What the views of one AddressEvidence may point into.
struct AddressScratch {
  std::string address;
  std::string sender_domain;
};

// What an event says about its address: nothing unless it is the last word on
// a recipient of a message (final, and role kMessage: no re-injection, alias or
// bounce of a bounce). The address is the one that was written to, before any
// alias: the one on somebody's list. An expiry says what the last reply said.
//
// Views die with the event, or at the scratch's next use. Allocates nothing
// once the scratch is warm, but for a domain that is not ASCII.
[[nodiscard]] std::optional<AddressEvidence> EvidenceOf(
    const DeliveryEvent& event, AddressScratch& scratch);

}  // namespace ricochet
