#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/policy.h"
#include "ricochet/event.h"
#include "ricochet/suppression.h"

namespace ricochet {

struct SuppressorOptions {
  // Entries at most; about 400 octets each.
  std::size_t capacity = 4'000'000;
  // The advice of a reason whose policy row has none; its texts live as long
  // as the Suppressor. May be empty.
  std::function<std::string_view(Reason)> advice;
};

// Folds evidence into suppressions: which addresses the policy says to stop
// sending to, and why. The fold is commutative and idempotent: whatever the
// order of evidence, and however often some of it comes, the entries are the
// same in the end. So it has no use for deliveries: what is suppressed on one
// piece of evidence is not lifted by one.
//
// One for each input partition, owned by one worker; not thread-safe. When it
// is full, new addresses are refused and counted, and those that are
// suppressed stay. `policy` must outlive it.
class Suppressor {
 public:
  struct Counters {
    std::uint64_t refused = 0;  // evidence for which there was no room
    std::uint64_t undated = 0;  // evidence without a time
  };

  explicit Suppressor(const Policy& policy, SuppressorOptions options = {});

  // Folds in one piece of evidence. Returns the entry that it changed, until
  // the next call; null if it changed none.
  const SuppressionEntry* Add(const AddressEvidence& evidence);

  [[nodiscard]] const SuppressionEntry* Find(std::string_view tenant,
                                             std::string_view address) const;
  // Calls `visit` for each entry, by tenant and address.
  void ForEach(const std::function<void(const SuppressionEntry&)>& visit) const;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  // Tenant and address; views into the entry itself.
  using Key = std::pair<std::string_view, std::string_view>;

  SuppressionEntry* FindOrMake(const AddressEvidence& evidence);
  bool Merge(const AddressEvidence& evidence, SuppressionCause& cause);
  void Summarise(SuppressionEntry& entry) const;
  [[nodiscard]] std::string_view AdviceOf(Reason reason) const;
  std::string_view Intern(std::string_view rule);

  const Policy& policy_;
  const SuppressorOptions options_;
  absl::flat_hash_map<Key, std::unique_ptr<SuppressionEntry>> entries_;
  // The rule ids that entries name, bounded by the rules that ever ran.
  std::set<std::string, std::less<>> rules_;
  Counters counters_;
};

}  // namespace ricochet
