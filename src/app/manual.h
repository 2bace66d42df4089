#pragma once

#include <string>
#include <string_view>

#include "app/command_table.h"

namespace ricochet {

// The manual page ricochet(1), in roff's man macros. It bears no date, so that
// it is the same whenever it is made.
[[nodiscard]] std::string ManualPage(const CommandTable& table,
                                     std::string_view version);

}  // namespace ricochet
