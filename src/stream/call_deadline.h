#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <stop_token>

namespace ricochet {

// How long calls to a broker may take: `call` each; once a stop is requested,
// all of them together until `stop` after it was first noticed. Calls wait in
// slices, so that a stop is noticed within a second.
class CallDeadline {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kSlice{1'000};

  CallDeadline(std::chrono::milliseconds call, std::chrono::milliseconds stop,
               std::stop_token token)
      : call_(call), stop_(stop), token_(std::move(token)) {}

  void Start() { started_ = Clock::now(); }

  // Milliseconds that the next wait of this call may take; 0: time is up.
  [[nodiscard]] int Slice() {
    const auto now = Clock::now();
    if (!stop_at_ && token_.stop_requested()) stop_at_ = now + stop_;
    auto end = started_ + call_;
    if (stop_at_) end = std::min(end, *stop_at_);
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
    return static_cast<int>(
        std::clamp(left, std::chrono::milliseconds(0), kSlice).count());
  }

 private:
  std::chrono::milliseconds call_;
  std::chrono::milliseconds stop_;
  std::stop_token token_;
  Clock::time_point started_ = Clock::now();
  std::optional<Clock::time_point> stop_at_;
};

}  // namespace ricochet
