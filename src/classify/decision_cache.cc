#include "classify/decision_cache.h"

#include <xxhash.h>

#include <cstddef>

namespace ricochet {

bool DecisionCache::Slot::Holds(const Evidence& other) const noexcept {
  return evidence.provider == other.provider &&
         evidence.authority == other.authority &&
         evidence.command == other.command &&
         evidence.reply_code == other.reply_code &&
         evidence.status == other.status && text == other.text;
}

void DecisionCache::Slot::Remember(const Evidence& other,
                                   const Decision& made) {
  text.assign(other.text);
  evidence = other;
  evidence.text = text;
  decision = made;
}

std::uint64_t DecisionCache::Hash(const Evidence& evidence) noexcept {
  const auto hash =
      XXH3_64bits_withSeed(evidence.text.data(), evidence.text.size(),
                           (std::uint64_t{evidence.reply_code} << 16) |
                               (std::uint64_t{evidence.provider} << 8) |
                               static_cast<std::uint64_t>(evidence.command));
  return hash == 0 ? 1 : hash;
}

}  // namespace ricochet
