#pragma once

#include <re2/re2.h>

namespace ricochet {

// How the `text` of a rule is compiled: searched for in a masked reply, letters
// of either case, "." any octet.
[[nodiscard]] RE2::Options RuleRegexOptions();

}  // namespace ricochet
