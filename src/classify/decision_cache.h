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
// The whole key is compared, so a hit is exactly what the rules would say.
// Bounded: kSets sets of kWays slots. When a set is full, its oldest slot gives
// way, but only to what was asked for twice, so that replies of which each is
// the only one of its kind neither cost a copy nor displace others.
// Owned by one worker. Does not allocate once its slots have seen texts as long
// as theirs.
class DecisionCache {
 public:
  static constexpr std::size_t kSets = 4096;
  static constexpr std::size_t kWays = 4;

  DecisionCache() : sets_(kSets), slots_(kSets * kWays) {}

  // The decision on `evidence`, from the cache or from `decide`.
  template <class Decide>
  [[nodiscard]] Decision Find(const Evidence& evidence, Decide decide) {
    const auto hash = Hash(evidence);
    auto& set = sets_[hash % kSets];
    auto* slots = &slots_[hash % kSets * kWays];
    for (std::size_t i = 0; i < kWays; ++i) {
      if (set.hashes[i] == hash && slots[i].Holds(evidence)) {
        return slots[i].decision;
      }
    }
    const auto decision = decide(evidence);
    if (set.hashes[set.oldest] == 0 || set.newcomer == hash) {
      set.hashes[set.oldest] = hash;
      slots[set.oldest].Remember(evidence, decision);
      set.oldest = (set.oldest + 1) % kWays;
    } else {
      set.newcomer = hash;
    }
    return decision;
  }

 private:
  struct Slot {
    Evidence evidence;  // its text is a view of `text`
    std::string text;
    Decision decision;

    [[nodiscard]] bool Holds(const Evidence& other) const noexcept;
    void Remember(const Evidence& other, const Decision& made);
  };

  // Apart from the slots, so that a miss looks at one cache line.
  struct alignas(64) Set {
    std::array<std::uint64_t, kWays> hashes{};  // of the slots; 0: empty
    std::uint64_t newcomer = 0;                 // the last that found no place
    std::size_t oldest = 0;
  };

  [[nodiscard]] static std::uint64_t Hash(const Evidence& evidence) noexcept;

  std::vector<Set> sets_;
  std::vector<Slot> slots_;
};

}  // namespace ricochet
