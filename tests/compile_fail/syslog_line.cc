// A SyslogLine points into the line it was read from, so that line must not be
// a temporary.

#include <string>

#include "decode/syslog.h"

std::string Text();

void Use(ricochet::SyslogReader& reader) {
#ifdef RICOCHET_MISUSE
  const auto line = reader.Read(Text());
#else
  const std::string text = Text();
  const auto line = reader.Read(text);
#endif
  static_cast<void>(line);
}
