#pragma once

#include <sys/mman.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "ricochet/prefetch.h"

namespace ricochet {

// A map whose keys are spread evenly over all 64-bit numbers, as hashes are, so
// that a key says itself where it belongs. Entries lie in the order in which
// they came; an index of four octets for each place has their numbers, by open
// addressing. So a new entry, and most are, costs one place in no cache, which
// a prefetch brings; growing moves no entry; and little memory is touched,
// which must be cleared before it is, and may have to be found by the host.
//
// The part of absl::flat_hash_map's interface that Table uses. The index is at
// most three quarters full; nothing shrinks. Iterators and references die at
// the next erase(). At most 2^31 entries. Not thread-safe.
template <class V>
class IdMap {
  static_assert(std::is_trivially_copyable_v<V>);

 public:
  struct Slot {
    std::uint64_t first = 0;
    V second{};
  };
  template <class M, class S>
  class Iterator {
   public:
    Iterator(M* map, std::size_t number) noexcept
        : map_(map), number_(number) {}

    S& operator*() const noexcept { return map_->entries_[number_]; }
    S* operator->() const noexcept { return &**this; }
    Iterator& operator++() noexcept {
      ++number_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.number_ == b.number_;
    }

   private:
    M* map_;
    std::size_t number_;
  };
  using iterator = Iterator<IdMap, Slot>;
  using const_iterator = Iterator<const IdMap, const Slot>;

  IdMap() = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const_iterator begin() const noexcept { return {this, 0}; }
  [[nodiscard]] const_iterator end() const noexcept { return {this, size_}; }
  [[nodiscard]] iterator end() noexcept { return {this, size_}; }

  // Begins to fetch what the next call with `key` will look at and change.
  void prefetch(std::uint64_t key) const noexcept {
    PrefetchToWrite(&index_[index_.Home(key)]);
  }
  [[nodiscard]] const_iterator find(std::uint64_t key) const noexcept {
    return {this, NumberOf(key)};
  }
  [[nodiscard]] iterator find(std::uint64_t key) noexcept {
    return {this, NumberOf(key)};
  }

  std::pair<iterator, bool> try_emplace(std::uint64_t key) {
    std::size_t place = PlaceOf(key);
    if (index_[place] != kEmpty) {
      return {{this, index_.Number(index_[place])}, false};
    }
    if ((size_ + 1) * 4 > index_.size() * 3) {
      Grow();
      place = PlaceOf(key);
    }
    entries_.MakeRoom(size_);
    entries_[size_] = Slot{key};
    index_[place] = index_.Word(key, size_);
    return {{this, size_++}, true};
  }
  void insert_or_assign(std::uint64_t key, V value) {
    try_emplace(key).first->second = std::move(value);
  }

  void erase(std::uint64_t key) {
    const std::size_t place = PlaceOf(key);
    if (index_[place] != kEmpty) EraseAt(place);
  }
  void erase(iterator at) { erase(at->first); }

 private:
  static constexpr std::uint32_t kEmpty = 0;

