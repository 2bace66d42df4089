#pragma once

#include <chrono>
#include <csignal>

namespace ricochet {

// SIGTERM and SIGINT, waited for instead of handled. Made on the main thread
// before any other thread is, so that all threads leave the signals to it.
class StopSignal {
 public:
  StopSignal();
  // From here on a second signal kills at once.
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Whether a signal came within `time`.
  [[nodiscard]] bool Wait(std::chrono::milliseconds time) const;

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace ricochet
