#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace ricochet {

// Objects of one type that keep their address, reused through a freelist, so
// that a steady number of them allocates nothing.
// Owned by one Correlator; not thread-safe. T must be default-constructible
// and have a member `T* next` that the slab may use while the object is free.
template <class T>
class Slab {
 public:
  // A default-constructed T. Valid until Free().
  [[nodiscard]] T* Take() {
    if (free_ == nullptr) Grow();
    T* object = free_;
    free_ = object->next;
    *object = T{};
    return object;
  }

  void Free(T* object) noexcept {
    object->next = free_;
    free_ = object;
  }

 private:
  static constexpr std::size_t kBlock = 512;

  void Grow() {
    blocks_.push_back(std::make_unique<T[]>(kBlock));
    for (std::size_t i = kBlock; i-- > 0;) Free(&blocks_.back()[i]);
  }

  T* free_ = nullptr;
  std::vector<std::unique_ptr<T[]>> blocks_;
};

}  // namespace ricochet
