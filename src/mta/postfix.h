#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Postfix 2.3 and later (older delivery lines too, without their DSN). Every
// daemon's program is "<syslog_name>/<process>"; see SplitPostfixProgram().
[[nodiscard]] bool RecognisesPostfix(const LogLine& line) noexcept;

// Delivery agents, qmgr, cleanup, pickup and bounce are understood completely:
// what they say and we do not know is rejected as bad_syntax. Of the other
// daemons only what smtpd says about a message is of interest; the rest is
// ignored by name, except that nothing with "status=" or "from=<" is ignored
// for want of understanding.
[[nodiscard]] ParseResult ParsePostfix(const LogLine& line,
                                       ParserMemory& memory,
                                       MtaEvent& event) noexcept;

}  // namespace ricochet
