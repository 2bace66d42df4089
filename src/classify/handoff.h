#pragma once

#include <atomic>
#include <memory>

namespace ricochet {

// A single-slot hand-over between two threads: the reload thread gives a newly
// compiled Ruleset, the worker takes it between batches, and gives the old one
// back, since to destroy it takes longer than a worker may stand still.
// Lock-free; neither side waits. What was given but never taken, or never
// dropped, is destroyed by the next Give() or with the slot.
template <class T>
class Handoff {
 public:
  Handoff() = default;
  Handoff(const Handoff&) = delete;
  Handoff& operator=(const Handoff&) = delete;
  ~Handoff() {
    Drop();
    delete slot_.load(std::memory_order_acquire);
  }

  void Give(std::unique_ptr<T> value) noexcept {
    Drop();
    delete slot_.exchange(value.release(), std::memory_order_acq_rel);
  }

  // Null when nothing new lies there; costs one relaxed load then.
  [[nodiscard]] std::unique_ptr<T> Take() noexcept {
    if (slot_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    return std::unique_ptr<T>(
        slot_.exchange(nullptr, std::memory_order_acq_rel));
  }

  // The taker needs `value` no more.
  void Return(std::unique_ptr<T> value) noexcept {
    delete returned_.exchange(value.release(), std::memory_order_acq_rel);
  }
  // For the giver: destroys what was returned.
  void Drop() noexcept {
    delete returned_.exchange(nullptr, std::memory_order_acq_rel);
  }

 private:
  std::atomic<T*> slot_ = nullptr;
  std::atomic<T*> returned_ = nullptr;
};

}  // namespace ricochet
