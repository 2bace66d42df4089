#include "observe/families.h"

#include <cassert>
#include <limits>
#include <utility>

namespace ricochet {
namespace {

constexpr prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

// Takes the first of a comma-separated list off it.
std::string_view TakeName(std::string_view& list) {
  const auto name = list.substr(0, list.find(','));
  list.remove_prefix(std::min(name.size() + 1, list.size()));
  return name;
}

}  // namespace

Families::Families() {
  families_.reserve(kMetrics.size());
  for (const MetricInfo& info : kMetrics) {
    prometheus::MetricFamily& family = families_.emplace_back();
    family.name = info.name;
    family.help = info.help;
    family.type = TypeOf(info.kind);
  }
}

prometheus::ClientMetric& Families::Series(Metric metric, Labels labels) {
  auto& family = families_[static_cast<std::size_t>(metric)];
  prometheus::ClientMetric& series = family.metric.emplace_back();
  std::string_view names = Info(metric).labels;
  for (const std::string_view value : labels) {
    series.label.push_back({std::string(TakeName(names)), std::string(value)});
  }
  assert(names.empty());
  return series;
}

void Families::Add(Metric metric, Labels labels, double value) {
  prometheus::ClientMetric& series = Series(metric, labels);
  if (Info(metric).kind == MetricKind::kCounter) {
    series.counter.value = value;
  } else {
    series.gauge.value = value;
  }
}

void Families::AddCounted(Metric metric, Labels labels, std::uint64_t value) {
  if (value > 0) Add(metric, labels, static_cast<double>(value));
}

void Families::AddHistogram(Metric metric, Labels labels,
                            std::span<const double> bounds,
                            std::span<const std::uint64_t> counts, double sum) {
  auto& histogram = Series(metric, labels).histogram;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    histogram.sample_count += counts[i];
    histogram.bucket.push_back({histogram.sample_count,
                                i < bounds.size()
                                    ? bounds[i]
                                    : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = sum;
}

std::vector<prometheus::MetricFamily> Families::Take() && {
  return std::move(families_);
}

}  // namespace ricochet
