#include "app/signals.h"

namespace ricochet {

StopSignal::StopSignal(bool reload) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  if (reload) sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignal::~StopSignal() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

StopSignal::Came StopSignal::Next(std::chrono::milliseconds time) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit{.tv_sec = static_cast<time_t>(seconds.count()),
                       .tv_nsec = static_cast<long>(
                           std::chrono::nanoseconds(time - seconds).count())};
  const int signal = sigtimedwait(&signals_, nullptr, &limit);
  if (signal <= 0) return Came::kNothing;
  return signal == SIGHUP ? Came::kReload : Came::kStop;
}

}  // namespace ricochet
