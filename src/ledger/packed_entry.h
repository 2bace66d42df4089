#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "ledger/due_queue.h"
#include "ricochet/verdict.h"

namespace ricochet {

// Key and value of one entry in a single allocation behind a pointer: there
// are millions of them. Copying one allocates.
class PackedEntry {
 public:
  PackedEntry() = default;
  // `key` has at most 65,535 octets.
  PackedEntry(std::string_view key, std::string_view value, DueHour due,
              Reason reason = Reason::kNone)
      : bytes_(new char[sizeof(Head) + key.size() + value.size()]) {
    const Head head{.due = due,
                    .value_size = static_cast<std::uint32_t>(value.size()),
                    .key_size = static_cast<std::uint16_t>(key.size()),
                    .reason = reason};
    std::memcpy(bytes_.get(), &head, sizeof head);
    key.copy(bytes_.get() + sizeof head, key.size());
    value.copy(bytes_.get() + sizeof head + key.size(), value.size());
  }
  PackedEntry(const PackedEntry& other) {
    if (other.bytes_ != nullptr) {
      *this =
          PackedEntry(other.key(), other.value(), other.due(), other.reason());
    }
  }
  PackedEntry& operator=(const PackedEntry& other) {
    return *this = PackedEntry(other);
  }
  PackedEntry(PackedEntry&&) = default;
  PackedEntry& operator=(PackedEntry&&) = default;

  // The views die with the entry. Not of a default-constructed one.
  [[nodiscard]] std::string_view key() const noexcept {
    return {bytes_.get() + sizeof(Head), head().key_size};
  }
  [[nodiscard]] std::string_view value() const noexcept {
    return {bytes_.get() + sizeof(Head) + head().key_size, head().value_size};
  }
  // When it is to be looked at; the queue's registration that counts.
  [[nodiscard]] DueHour due() const noexcept { return head().due; }
  // What it was counted as; kNone: what is suppressed for no reason any more,
  // or is watched.
  [[nodiscard]] Reason reason() const noexcept { return head().reason; }

 private:
  struct Head {
    DueHour due;
    std::uint32_t value_size;
    std::uint16_t key_size;
    Reason reason;
  };
  [[nodiscard]] Head head() const noexcept {
    Head head;
    std::memcpy(&head, bytes_.get(), sizeof head);
    return head;
  }

  std::unique_ptr<char[]> bytes_;
};

}  // namespace ricochet
