#pragma once

#include <memory>
#include <string>

#include "classify/explanations.h"
#include "classify/rule_book.h"
#include "ledger/policy.h"
#include "ricochet/result.h"

namespace ricochet {

// What decides verdicts and suppressions: the rules and the policy of one
// folder, checked. Shared by all workers; each compiles its own Ruleset.
struct Rules {
  std::shared_ptr<const RuleBook> book;
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Crosswalk> crosswalk;  // null: not asked for
};

// From `folder`, or the built-in ones when it is empty.
[[nodiscard]] Result<Rules> LoadRules(const std::string& folder,
                                      bool with_crosswalk = false);

// What `ricochet explain` adds to them.
[[nodiscard]] Result<Explanations> LoadExplanations(const std::string& folder);

}  // namespace ricochet
