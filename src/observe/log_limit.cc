#include "observe/log_limit.h"

#include <utility>

namespace ricochet {

std::optional<std::uint64_t> LogLimit::Admit(std::string_view event, Time now) {
  Kind& kind = Find(event, now);
  if (now - kind.begin >= window_) {
    kind.begin = now;
    kind.written = 0;
  }
  if (kind.written >= burst_) {
    ++kind.dropped;
    return std::nullopt;
  }
  ++kind.written;
  return std::exchange(kind.dropped, 0);
}

LogLimit::Kind& LogLimit::Find(std::string_view event, Time now) {
  const auto found = kinds_.find(event);
  if (found != kinds_.end()) return found->second;
  if (kinds_.size() >= kMaxKinds) return others_;
  return kinds_.emplace(event, Kind{.begin = now}).first->second;
}

}  // namespace ricochet
