#pragma once

#include <span>
#include <string_view>

#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "ricochet/log_line.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// An MTA's log format. Its functions keep nothing but what is in the
// ParserMemory, and are called from any thread.
struct Format {
  std::string_view name;  // "postfix"
  Mta mta;
  // Looks at the program alone where it can: it is asked about every line.
  // Where parse() finds out anyway, it need only say no to most other lines.
  bool (*recognises)(const LogLine&) noexcept;
  // Cause::kUnknownFormat: the line is not the format's after all, and the next
  // format is asked. Else it fills the fields that MtaEvent names beside the
  // event's kind and resets the others that belong to a message, so that one
  // MtaEvent may be reused for all lines. Its contents are unspecified unless
  // `what` is kEvent. Views in it point into the LogLine, or into the memory
  // until its next use.
  ParseResult (*parse)(const LogLine&, ParserMemory&, MtaEvent&) noexcept;
  // Turns an event into that of the line's next recipient; false: there is
  // none. Null: lines speak of one recipient only.
  bool (*next_recipient)(ParserMemory&, MtaEvent&) noexcept = nullptr;
};

// All formats, in the order in which they are asked.
[[nodiscard]] std::span<const Format> Formats() noexcept;

// The format of that name; null: there is none.
[[nodiscard]] const Format* FindFormat(std::string_view name) noexcept;

// Parses `line` by the format that recognises it; of all, or `only` by that one
// where it is given. Lines of other programs are ignored as foreign_program; a
// line of no program that no format recognises is rejected: as a continuation
// if it looks like the torn-off rest of a cut line, else as an unknown format.
[[nodiscard]] ParseResult Parse(const LogLine& line, ParserMemory& memory,
                                MtaEvent& event,
                                const Format* only = nullptr) noexcept;

// The format's next_recipient(), of an event that Parse() gave.
[[nodiscard]] bool NextRecipient(ParserMemory& memory,
                                 MtaEvent& event) noexcept;

}  // namespace ricochet
