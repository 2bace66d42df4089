#include "observe/published_counts.h"

#include <bit>
#include <utility>

namespace ricochet {

void PublishedCounts::Add(const Counts& counts) noexcept {
  ForEachCountsCell(counts, [this]<class Cell>(const Cell& cell,
                                               std::size_t index) {
    if (cell == Cell{}) return;
    auto& mine = cells_[index];
    const auto old = std::bit_cast<Cell>(mine.load(std::memory_order_relaxed));
    mine.store(std::bit_cast<std::uint64_t>(old + cell),
               std::memory_order_relaxed);
  });
}

void PublishedCounts::ReadInto(Counts& sum) const noexcept {
  ForEachCountsCell(sum, [this]<class Cell>(Cell& cell, std::size_t index) {
    cell += std::bit_cast<Cell>(cells_[index].load(std::memory_order_relaxed));
  });
}

void PublishedCounts::SetSuppressionsActive(
    const ActiveSuppressions& active) noexcept {
  for (std::size_t s = 0; s < active.counts.size(); ++s) {
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      suppressions_active_[s][r].store(active.counts[s][r],
                                       std::memory_order_relaxed);
    }
  }
}

ActiveSuppressions PublishedCounts::suppressions_active() const noexcept {
  ActiveSuppressions active;
  for (std::size_t s = 0; s < active.counts.size(); ++s) {
    for (std::size_t r = 0; r < kReasonCount; ++r) {
      active.counts[s][r] =
          suppressions_active_[s][r].load(std::memory_order_relaxed);
    }
  }
  return active;
}

std::vector<UnkeyedHost> UnkeyedHosts(
    const std::vector<const PublishedCounts*>& workers, EventTime now) {
  std::vector<HostSighting> sightings;
  for (const PublishedCounts* const worker : workers) {
    worker->hosts.ReadInto(sightings, now);
  }
  return UnkeyedHosts(std::move(sightings));
}

}  // namespace ricochet
