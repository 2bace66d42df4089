#pragma once

#include <string>
#include <string_view>

#include "ricochet/event.h"
#include "ricochet/output.h"
#include "ricochet/result.h"

namespace ricochet {

// Address evidence as bytes, for the internal topic between the stages:
//
//   octet    what (integers little-endian, enumerators by their number)
//   0        version, 1
//   1-16     event id: high, low
//   17-24    time, ms since 1970
//   25-31    outcome, reason, permanence, kind, decided_by, authority, fault
//   32       provider
//   33-34    reply code
//   35       flags: 1 = own_mailbox; the others are 0
//   36-      tenant, address, sender domain, rule: each a length of two octets
//            and as many octets of text
//
// Lists of enumerators may therefore grow at their end only; any other change
// of theirs, or of this table, takes a new version.
class EvidenceEncoder {
 public:
  // The bytes; die at the next call. A text beyond 65,535 octets is cut.
  [[nodiscard]] std::string_view Encode(const AddressEvidence& evidence);

  // The record for the evidence topic, keyed "a|tenant|address"; dies at the
  // next call. Calls Encode().
  [[nodiscard]] OutputRecord ToRecord(const AddressEvidence& evidence);

 private:
  std::string bytes_;
  std::string key_;
};

// Reads them back; the views point into `bytes`. Any bytes are safe to give:
// kUnknownLayout for another version, kBadSyntax for what nobody encoded.
[[nodiscard]] Result<AddressEvidence, Reject> DecodeEvidence(
    std::string_view bytes) noexcept;

}  // namespace ricochet
