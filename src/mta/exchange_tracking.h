#pragma once

#include <string_view>

#include "mta/csv.h"
#include "mta/exchange_columns.h"
#include "mta/parser.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// A row of the message tracking log. A message is identified by its
// network-message-id, which it keeps from server to server, or where there is
// none by its internal-message-id. The sender is that of the envelope
// (return-path) if the log has it.
[[nodiscard]] ParseResult ParseExchangeTracking(const ExchangeColumns& at,
                                                const CsvFields& fields,
                                                std::string_view time_text,
                                                MtaEvent& event) noexcept;

// The row's next recipient, with his own status, or the last there is.
[[nodiscard]] bool NextTrackedRecipient(MtaEvent& event) noexcept;

// Do servers of one organisation speak to each other here?
[[nodiscard]] bool IsInternalConnector(std::string_view connector) noexcept;

}  // namespace ricochet
