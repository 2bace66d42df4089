#include "observe/collector.h"

#include <prometheus/text_serializer.h>

#include <memory>
#include <utility>
#include <vector>

#include "observe/families.h"
#include "observe/metrics.h"
#include "ricochet/wall_clock.h"

namespace ricochet {

Collector::Collector(MetricSources sources) : sources_(std::move(sources)) {
  auto& providers = sources_.providers;
  if (providers.empty()) providers.emplace_back("other");
  while (providers.size() < kMaxProviders) {
    providers.push_back("provider_" + std::to_string(providers.size()));
  }
  if (sources_.streams.empty()) sources_.streams.emplace_back("default");
}

std::vector<prometheus::MetricFamily> Collector::Collect() const {
  const auto counts = std::make_unique<Counts>();  // too large for a stack
  std::uint64_t entries = 0;
  ActiveSuppressions suppressions;
  for (const PublishedCounts* const worker : sources_.workers) {
    worker->ReadInto(*counts);
    entries += worker->correlation_entries();
    suppressions += worker->suppressions_active();
  }
  Families families;
  if (sources_.lines_only) {
    AddLines(*counts, families);
    auto lines = std::move(families).Take();
    std::erase_if(lines,
                  [](const auto& family) { return family.metric.empty(); });
    return lines;
  }
  AddCounts(*counts, {sources_.providers, sources_.streams}, families);
  AddLabelled(sources_.workers, families);
  families.Add(Metric::kCorrelationEntries, {}, static_cast<double>(entries));
  AddSuppressionsActive(suppressions, families);
  const auto unkeyed = UnkeyedHosts(sources_.workers, SystemNow());
  families.Add(Metric::kUnkeyedHosts, {}, static_cast<double>(unkeyed.size()));
  if (sources_.stages) AddStages(sources_.stages(), families);
  if (sources_.ruleset_hash) {
    families.Add(Metric::kRulesetInfo, {sources_.ruleset_hash()}, 1);
  }
  if (sources_.ruleset_reloads) {
    const auto [ok, failed] = sources_.ruleset_reloads();
    families.Add(Metric::kRulesetReloads, {"ok"}, static_cast<double>(ok));
    families.Add(Metric::kRulesetReloads, {"failed"},
                 static_cast<double>(failed));
  }
  const BuildInfo& build = sources_.build;
  families.Add(Metric::kBuildInfo,
               {build.version, build.compiler, build.librdkafka, build.re2}, 1);
  return std::move(families).Take();
}

std::string MetricsText(const prometheus::Collectable& source) {
  return prometheus::TextSerializer().Serialize(source.Collect());
}

}  // namespace ricochet
