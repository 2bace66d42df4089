#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "observe/counts_cells.h"
#include "observe/host_sightings.h"
#include "observe/labelled_counts.h"
#include "observe/recent_templates.h"
#include "observe/rule_hit_counts.h"
#include "ricochet/active_suppressions.h"
#include "ricochet/counts.h"

namespace ricochet {

// One worker's counters, as the scrape thread may read them at any time.
// The worker that owns it is the only writer: it adds with a relaxed load and
// store, which no other thread can disturb, so nothing locks (but `hosts` and
// `templates`, now and then). Readers see each number whole, but not all
// numbers of one moment. About 400 KB; on its own cache lines, so that no two
// workers share one.
class alignas(64) PublishedCounts {
 public:
  // How many sender domains get series of their own.
  explicit PublishedCounts(std::size_t sender_domains = 100)
      : sender_outcomes(sender_domains, kKindCount) {}
  PublishedCounts(const PublishedCounts&) = delete;
  PublishedCounts& operator=(const PublishedCounts&) = delete;

  // The owner, once a commit: adds what that transaction counted.
  void Add(const Counts& counts) noexcept;

  // Any thread: adds what is published to `sum`.
  void ReadInto(Counts& sum) const noexcept;

  // By kind; and by nothing else.
  LabelledCounts sender_outcomes;
  LabelledCounts rule_hits{RuleHitCounts::kMaxRules, 1};
  HostSightings hosts;
  RecentTemplates templates;

  // Gauges: messages that the worker's correlators hold, and suppressions in
  // effect in its partitions. Set by the owner, read by any thread.
  void SetCorrelationEntries(std::uint64_t n) noexcept {
    correlation_entries_.store(n, std::memory_order_relaxed);
  }
  void SetSuppressionsActive(const ActiveSuppressions& active) noexcept;
  // Final outcomes that a backfill did not tell the ledger, for their age.
  void AddEvidenceWithheld(std::uint64_t n) noexcept {
    evidence_withheld_.store(evidence_withheld() + n,
                             std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t evidence_withheld() const noexcept {
    return evidence_withheld_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t correlation_entries() const noexcept {
    return correlation_entries_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] ActiveSuppressions suppressions_active() const noexcept;

 private:
  // A double is kept by its bits.
  std::array<std::atomic<std::uint64_t>, kCountsCells> cells_{};
  std::atomic<std::uint64_t> correlation_entries_{0};
  // [scope][reason]
  std::array<std::array<std::atomic<std::uint32_t>, kReasonCount>,
             kSuppressionScopeNames.size()>
      suppressions_active_{};
  std::atomic<std::uint64_t> evidence_withheld_{0};
};

// Any thread: the hosts that any of these workers saw elsewhere than another.
[[nodiscard]] std::vector<UnkeyedHost> UnkeyedHosts(
    const std::vector<const PublishedCounts*>& workers, EventTime now);

}  // namespace ricochet
