#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "ricochet/log_level.h"

namespace ricochet {

enum class LogFormat : std::uint8_t {
  kText,  // for a human; coloured at a terminal
  kJson,  // one object a line, for a collector
};
inline constexpr std::array<std::string_view, 2> kLogFormatNames = {"text",
                                                                    "json"};

// One fact of a log record. `name` is a literal in snake_case, other than
// time, level, event, message and suppressed.
struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  // Of each event and level, and of each `worker` that a field names, at most
  // `burst` records per `window` are written.
  int burst = 10;
  std::chrono::seconds window{10};
};

// Sets how Log() writes from now on. Any thread.
void SetLog(const LogOptions& options);

// Writes a record to standard error. Any thread; takes a lock, so never per
// line or per event. `event` is a literal that names what happened
// ("kafka.disconnected"): records are rate-limited by it, by level,
// and by the field `worker`; the next one written says how many were
// `suppressed` before it. Control characters in
// texts are escaped, so input cannot forge records. No recipient at info or
// above; no secret at any level.
void Log(LogLevel level, std::string_view event, std::string_view message,
         std::initializer_list<Field> fields = {});

}  // namespace ricochet
