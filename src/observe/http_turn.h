#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace ricochet {

// Lets one thread at a time in, and none once it is closed. Not a timed_mutex,
// which TSan of GCC 12 does not see being locked.
class HttpTurn {
 public:
  // What `work` gives, or nothing when it was closed before.
  template <class Work>
  auto Take(const Work& work) -> std::optional<decltype(work())> {
    if (!Enter()) return std::nullopt;
    const Leaver leaver{*this};
    return work();
  }

  // Whether no work is done, at `end` at the latest, or ever will be.
  bool Close(std::chrono::steady_clock::time_point end) {
    std::unique_lock lock(mutex_);
    open_ = false;
    changed_.notify_all();
    return changed_.wait_until(lock, end, [this] { return !busy_; });
  }

 private:
  struct Leaver {
    HttpTurn& turn;
    ~Leaver() { turn.Leave(); }
  };

  bool Enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !busy_ || !open_; });
    busy_ = busy_ || open_;
    return open_;
  }

  void Leave() {
    const std::lock_guard lock(mutex_);
    busy_ = false;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;  // guarded by mutex_
  bool open_ = true;   // guarded by mutex_
};

}  // namespace ricochet
