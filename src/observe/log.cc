#include "observe/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <exception>
#include <memory>
#include <mutex>

#include "observe/log_limit.h"
#include "observe/log_record.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// What is limited on its own: an event of a level, of each worker.
std::string KindOf(const LogRecord& record) {
  std::string kind(kLogLevelNames[static_cast<std::size_t>(record.level)]);
  kind += record.event;
  for (const Field& field : record.fields) {
    const auto* worker = std::get_if<std::string_view>(&field.value);
    if (field.name == "worker" && worker != nullptr) kind += *worker;
  }
  return kind;
}

// The process's log. The mutex guards everything; nobody writes often.
class ProcessLog {
 public:
  ProcessLog()
      : logger_("ricochet",
                std::make_shared<spdlog::sinks::stderr_color_sink_st>()) {
    logger_.set_level(spdlog::level::trace);  // we decide
    Set(LogOptions());
  }

  void Set(const LogOptions& options) {
    const std::lock_guard lock(mutex_);
    options_ = options;
    limit_.emplace(options.burst, options.window);
    // %^ and %$ bound what is coloured.
    logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        options.format == LogFormat::kJson ? "%v"
                                           : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v",
        spdlog::pattern_time_type::utc));
  }

  void Write(LogRecord record) {
    const std::lock_guard lock(mutex_);
    if (record.level < options_.level) return;
    const auto dropped = limit_->Admit(KindOf(record), Clock::now());
    if (!dropped) return;
    record.suppressed = *dropped;
    const bool json = options_.format == LogFormat::kJson;
    const std::string line = json ? JsonLine(record) : TextLine(record);
    logger_.log(record.time, spdlog::source_loc(), SpdlogLevel(record.level),
                spdlog::string_view_t(line));
  }

 private:
  std::mutex mutex_;
  LogOptions options_;
  std::optional<LogLimit> limit_;
  spdlog::logger logger_;
};

ProcessLog& TheLog() {
  static auto* const log = new ProcessLog;  // never destroyed: usable at exit
  return *log;
}

}  // namespace

void SetLog(const LogOptions& options) { TheLog().Set(options); }

void Log(LogLevel level, std::string_view event, std::string_view message,
         std::initializer_list<Field> fields) {
  try {
    TheLog().Write({.time = std::chrono::system_clock::now(),
                    .level = level,
                    .event = event,
                    .message = message,
                    .fields = fields});
  } catch (const std::exception&) {
    // Nowhere is left to say that the log cannot be written.
  }
}

}  // namespace ricochet
