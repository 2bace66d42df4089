#pragma once

#include <atomic>
#include <memory>

namespace ricochet {

// A single-slot hand-over between two threads: the reload thread gives a newly
// compiled Ruleset, the worker takes it between batches. Lock-free; neither
// side waits. What was given but never taken is destroyed by the next Give()
// or with the slot.
template <class T>
class Handoff {
 public:
  Handoff() = default;
  Handoff(const Handoff&) = delete;
  Handoff& operator=(const Handoff&) = delete;
  ~Handoff() { delete slot_.load(std::memory_order_acquire); }

  void Give(std::unique_ptr<T> value) noexcept {
    delete slot_.exchange(value.release(), std::memory_order_acq_rel);
  }

  // Null when nothing new lies there; costs one relaxed load then.
  [[nodiscard]] std::unique_ptr<T> Take() noexcept {
    if (slot_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    return std::unique_ptr<T>(
        slot_.exchange(nullptr, std::memory_order_acq_rel));
  }

 private:
  std::atomic<T*> slot_ = nullptr;
};

}  // namespace ricochet
