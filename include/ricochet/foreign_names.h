#pragma once

#include <array>
#include <string>

#include "ricochet/verdict.h"

namespace ricochet {

// What other systems call a reason; one block of rules/crosswalk.toml. "none",
// or empty: they have no name for it.
struct ForeignNames {
  std::string sparkpost;
  std::string ses;
  std::string powermta;
  std::string kumomta;
  std::string sisimai;
  std::string postal;
  std::string zonemta;
};

// By Reason.
using Crosswalk = std::array<ForeignNames, kReasons.size()>;

}  // namespace ricochet
