#pragma once

#include <cstdint>
#include <string_view>

#include "decode/stamp.h"

namespace ricochet {

// A line taken apart. Views point into the line.
struct SyslogLine {
  Stamp stamp;
  std::string_view host;     // empty: not logged
  std::string_view program;  // "postfix/smtp"; empty: no syslog header
  std::string_view text;     // after "program[pid]: "; without header, all
  std::uint32_t pid = 0;     // 0: not logged
};

}  // namespace ricochet
