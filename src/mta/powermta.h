#pragma once

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// PowerMTA's accounting files: comma-separated values, the record's type in the
// first column and the time in the second.
[[nodiscard]] bool RecognisesPowerMta(const LogLine& line) noexcept;

// What the columns are is told by the last header of that host with as many
// columns; else by the published layouts; else the record is rejected as
// unknown_layout.
//
// Authority: dsnDiag of type smtp is the server's reply, kRemote; of another
// type, PowerMTA's own words, kLocal. With no dsnDiag, dsnStatus and then
// bounceCat say what PowerMTA made of it: kEsp; or kLocal for X.4.X, since no
// server was reached; or kDns for X.1.2 and X.4.4 (RFC 3463).
[[nodiscard]] ParseResult ParsePowerMta(const LogLine& line,
                                        ParserMemory& memory,
                                        MtaEvent& event) noexcept;

}  // namespace ricochet
