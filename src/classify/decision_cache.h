#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "classify/evidence.h"
#include "classify/judge.h"

namespace ricochet {

// Remembers decisions by all of the evidence they were made from, so that the
// rules run once per kind of reply and not once per reply: masked texts repeat.
// Direct-mapped and bounded; the whole key is compared, so a hit is exactly
// what the rules would say. Owned by one worker. Does not allocate once its
// slots have seen texts as long as theirs.
class DecisionCache {
 public:
  static constexpr std::size_t kSlots = 4096;

  DecisionCache() : slots_(kSlots) {}

  // The decision on `evidence`, from the cache or from `decide`.
  template <class Decide>
  [[nodiscard]] const Decision& Find(const Evidence& evidence, Decide decide) {
    const auto hash = Hash(evidence);
    auto& slot = slots_[hash % kSlots];
    if (!slot.Holds(hash, evidence)) {
      slot.decision = decide(evidence);
      slot.Remember(hash, evidence);
    }
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

  [[nodiscard]] static std::uint64_t Hash(const Evidence& evidence) noexcept;

  std::vector<Slot> slots_;
};

}  // namespace ricochet
