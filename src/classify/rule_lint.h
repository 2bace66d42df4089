#pragma once

#include <span>
#include <vector>

#include "ricochet/result.h"

#include "classify/built_in.h"

namespace ricochet {

// Everything that is wrong with a set of rules, each as "<file>:<line>: ...",
// by file and line:
// - what keeps it from loading: unknown keys, names, reasons, bad patterns ...;
// - an example that its rule does not win, a counter-example that it does;
// - a rule that can never win: its text is not found in its own examples, or
//   rules before it win them all;
// - two rules with one condition and text; a provider that no rule is about;
// - a text that looks wrong (SuspectsIn), or whose program is too large.
// The examples are tried only once the rules load. Empty: nothing is wrong.
[[nodiscard]] std::vector<Error> LintRules(std::span<const EmbeddedFile> files);

}  // namespace ricochet
