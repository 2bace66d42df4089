#pragma once

#include "report/summary.h"

namespace ricochet {

// A made-up run of a shop's mailing, with every section of a report filled;
// the same at each call. For tests of the layout, and for looking at it.
[[nodiscard]] Summary SampleSummary();

}  // namespace ricochet
