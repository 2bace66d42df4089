#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// KumoMTA's log records, JSON objects as its local log and its hooks write
// them, whether a record of their own or the text of a shipper's document.
[[nodiscard]] bool RecognisesKumoMta(const LogLine& line) noexcept;

// Each record tells all that is known of its message. Of the response's text,
// what a peer said is kRemote and what KumoMTA says itself kLocal, or kDns when
// it speaks of MX records. Its bounce_classification is another's opinion of
// the same response, and is not read.
// Ignored by name: what comes in, moves within, or comes back as a complaint;
// and the delivery of log records by hooks, which are messages to KumoMTA.
[[nodiscard]] ParseResult ParseKumoMta(const LogLine& line,
                                       ParserMemory& memory,
                                       MtaEvent& event) noexcept;

// The next recipient of a record that has a list of them.
[[nodiscard]] bool NextOfKumoMta(ParserMemory& memory,
                                 MtaEvent& event) noexcept;

}  // namespace ricochet
