#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "classify/evidence.h"
#include "classify/judge.h"

namespace ricochet {

// Remembers decisions by all of the evidence they were made from, so that the
// rules run once per kind of reply and not once per reply: masked texts repeat.
// Bounded: kSets sets of kWays slots, of which the oldest gives way. The whole
// key is compared, so a hit is exactly what the rules would say. Owned by one
// worker. Does not allocate once its slots have seen texts as long as theirs.
class DecisionCache {
 public:
  static constexpr std::size_t kSets = 4096;
  static constexpr std::size_t kWays = 4;

  DecisionCache() : sets_(kSets) {}

  // The decision on `evidence`, from the cache or from `decide`.
  template <class Decide>
  [[nodiscard]] const Decision& Find(const Evidence& evidence, Decide decide) {
    const auto hash = Hash(evidence);
    auto& set = sets_[hash % kSets];
    for (auto& slot : set.slots) {
      if (slot.Holds(hash, evidence)) return slot.decision;
    }
    auto& slot = set.slots[set.oldest];
    set.oldest = (set.oldest + 1) % kWays;
    slot.decision = decide(evidence);
    slot.Remember(hash, evidence);
    return slot.decision;
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;  // 0: empty
    Evidence evidence;       // its text is a view of `text`
    std::string text;
    Decision decision;

    [[nodiscard]] bool Holds(std::uint64_t other_hash,
                             const Evidence& other) const noexcept;
    void Remember(std::uint64_t new_hash, const Evidence& other);
  };

  struct Set {
    std::array<Slot, kWays> slots;
    std::size_t oldest = 0;
  };

  [[nodiscard]] static std::uint64_t Hash(const Evidence& evidence) noexcept;

  std::vector<Set> sets_;
};

}  // namespace ricochet
