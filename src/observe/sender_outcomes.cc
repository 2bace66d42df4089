#include "observe/sender_outcomes.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

namespace ricochet {

void SenderOutcomes::Add(std::string_view domain, const Kinds& outcomes) {
  Kinds& sum = pending_.try_emplace(std::string(domain), Kinds{}).first->second;
  for (std::size_t k = 0; k < kKindCount; ++k) sum[k] += outcomes[k];
}

void SenderOutcomes::Commit() {
  for (const auto& [domain, kinds] : pending_) {
    const auto all =
        std::accumulate(kinds.begin(), kinds.end(), std::uint64_t{0});
    if (all == 0) continue;
    const auto row = RowOf(domain, all);
    for (std::size_t k = 0; k < kKindCount; ++k) {
      if (kinds[k] != 0) published_.Add(row, k, kinds[k]);
    }
  }
  pending_.clear();
}

std::size_t SenderOutcomes::RowOf(const std::string& domain,
                                  std::uint64_t outcomes) {
  if (const auto row = published_.Find(domain); row != LabelledCounts::kOther) {
    return row;
  }
  const auto had = candidates_.find(domain);
  const auto has = (had == candidates_.end() ? 0 : had->second) + outcomes;
  if (has >= threshold_) {
    const auto row = published_.FindOrAdd(domain);
    if (row != LabelledCounts::kOther) {
      candidates_.erase(domain);
      return row;
    }
    published_.AddOverflow(outcomes);
  }
  if (had == candidates_.end() && candidates_.size() >= kMaxCandidates) {
    PurgeCandidates();
  }
  candidates_[domain] = has;
  return LabelledCounts::kOther;
}

void SenderOutcomes::PurgeCandidates() {
  std::vector<std::uint64_t> counts;
  counts.reserve(candidates_.size());
  for (const auto& [domain, count] : candidates_) counts.push_back(count);
  const auto middle = counts.begin() + std::ssize(counts) / 2;
  std::ranges::nth_element(counts, middle);
  absl::erase_if(candidates_, [median = *middle](auto& candidate) {
    candidate.second -= std::min(candidate.second, median);
    return candidate.second == 0;
  });
}

}  // namespace ricochet
