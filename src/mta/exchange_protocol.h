#pragma once

#include <string_view>

#include "mta/csv.h"
#include "mta/parser.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// A row of the SMTP send protocol log: date-time, connector-id, session-id,
// sequence-number, local-endpoint, remote-endpoint, event (+ - > < *), data,
// context. The receive log has the same columns; there, '>' is a reply.
[[nodiscard]] ParseResult ParseExchangeProtocol(const CsvFields& fields,
                                                std::string_view time_text,
                                                MtaEvent& event) noexcept;

}  // namespace ricochet
