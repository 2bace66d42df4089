#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Microsoft Exchange 2010 to Subscription Edition, and Exchange Online:
//   message tracking log: one row, one or more recipients;
//   SMTP send protocol log: dialogues, for SmtpSessions; what the receive log
//     says in the same columns is ignored;
//   message trace of Microsoft 365: JSON rows, and the extended report's CSV.
[[nodiscard]] bool RecognisesExchange(const LogLine& line) noexcept;

// "#Fields:" of the order that is published for its number of columns only
// confirms it; another order is kept for the host.
[[nodiscard]] ParseResult ParseExchange(const LogLine& line,
                                        ParserMemory& memory,
                                        MtaEvent& event) noexcept;

[[nodiscard]] bool NextExchangeRecipient(ParserMemory& memory,
                                         MtaEvent& event) noexcept;

}  // namespace ricochet
