#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "decode/known_headers.h"
#include "decode/stamp.h"
#include "decode/syslog_line.h"

namespace ricochet {

// Takes "program[pid]:" off the front of `rest`, as far as it is there, and
// the blanks after it. A program ends at '[', ':' or a space. What stands in
// the brackets is the pid if it is a number.
struct SyslogTag {
  std::string_view program;
  std::uint32_t pid = 0;
  bool colon = false;
};
[[nodiscard]] SyslogTag TakeSyslogTag(std::string_view& rest) noexcept;

// Could this be the name or address of a host?
[[nodiscard]] bool LooksLikeHost(std::string_view name) noexcept;

// Recognises the headers of RFC 3164 (with or without <PRI>, host or pid, with
// the "mail.info" and "[ID 197553 mail.info]" of BSD, BusyBox, AIX and
// Solaris), of RFC 5424, and the same with RFC 3339 stamps as rsyslog,
// syslog-ng and journalctl write them. Also a bare "program[pid]: ".
//
// A date apart from its time ("2026-11-21 19:58:52") begins lines of Exim's
// own log, so it is taken for syslog only before "host program[pid]:" or a
// program known to log so. Otherwise the stamp is read and the text left whole.
class SyslogReader {
 public:
  [[nodiscard]] SyslogLine Read(std::string_view line) noexcept;
  template <std::same_as<std::string> S>
  SyslogLine Read(S&& line) = delete;

 private:
  bool ReadProtocol(std::string_view rest, SyslogLine& out) noexcept;

  StampReader stamps_;
  KnownHeaders known_;
};

}  // namespace ricochet
