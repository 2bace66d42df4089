#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace ricochet {

// A map whose keys are spread evenly over all 64-bit numbers, as hashes are, so
// that a key says itself where it belongs. Open addressing: an entry is where
// its key points to or, where that is taken, soon behind it; so one prefetch
// brings what a look-up needs, which no table of groups can promise. 0 and 1
// are one key.
//
// The part of absl::flat_hash_map's interface that Table uses. At most three
// quarters full; shrinks never. Iterators and references die at the next
// try_emplace(), insert_or_assign() or erase(). Not thread-safe.
template <class V>
class IdMap {
  static_assert(std::is_trivially_copyable_v<V>);

 public:
  template <class S>
  class Iterator {
   public:
    Iterator(S* at, S* end) noexcept : at_(at), end_(end) {}

    S& operator*() const noexcept { return *at_; }
    S* operator->() const noexcept { return at_; }
    Iterator& operator++() noexcept {
      ++at_;
      return SkipEmpty();
    }
    Iterator& SkipEmpty() noexcept {
      while (at_ != end_ && at_->first == 0) ++at_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.at_ == b.at_;
    }

   private:
    S* at_;
    S* end_;
  };
  struct Slot {
    std::uint64_t first = 0;  // 0: empty, and `second` is nothing
    V second{};
  };
  using iterator = Iterator<Slot>;
  using const_iterator = Iterator<const Slot>;

  IdMap() : slots_(kFewest) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const_iterator begin() const noexcept {
    return At(slots_, 0).SkipEmpty();
  }
  [[nodiscard]] const_iterator end() const noexcept {
    return At(slots_, slots_.size());
  }
  [[nodiscard]] iterator end() noexcept { return At(slots_, slots_.size()); }

  // Begins to fetch what the next call with `key` will look at and change.
  void prefetch(std::uint64_t key) const noexcept {
    __builtin_prefetch(&slots_[Home(NotZero(key))], 1);
  }
  [[nodiscard]] const_iterator find(std::uint64_t key) const noexcept {
    return At(slots_, Search(NotZero(key)));
  }
  [[nodiscard]] iterator find(std::uint64_t key) noexcept {
    return At(slots_, Search(NotZero(key)));
  }

  std::pair<iterator, bool> try_emplace(std::uint64_t key) {
    key = NotZero(key);
    std::size_t place = PlaceOf(key);
    if (slots_[place].first == key) return {At(slots_, place), false};
    if ((size_ + 1) * 4 > slots_.size() * 3) {
      Grow();
      place = PlaceOf(key);
    }
    slots_[place] = Slot{key};
    ++size_;
    return {At(slots_, place), true};
  }
  void insert_or_assign(std::uint64_t key, V value) {
    try_emplace(key).first->second = std::move(value);
  }

  void erase(std::uint64_t key) {
    const std::size_t place = Search(NotZero(key));
    if (place != slots_.size()) EraseAt(place);
  }
  void erase(iterator at) { erase(at->first); }

 private:
  static constexpr std::size_t kFewest = 16;  // a power of two

  // Slots, empty: pages that nobody has written to cost no time until then.
  class Slots {
   public:
    explicit Slots(std::size_t size)
        : slots_(static_cast<Slot*>(std::calloc(size, sizeof(Slot)))),
          size_(size) {
      if (slots_ == nullptr) throw std::bad_alloc();
      AdviseHugePages();
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Slot* data() const noexcept { return slots_.get(); }
    Slot& operator[](std::size_t i) const noexcept { return slots_.get()[i]; }

   private:
    // Every page of a large table will be written to, and asked for at random:
    // with pages of 2 MB it costs fewer faults, and fewer walks to find them.
    void AdviseHugePages() const noexcept {
      constexpr std::uintptr_t kPage = 4096;
      constexpr std::size_t kHugePage = std::size_t{2} << 20U;
      const std::size_t size = size_ * sizeof(Slot);
      if (size < 2 * kHugePage) return;
      const auto begin = reinterpret_cast<std::uintptr_t>(slots_.get());
      const auto first = (begin + kPage - 1) / kPage * kPage;
      ::madvise(reinterpret_cast<void*>(first), begin + size - first,
                MADV_HUGEPAGE);
    }

    struct Free {
      void operator()(Slot* slots) const noexcept { std::free(slots); }
    };
    std::unique_ptr<Slot, Free> slots_;
    std::size_t size_;
  };

  static std::uint64_t NotZero(std::uint64_t key) noexcept {
    return key == 0 ? 1 : key;
  }
  static iterator At(Slots& slots, std::size_t place) noexcept {
    return {slots.data() + place, slots.data() + slots.size()};
  }
  static const_iterator At(const Slots& slots, std::size_t place) noexcept {
    return {slots.data() + place, slots.data() + slots.size()};
  }
  [[nodiscard]] std::size_t Home(std::uint64_t key) const noexcept {
    return key & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t Next(std::size_t place) const noexcept {
    return (place + 1) & (slots_.size() - 1);
  }
  // Where `key` is, or the empty slot where it would be.
  [[nodiscard]] std::size_t PlaceOf(std::uint64_t key) const noexcept {
    std::size_t place = Home(key);
    while (slots_[place].first != key && slots_[place].first != 0) {
      place = Next(place);
    }
    return place;
  }
  // slots_.size() if it is nowhere.
  [[nodiscard]] std::size_t Search(std::uint64_t key) const noexcept {
    const std::size_t place = PlaceOf(key);
    return slots_[place].first == key ? place : slots_.size();
  }

  // Those behind that could not be at home for it move up, so that no search
  // ends too early.
  void EraseAt(std::size_t hole) {
    for (std::size_t at = Next(hole); slots_[at].first != 0; at = Next(at)) {
      const std::size_t mask = slots_.size() - 1;
      const std::size_t from_home = (at - Home(slots_[at].first)) & mask;
      if (from_home < ((at - hole) & mask)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    --size_;
  }

  // In order, so that both are gone through from front to back.
  void Grow() {
    const Slots old = std::exchange(slots_, Slots(slots_.size() * 2));
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (old[i].first != 0) slots_[PlaceOf(old[i].first)] = old[i];
    }
  }

  Slots slots_;
  std::size_t size_ = 0;
};

}  // namespace ricochet
