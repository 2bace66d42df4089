#pragma once

#include <memory>
#include <vector>

#include "ricochet/result.h"

#include "classify/rule_book.h"

namespace ricochet {

// Every example of a rule is won by it and no counter-example is. Those that
// are not, in order; each message names file and line, and who won. A rule that
// wins none of its examples can never win, and is named too.
[[nodiscard]] Result<std::vector<Error>> FailedExamples(
    const std::shared_ptr<const RuleBook>& book);

}  // namespace ricochet
