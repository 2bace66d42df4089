#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Exim's main log (specification 4.98, chapter 53 "Log files"): from the file,
// with its own stamp, or by syslog as program "exim" or "exim4", where the
// stamp may be in the text as well. Of lines of no program, only those are
// Exim's that have a message id or words known of Exim behind the stamp.
//
// False: the line is not Exim's. True: ParseExim() tells.
[[nodiscard]] bool MayBeExim(const LogLine& line) noexcept;

[[nodiscard]] ParseResult ParseExim(const LogLine& line, ParserMemory& memory,
                                    MtaEvent& event) noexcept;

}  // namespace ricochet
