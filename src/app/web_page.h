#pragma once

#include <vector>

#include "observe/http_route.h"

namespace ricochet {

// The page of src/page/: "/" and the files that it is made of.
[[nodiscard]] std::vector<HttpRoute> PageRoutes();

}  // namespace ricochet
