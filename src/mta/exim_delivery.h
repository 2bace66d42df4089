#pragma once

#include <string_view>

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// What the two characters behind a message id say became of a recipient.
enum class EximFlag : std::uint8_t {
  kDelivered,  // "=>"; "->": a further one; ">>": cut through
  kFailed,     // "**"
  kDeferred,   // "=="
};

// Reads a delivery line, of which `rest` follows the flag: an address, fields
// in any order, and for a failure the reason behind a colon. `event.queue_id`
// is set. Gives an event, a named cause when nothing was tried, or kBadSyntax.
[[nodiscard]] ParseResult ParseEximDelivery(std::string_view rest,
                                            EximFlag flag, ParserMemory& memory,
                                            MtaEvent& event);

}  // namespace ricochet
