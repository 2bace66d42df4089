#pragma once

#include <string>

#include "observe/collector.h"

namespace ricochet {

// This build and the libraries it runs with.
[[nodiscard]] BuildInfo ThisBuild();

// What --version prints.
[[nodiscard]] std::string VersionText();

}  // namespace ricochet
