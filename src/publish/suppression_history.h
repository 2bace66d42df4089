#pragma once

#include <string>
#include <string_view>

#include "publish/cloud_event.h"
#include "publish/json.h"
#include "ricochet/output.h"
#include "ricochet/suppression.h"

namespace ricochet {

// Writes what became of suppressions, one record a change, as
// config/schemas/suppression-change.schema.json says.
// Owned by one worker; not thread-safe.
class SuppressionHistoryEncoder {
 public:
  // `ce_source` names cluster and topic, as a URI-reference; `policy_hash` is
  // that of the policy in force.
  SuppressionHistoryEncoder(std::string_view ce_source,
                            std::string_view policy_hash)
      : source_(ce_source),
        policy_hash_(policy_hash),
        headers_(kSuppressionChangeType, "application/json") {}

  // The record for mail.suppression-history, keyed by the recipient or, in the
  // scope domain, the domain: whoever asks about one finds all in the order in
  // which it happened. `key` is that of mail.suppressions; with the origin it
  // makes the id. Views die at the next call, or with what was given.
  [[nodiscard]] OutputRecord ToRecord(std::string_view key,
                                      SuppressionChange change,
                                      const SuppressionEntry& entry,
                                      const SuppressionOrigin& origin);

 private:
  std::string source_;
  std::string policy_hash_;
  JsonWriter json_;
  CloudEventHeaders headers_;
};

}  // namespace ricochet
