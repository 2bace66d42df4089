#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "report/tally.h"
#include "ricochet/prefetch.h"
#include "ricochet/text_hash.h"

namespace ricochet {

// The most frequent reason of a sequence, exact when it makes up more than
// half of it (Boyer and Moore's vote); in five bytes.
struct MajorityReason {
  Reason reason = Reason::kNone;
  std::uint32_t lead = 0;

  void Vote(Reason vote) noexcept {
    if (lead == 0) reason = vote;
    lead += vote == reason ? 1U : ~0U;
  }
};

// What is counted of one domain. Its name and its numbers are one pair of cache
// lines, since most domains of a large log are in none.
struct alignas(64) DomainEntry {
  static constexpr std::size_t kInline = 48;

  DomainEntry() = default;
  DomainEntry(const DomainEntry&) = delete;
  DomainEntry& operator=(const DomainEntry&) = delete;

  std::string_view domain;  // lower case; points to `name` when that holds it
  std::array<char, kInline> name{};
  SmallTally tally;
  MajorityReason failure;  // of failed outcomes
};
static_assert(sizeof(DomainEntry) == 128);

// Numbers by domain; at most `limit` domains, all later ones counted in one
// entry. Domains are compared without case. One thread.
class DomainTable {
 public:
  explicit DomainTable(std::size_t limit) : limit_(limit), slots_(kSlots) {}
  DomainTable(const DomainTable&) = delete;
  DomainTable& operator=(const DomainTable&) = delete;

  // The entry of `domain`; stays where it is. No allocation for a domain that
  // is known.
  [[nodiscard]] DomainEntry& Find(std::string_view domain) {
    return Find(domain, TextHash()(domain));
  }
  // Find() in three steps, between which there is other work to be done: each
  // begins to fetch what the next will look at. The first returns the domain's
  // hash.
  [[nodiscard]] std::uint64_t FetchSlot(
      std::string_view domain) const noexcept {
    const std::uint64_t hash = TextHash()(domain);
    Prefetch(&At(hash));
    return hash;
  }
  void FetchEntry(std::uint64_t hash) const noexcept {
    std::size_t i = hash;
    while (At(i).entry != nullptr && At(i).hash != hash) ++i;
    const DomainEntry* entry = At(i).entry;
    if (entry == nullptr) return;
    Prefetch(entry);
    PrefetchToWrite(&entry->tally);
  }
  [[nodiscard]] DomainEntry& Find(std::string_view domain, std::uint64_t hash) {
    DomainEntry* entry = Search(domain, hash);
    return entry != nullptr ? *entry : FindFolded(domain);
  }

  [[nodiscard]] const std::deque<DomainEntry>& entries() const noexcept {
    return entries_;
  }
  // Of the domains beyond the limit; its domain is empty.
  [[nodiscard]] const DomainEntry& others() const noexcept { return others_; }

 private:
  static constexpr std::size_t kSlots =
      1024;  // to begin with; at most half full

  // An open-addressed hash table: the slot of a domain is the first with its
  // hash, from where the hash points to, before an empty one.
  struct Slot {
    std::uint64_t hash = 0;
    DomainEntry* entry = nullptr;
  };

  // Slots are counted round and round.
  [[nodiscard]] const Slot& At(std::size_t i) const noexcept {
    return slots_[i & (slots_.size() - 1)];
  }
  [[nodiscard]] DomainEntry* Search(std::string_view domain,
                                    std::uint64_t hash) const noexcept {
    for (std::size_t i = hash;; ++i) {
      const Slot& slot = At(i);
      if (slot.entry == nullptr) return nullptr;
      if (slot.hash == hash && slot.entry->domain == domain) return slot.entry;
    }
  }
  DomainEntry& FindFolded(std::string_view domain);
  DomainEntry& Make(std::string_view domain, std::uint64_t hash);
  void Put(Slot slot) noexcept;
  void Grow();

  std::size_t limit_;
  std::deque<DomainEntry> entries_;  // its elements do not move
  std::deque<std::string> long_names_;
  std::vector<Slot> slots_;  // a power of two of them
  DomainEntry others_;
};

// What follows the last "@"; "(none)" when nothing does.
[[nodiscard]] std::string_view DomainOf(std::string_view address) noexcept;

}  // namespace ricochet
