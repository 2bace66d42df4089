#pragma once

#include <string>
#include <string_view>

#include "publish/cloud_event.h"
#include "publish/json.h"
#include "ricochet/output.h"
#include "ricochet/suppression.h"

namespace ricochet {

// Writes suppressions as config/schemas/suppression.schema.json says.
// Owned by one worker; not thread-safe. Views die at the next call of the same
// function, or with the entry.
class SuppressionEncoder {
 public:
  // `ce_source` names cluster and topic, as a URI-reference; `policy_hash` is
  // that of the policy in force.
  SuppressionEncoder(std::string_view ce_source, std::string_view policy_hash)
      : source_(ce_source),
        policy_hash_(policy_hash),
        headers_(kSuppressionType, "application/json") {}

  // The entry as JSON, without a newline.
  [[nodiscard]] std::string_view Encode(const SuppressionEntry& entry,
                                        SuppressionAction action);

  // The record for mail.suppressions, keyed "tenant|scope|key": the key is the
  // recipient or the domain, behind "sender domain|" or "list|" in the scopes
  // that have one. `because`
  // is the evidence that changed the entry: with the key it makes the id.
  [[nodiscard]] OutputRecord ToRecord(const SuppressionEntry& entry,
                                      SuppressionAction action,
                                      EventId because);
  // The record that takes its key out of the compacted topic.
  [[nodiscard]] OutputRecord Tombstone(const SuppressionEntry& entry);

  void set_policy_hash(std::string_view hash) { policy_hash_ = hash; }

 private:
  void SetKey(const SuppressionEntry& entry);

  std::string source_;
  std::string policy_hash_;
  JsonWriter json_;
  CloudEventHeaders headers_;
  std::string key_;
};

}  // namespace ricochet
