#pragma once

#include <string>

#include "report/summary.h"

namespace ricochet {

// The report as one JSON document, indented, with a newline at its end; its
// schema is config/schemas/report.schema.json. The same input gives the same
// bytes. Text that is no UTF-8 has U+FFFD in its place.
[[nodiscard]] std::string RenderJson(const Summary& summary);

}  // namespace ricochet
