#pragma once

#include "classify/rule.h"
#include "classify/rule_book.h"
#include "classify/ruleset.h"

namespace ricochet {

// An example as it would arrive. What it leaves out is taken from the
// conditions of its rule. Views of all three.
[[nodiscard]] Reply ReplyOf(const Example& example, const Rule& rule,
                            const RuleBook& book);

// Has the rules' own examples looked at by all rules that may match them, so
// that hardly a reply waits for a regex that is compiled, or an automaton that
// grows, when it is first needed. For rules that will decide on many replies.
void WarmUp(Ruleset& rules);

}  // namespace ricochet
