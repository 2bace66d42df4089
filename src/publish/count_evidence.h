#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/fate.h"
#include "ricochet/output.h"
#include "ricochet/rate_window.h"
#include "ricochet/result.h"

namespace ricochet {

// The first octet of a record of the evidence topic says what it is: address
// evidence has its version there, 1; this is counts, version 1. Versions of
// counts run from 0x10 to 0x1F.
inline constexpr std::uint8_t kCountEvidence = 0x10;

// Counts as bytes, for the internal topic between the stages:
//
//   kCountEvidence, tenant, sender domain, then for each row, to the end:
//   stream, provider, egress, minute, counts
//
// in the forms of ricochet/packed.h and packed_counts.h. Reasons may be added
// at their list's end; any other change takes a new version.
class CountEvidenceEncoder {
 public:
  // The bytes; die at the next call.
  [[nodiscard]] std::string_view Encode(const CountRecord& record);

  // The record for the evidence topic, keyed "s|tenant|sender domain"; dies at
  // the next call. Calls Encode().
  [[nodiscard]] OutputRecord ToRecord(const CountRecord& record);

 private:
  std::string bytes_;
  std::string key_;
};

// Reads them back. Owned by one worker; allocates nothing once warm.
class CountEvidenceDecoder {
 public:
  // The views point into `bytes` and into the decoder, until its next call.
  // Any bytes are safe to give, and all of them are looked at before anything
  // is handed out: kUnknownLayout for another version, kBadSyntax for what
  // nobody encoded.
  [[nodiscard]] Result<CountRecord, Reject> Decode(std::string_view bytes);

 private:
  std::vector<CountRow> rows_;
  std::vector<ReasonCount> reasons_;  // of all rows, one after another
  std::vector<std::size_t> sizes_;    // how many are each row's
};

}  // namespace ricochet
