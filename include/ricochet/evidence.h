#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include "ricochet/event.h"
#include "ricochet/time.h"
#include "ricochet/verdict.h"

namespace ricochet {

// What a suppression covers. Numbers are stored: new ones go to the end.
enum class SuppressionScope : std::uint8_t {
  kAddress,
  kDomain,               // every address of a recipient domain
  kAddressSenderDomain,  // an address, for mail of one sender domain
  kAddressList,          // an address on one list
};
inline constexpr std::array<std::string_view, 4> kSuppressionScopeNames = {
    "address", "domain", "address_sender_domain", "address_list"};

// What one final outcome says about one address, on its way from the first
// stage to the ledger. Key: "a|tenant|address".
struct AddressEvidence {
  EventId event;
  EventTime time = kNoTime;
  std::string_view tenant;
  std::string_view address;        // local part lower-cased, domain A-label
  std::string_view sender_domain;  // empty: unknown
  std::string_view stream;         // empty: none
  Outcome outcome = Outcome::kDelivered;
  Reason reason = Reason::kUnclassified;  // of `expired`: the last reply's
  Permanence permanence = Permanence::kNone;
  Kind kind = Kind::kNone;
  DecidedBy decided_by = DecidedBy::kNone;
  Authority authority = Authority::kRemote;
  ProviderId provider = kOtherProvider;
  std::string_view rule;
  Fault fault = Fault::kUnknown;
  std::uint16_t reply_code = 0;  // 0: none
  // Authority kLocal only: said by a delivery agent of the MTA about a mailbox
  // that it keeps itself.
  bool own_mailbox = false;
};

// What a failure by fault of the domain says about the domain. Key:
// "d|tenant|domain".
struct DomainEvidence {
  AddressEvidence failure;  // its `address` and `sender_domain` are empty
  std::string_view domain;  // A-label
  std::uint64_t address_hash = 0;  // tells the domain's addresses apart
};

enum class OperatorVerb : std::uint8_t { kAdd, kRelease, kImport };
inline constexpr std::array<std::string_view, 3> kOperatorVerbNames = {
    "add", "release", "import"};

// What somebody decided about one suppression, beside all evidence. It takes
// effect at its time: a release forgets what was known up to then, an import is
// an add that came with others. Key: "a|tenant|address" or "d|tenant|domain".
struct OperatorAction {
  EventId event;
  EventTime time = kNoTime;
  OperatorVerb verb = OperatorVerb::kAdd;
  SuppressionScope scope = SuppressionScope::kAddress;
  std::string_view tenant;
  std::string_view address;    // scope kDomain: the domain
  std::string_view qualifier;  // sender domain or list, of the scopes with one
  Reason reason = Reason::kNone;  // kNone: none was given
  EventTime expires = kNoTime;    // kNoTime: never
  std::string_view who;
  std::string_view note;
};

// What the ledger is told, each kind by records of its own.
using LedgerInput =
    std::variant<AddressEvidence, DomainEvidence, OperatorAction>;

}  // namespace ricochet
