#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "ricochet/id_map.h"

namespace ricochet {

// In place of a hash: the keys are hashes themselves.
struct AlreadyHashed {};

// Keyed state that is committed or rolled back together with a transaction. It
// knows which entries changed since the last Settle(), and what they were
// before, so that a commit writes, and a rollback undoes, no more than that.
//
// Owned by one worker; not thread-safe. References to values die at the next
// Change(), Erase() or Rollback(). V is copied at its first change in each
// transaction, so it should be small.
template <class K, class V,
          class Hash = absl::container_internal::hash_default_hash<K>,
          class Equal = absl::container_internal::hash_default_eq<K>>
class Table {
 public:
  // Null: there is none. `Key` may be anything that Hash and Equal take.
  template <class Key>
  [[nodiscard]] const V* Find(const Key& key) const {
    const auto found = slots_.find(key);
    return found != slots_.end() ? &found->second.value : nullptr;
  }

  // Begins to fetch what the next call with `key` looks at first.
  template <class Key>
  [[gnu::flatten]] void Prefetch(const Key& key) const {
    slots_.prefetch(key);
    asm volatile("");  // see ricochet/prefetch.h
  }

  // The entry of `key`, to be changed; made when there is none.
  template <class Key>
  V& Change(const Key& key) {
    auto found = slots_.find(key);
    if (found == slots_.end()) return *Make(key);
    Remember(found->first, found->second);
    return found->second.value;
  }

  // A new entry, to be filled in; null when there is one of `key`.
  template <class Key>
  V* Make(const Key& key) {
    const auto [made, is_new] = slots_.try_emplace(K(key));
    if (!is_new) return nullptr;
    before_.push_back({made->first, std::nullopt});
    made->second.changed_in = transaction_;
    return &made->second.value;
  }

  template <class Key>
  void Erase(const Key& key) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return;
    Remember(found->first, found->second);
    slots_.erase(found);
  }

  // An entry as it was committed once. It is no change.
  void Load(K key, V value) {
    slots_.insert_or_assign(std::move(key), Slot{std::move(value)});
  }
  // The same, of one that was deleted.
  template <class Key>
  void Unload(const Key& key) {
    slots_.erase(key);
  }

  // Calls visit(key, value) for each entry that changed since the last
  // Settle(); a null value: it was erased. One that was erased and made again
  // is visited twice.
  template <class Visit>
  void ForEachChanged(Visit visit) const {
    for (const auto& [key, before] : before_) visit(key, Find(key));
  }

  // What changed is committed.
  void Settle() {
    before_.clear();
    ++transaction_;
  }

  // Undoes what changed since the last Settle().
  void Rollback() {
    for (; !before_.empty(); before_.pop_back()) {
      auto& [key, value] = before_.back();
      if (value) {
        slots_.insert_or_assign(std::move(key), Slot{std::move(*value)});
      } else {
        slots_.erase(key);
      }
    }
  }

  [[nodiscard]] bool changed() const noexcept { return !before_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

  // Calls visit(key, value) for all, in no order.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const auto& [key, slot] : slots_) visit(key, slot.value);
  }

 private:
  struct Slot {
    V value{};
    std::uint32_t changed_in = 0;  // the transaction of its image in before_
  };

  void Remember(const K& key, Slot& slot) {
    if (slot.changed_in == transaction_) return;
    before_.push_back({key, slot.value});
    slot.changed_in = transaction_;
  }

  std::conditional_t<std::is_same_v<Hash, AlreadyHashed>, IdMap<Slot>,
                     absl::flat_hash_map<K, Slot, Hash, Equal>>
      slots_;
  // Keys and what they held, in the order of the changes; undone backwards.
  std::vector<std::pair<K, std::optional<V>>> before_;
  // The one that the next Settle() ends. Over after four billion of them.
  std::uint32_t transaction_ = 1;
};

}  // namespace ricochet
