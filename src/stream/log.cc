#include "stream/log.h"

#include <fmt/format.h>

namespace ricochet {

void LimitedLog::Write(LogLevel level, StreamEvent event,
                       std::string_view message, Clock::time_point now) {
  if (!hook_) return;
  Kind& kind = kinds_[static_cast<std::size_t>(event)];
  if (kind.written == 0 || now - kind.window_start >= kWindow) {
    kind.window_start = now;
    kind.written = 0;
  }
  if (kind.written >= kBurst) {
    ++kind.kept_back;
    return;
  }
  ++kind.written;
  if (kind.kept_back == 0) return hook_(level, message);
  hook_(level, fmt::format("{} (and {} lines of this kind were kept back)",
                           message, kind.kept_back));
  kind.kept_back = 0;
}

}  // namespace ricochet
