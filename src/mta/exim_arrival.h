#pragma once

#include <string_view>

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Reads an arrival, of which `rest` follows "<=" or "(=": the sender, then
// fields. A bounce made here names the message it is about in R=: that is
// other_id. The message id gets its brackets back, in the memory.
[[nodiscard]] ParseResult ParseEximArrival(std::string_view rest,
                                           ParserMemory& memory,
                                           MtaEvent& event);

}  // namespace ricochet
