#pragma once

#include <string>
#include <string_view>

#include "ricochet/evidence.h"
#include "ricochet/output.h"
#include "ricochet/result.h"

namespace ricochet {

// Records of the internal topic between the stages. Octet 0 says what follows
// (integers little-endian, enumerators by their numbers, a text as a length of
// two octets and as many octets):
//
//   2  address evidence    3  domain evidence
//      1-16   event id: high, low
//      17-24  time, ms since 1970
//      25-31  outcome, reason, permanence, kind, decided_by, authority, fault
//      32     provider
//      33-34  reply code
//      35     flags: 1 = own_mailbox; the others are 0
//      36-    tenant, address, sender domain, rule, stream: texts. Of a domain:
//             tenant, domain, rule, and 8 octets: the hash of the address
//   4  operator action
//      1-16   event id, 17-24 time, 25-32 expires
//      33-35  verb, scope, reason
//      36-    tenant, address, qualifier, who, note: texts
//   1  address evidence without a stream; is read, no longer written
//
// Lists of enumerators may therefore grow at their end only; any other change
// of theirs, or of this table, takes a new number.
class EvidenceEncoder {
 public:
  // The bytes; die at the next call. A text beyond 65,535 octets is cut.
  [[nodiscard]] std::string_view Encode(const AddressEvidence& evidence);
  [[nodiscard]] std::string_view Encode(const DomainEvidence& evidence);
  [[nodiscard]] std::string_view Encode(const OperatorAction& action);

  // The record for the evidence topic, keyed "a|tenant|address" or
  // "d|tenant|domain"; dies at the next call. Calls Encode().
  [[nodiscard]] OutputRecord ToRecord(const AddressEvidence& evidence);
  [[nodiscard]] OutputRecord ToRecord(const DomainEvidence& evidence);
  [[nodiscard]] OutputRecord ToRecord(const OperatorAction& action);

 private:
  // Room for `fixed` octets and these texts.
  char* Reserve(std::size_t fixed,
                std::initializer_list<std::string_view> texts);
  OutputRecord Keyed(char kind, std::string_view tenant,
                     std::string_view aggregate, std::string_view value);

  std::string bytes_;
  std::string key_;
};

// Reads them back; the views point into `bytes`. Any bytes are safe to give:
// kUnknownLayout for another number, kBadSyntax for what nobody encoded.
[[nodiscard]] Result<LedgerInput, Reject> DecodeEvidence(
    std::string_view bytes) noexcept;

}  // namespace ricochet
