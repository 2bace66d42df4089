#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Sendmail 8.8 and later, by its programs' names (sendmail, sm-mta,
// sm-msp-queue, sendmail-in, ...), or under any other name (sendmail -L) by the
// form of its from= and to= lines.
[[nodiscard]] bool RecognisesSendmail(const LogLine& line) noexcept;

// What Sendmail tells of messages and their delivery is understood completely,
// the rest by its usual words: a line of others is rejected as bad_syntax.
[[nodiscard]] ParseResult ParseSendmail(const LogLine& line,
                                        ParserMemory& memory,
                                        MtaEvent& event) noexcept;

// The next address of a to= line. A line that tells of a bounce message speaks
// of two messages: of the one that failed, then of the bounce, whose sender is
// <> though no line says so.
[[nodiscard]] bool NextOfSendmail(ParserMemory& memory,
                                  MtaEvent& event) noexcept;

}  // namespace ricochet
