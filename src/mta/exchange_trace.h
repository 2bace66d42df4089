#pragma once

#include <string_view>

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// A row of Microsoft 365's message trace, as Get-MessageTraceV2 and the
// reporting web service give it in JSON: the state of one message for one
// recipient. `text` begins with '{'.
[[nodiscard]] bool IsExchangeTrace(std::string_view text) noexcept;

[[nodiscard]] ParseResult ParseExchangeTrace(std::string_view text,
                                             ParserMemory& memory,
                                             MtaEvent& event) noexcept;

}  // namespace ricochet
