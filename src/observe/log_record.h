#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "observe/log.h"

namespace ricochet {

// One record about to be written. Views are the caller's of Log().
struct LogRecord {
  std::chrono::system_clock::time_point time;
  LogLevel level = LogLevel::kInfo;
  std::string_view event;
  std::string_view message;
  std::initializer_list<Field> fields;
  std::uint64_t suppressed = 0;  // records of this kind dropped before it
};

// "kafka.fenced: another process has our id stage=attempts worker=1". Whatever
// is not printable or not UTF-8 is escaped as \xNN, so a record is one line and
// cannot steer a terminal.
[[nodiscard]] std::string TextLine(const LogRecord& record);

// {"time":"2026-11-21T19:59:23.000Z","level":"info","event":...,"message":...,
// and the fields}. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string JsonLine(const LogRecord& record);

}  // namespace ricochet
