#include "observe/rule_hit_counts.h"

#include <utility>

namespace ricochet {

void RuleHitCounts::Commit() {
  for (auto& [address, hits] : hits_) {
    const auto n = std::exchange(hits.pending, 0);
    if (n == 0) continue;
    const auto row = published_.FindOrAdd(hits.rule);
    if (row == LabelledCounts::kOther) published_.AddOverflow(n);
    published_.Add(row, 0, n);
  }
}

void RuleHitCounts::Clear() {
  for (auto& [address, hits] : hits_) hits.pending = 0;
}

}  // namespace ricochet
