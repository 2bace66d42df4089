#pragma once

#include <chrono>
#include <csignal>

namespace ricochet {

// SIGTERM and SIGINT, and where asked for SIGHUP, waited for instead of
// handled. Made on the main thread before any other thread is, so that all
// threads leave the signals to it.
class StopSignal {
 public:
  enum class Came { kNothing, kStop, kReload };

  // `reload`: SIGHUP means to read the rules again; else it ends the program,
  // as it does when a terminal closes.
  explicit StopSignal(bool reload = false);
  // From here on a second signal kills at once.
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // What came within `time`.
  [[nodiscard]] Came Next(std::chrono::milliseconds time) const;
  // Whether it is time to stop; a reload is passed over.
  [[nodiscard]] bool Wait(std::chrono::milliseconds time) const {
    return Next(time) == Came::kStop;
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace ricochet