  // Memory that was not written to yet. Every page of what is large will be,
  // and asked for at random: with pages of 2 MB it costs fewer faults, and
  // fewer walks to find them.
  struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
  };
  template <class T>
  using Memory = std::unique_ptr<T[], Free>;
  template <class T>
  static Memory<T> Take(std::size_t count) {
    constexpr std::size_t kHugePage = std::size_t{2} << 20U;
    constexpr std::size_t kCacheLine = 64;
    const std::size_t size = count * sizeof(T);
    const bool large = size >= kHugePage;
    const std::size_t unit = large ? kHugePage : kCacheLine;
    const std::size_t rounded = (size + unit - 1) / unit * unit;
    void* memory = std::aligned_alloc(unit, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    if (large) ::madvise(memory, rounded, MADV_HUGEPAGE);
    return Memory<T>(static_cast<T*>(memory));
  }

  // A word for each place: the number of its entry and one more in as many bits
  // as the index has places, above them as much of the key as there is room
  // for, so that other entries' keys are seldom looked at.
  class Index {
   public:
    Index() : Index(16) {}
    explicit Index(std::size_t size)  // a power of two
        : words_(Take<std::uint32_t>(size)), mask_(size - 1) {
      std::memset(words_.get(), 0, size * sizeof(std::uint32_t));
    }
    [[nodiscard]] std::size_t size() const noexcept { return mask_ + 1; }
    std::uint32_t& operator[](std::size_t place) const noexcept {
      return words_.get()[place];
    }
    [[nodiscard]] std::size_t Home(std::uint64_t key) const noexcept {
      return key & mask_;
    }
    [[nodiscard]] std::size_t Next(std::size_t place) const noexcept {
      return (place + 1) & mask_;
    }
    [[nodiscard]] std::uint32_t Word(std::uint64_t key,
                                     std::size_t number) const noexcept {
      return (Above(key) & ~Mask()) | static_cast<std::uint32_t>(number + 1);
    }
    [[nodiscard]] std::size_t Number(std::uint32_t word) const noexcept {
      return (word & Mask()) - 1;
    }
    [[nodiscard]] bool MayBe(std::uint32_t word,
                             std::uint64_t key) const noexcept {
      return ((word ^ Above(key)) & ~Mask()) == 0;
    }

   private:
    static std::uint32_t Above(std::uint64_t key) noexcept {
      return static_cast<std::uint32_t>(key >> 32U);
    }
    [[nodiscard]] std::uint32_t Mask() const noexcept {
      return static_cast<std::uint32_t>(mask_);
    }

    Memory<std::uint32_t> words_;
    std::size_t mask_;
  };

  // Blocks of which each has as many entries as all before it and sixteen.
  class Entries {
   public:
    Slot& operator[](std::size_t number) const noexcept {
      const std::size_t at = number + kFirst;
      const std::size_t block = BlockOf(at);
      return blocks_[block].get()[at - (kFirst << block)];
    }
    // For one more behind the first `size`.
    void MakeRoom(std::size_t size) {
      const std::size_t at = size + kFirst;
      if (!std::has_single_bit(at)) return;
      auto& block = blocks_[BlockOf(at)];
      if (block == nullptr) block = Take<Slot>(at);
    }

   private:
    static constexpr std::size_t kFirst = 16;
    static std::size_t BlockOf(std::size_t at) noexcept {
      return static_cast<std::size_t>(std::bit_width(at / (2 * kFirst)));
    }

    std::array<Memory<Slot>, 28> blocks_;
  };

  // Where `key` is in the index, or the empty place where it would be.
  [[nodiscard]] std::size_t PlaceOf(std::uint64_t key) const noexcept {
    for (std::size_t place = index_.Home(key);; place = index_.Next(place)) {
      const std::uint32_t word = index_[place];
      if (word == kEmpty) return place;
      if (index_.MayBe(word, key) &&
          entries_[index_.Number(word)].first == key) {
        return place;
      }
    }
  }
  // size_ if there is none.
  [[nodiscard]] std::size_t NumberOf(std::uint64_t key) const noexcept {
    const std::uint32_t word = index_[PlaceOf(key)];
    return word == kEmpty ? size_ : index_.Number(word);
  }

  // The last entry takes the erased one's number.
  void EraseAt(std::size_t place) {
    const std::size_t number = index_.Number(index_[place]);
    const Slot& last = entries_[--size_];
    if (number != size_) {
      index_[PlaceOf(last.first)] = index_.Word(last.first, number);
      entries_[number] = last;
    }
    CloseUp(place);
  }

  // Those behind that could not be at home for it move up, so that no search
  // ends too early.
  void CloseUp(std::size_t hole) {
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = index_.Next(hole); index_[at] != kEmpty;
         at = index_.Next(at)) {
      const std::uint64_t key = entries_[index_.Number(index_[at])].first;
      const std::size_t from_home = (at - index_.Home(key)) & mask;
      if (from_home < ((at - hole) & mask)) continue;
      index_[hole] = index_[at];
      hole = at;
    }
    index_[hole] = kEmpty;
  }

  void Grow() {
    constexpr std::size_t kAhead = 16;  // as many places are fetched at a time
    index_ = Index(index_.size() * 2);
    for (std::size_t number = 0; number < size_; ++number) {
      if (number + kAhead < size_) prefetch(entries_[number + kAhead].first);
      const std::uint64_t key = entries_[number].first;
      std::size_t place = index_.Home(key);
      while (index_[place] != kEmpty) place = index_.Next(place);
      index_[place] = index_.Word(key, number);
    }
  }

  Index index_;
  Entries entries_;
  std::size_t size_ = 0;
};

}  // namespace ricochet
