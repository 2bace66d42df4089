#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "observe/collector.h"
#include "observe/metrics.h"
#include "ricochet/counts.h"

namespace ricochet {

// Collects series into the families of kMetrics. Used for one scrape.
class Families {
 public:
  using Labels = std::initializer_list<std::string_view>;

  Families();

  // Label values are in the order of the metric's labels.
  void Add(Metric metric, Labels labels, double value);
  // The same, unless it never counted.
  void AddCounted(Metric metric, Labels labels, std::uint64_t value);
  // `counts` has one more than `bounds`, and is not cumulative.
  void AddHistogram(Metric metric, Labels labels,
                    std::span<const double> bounds,
                    std::span<const std::uint64_t> counts, double sum);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Take() &&;

 private:
  prometheus::ClientMetric& Series(Metric metric, Labels labels);

  std::vector<prometheus::MetricFamily> families_;
};

// lines_total; part of AddCounts().
void AddLines(const Counts& counts, Families& families);
// What Counts' indices are called. There are kMaxProviders providers, and at
// most kMaxStreams streams.
struct LabelNames {
  std::span<const std::string> providers;
  std::span<const std::string> streams;
};
// The families that come from Counts.
void AddCounts(const Counts& counts, const LabelNames& labels,
               Families& families);
void AddSuppressionsActive(const ActiveSuppressions& active,
                           Families& families);
// The families that come from LabelledCounts.
void AddLabelled(const std::vector<const PublishedCounts*>& workers,
                 Families& families);
// The families that come from the stages' workers.
void AddStages(const std::vector<StageSample>& samples, Families& families);

}  // namespace ricochet
