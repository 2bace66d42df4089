#pragma once

#include <cstdint>
#include <string_view>

#include "ricochet/time.h"

namespace ricochet {

// One log line, taken out of whatever wrapped it (syslog header, JSON, batch).
// All views point into the record or into the decoder's own buffers and die at
// the decoder's next Next().
struct LogLine {
  std::string_view host;     // the MTA's host as logged: "mx1"
  std::string_view program;  // "postfix/submission/smtpd"; no pid, no colon
  std::string_view text;     // the message after "program[pid]: "
  std::string_view raw;      // the line (or JSON document) it came from
  EventTime time = kNoTime;
  TimeQuality time_quality = TimeQuality::kUnknown;
  std::uint32_t pid = 0;    // 0: not logged
  std::uint32_t index = 0;  // position in its record, from 0
  // `text` is a JSON object in which no text of a log line was found.
  bool document = false;
};

}  // namespace ricochet
