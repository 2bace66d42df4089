#pragma once

#include <span>
#include <vector>

#include "classify/built_in.h"
#include "ledger/policy.h"
#include "ricochet/result.h"

namespace ricochet {

// The policy among the files of a folder. Errors name file and line.
[[nodiscard]] Result<Policy> ReadPolicy(std::span<const EmbeddedFile> files);

// Everything that is wrong with the files of a folder, each as "<file>:<line>:
// ...": what LintRules() finds, then what is first wrong with the policy.
[[nodiscard]] std::vector<Error> CheckRules(
    std::span<const EmbeddedFile> files);

}  // namespace ricochet
