#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/due_queue.h"
#include "ricochet/result.h"
#include "ricochet/stage.h"
#include "ricochet/table.h"
#include "ricochet/time.h"

namespace ricochet {

// The latest delivery to keys against which nothing is known, so that evidence
// that is older and comes later does not count either. A key is its hash: two
// of the same would share a delivery, once in 10^7 lists of a million.
// Owned by one Suppressor. When it is full, new ones are not remembered, and
// counted; after `memory` of event time they are forgotten.
class Deliveries {
 public:
  Deliveries(std::size_t capacity, std::chrono::hours memory)
      : capacity_(capacity), memory_(memory) {}

  // `now` as of Forget(): what would be forgotten is not remembered. Most keys
  // are in no cache, so a note waits for some others while its place is
  // fetched.
  void Note(std::uint64_t key, EventTime time, EventTime now);
  // Removes it; kNoTime: there is none.
  EventTime Take(std::uint64_t key);
  void Forget(EventTime now);

  // Changelog keys begin with 'v', and are nine octets.
  void Commit(StateWriter& out);
  void Settle();
  void Rollback();
  Result<void> Load(std::string_view key, std::string_view value);
  void Unload(std::string_view key);

  [[nodiscard]] std::size_t size() const noexcept {
    return table_.size() + waiting_count_;
  }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Noted {
    std::uint64_t key = 0;
    EventTime time = kNoTime;
  };

  [[nodiscard]] Noted& Waiting(std::size_t i) noexcept {
    return waiting_[(first_waiting_ + i) % waiting_.size()];
  }
  void Store(const Noted& noted);
  void StoreWaiting();

  const std::size_t capacity_;
  const std::chrono::hours memory_;
  Table<std::uint64_t, EventTime, AlreadyHashed> table_;
  std::array<Noted, 16> waiting_;  // for their places: a ring
  std::size_t first_waiting_ = 0;
  std::size_t waiting_count_ = 0;
  DueQueue due_;
  std::uint64_t refused_ = 0;
};

}  // namespace ricochet
