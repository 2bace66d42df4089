#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "observe/published_counts.h"
#include "ricochet/offset_loss.h"

namespace ricochet {

// What one worker of a stage tells about itself when asked. Samples of the
// same stage are added up.
struct StageSample {
  struct Lag {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t records = 0;
    // Age of the newest one processed; 0 when none waits.
    std::optional<double> event_seconds;
  };

  std::string stage;
  std::uint64_t committed = 0;  // transactions
  std::uint64_t aborted = 0;
  std::uint64_t state_written = 0;  // records of the changelog
  std::uint64_t state_restored = 0;
  std::uint64_t given_up = 0;  // records
  // Partitions, by kOffsetLossNames.
  std::array<std::uint64_t, kOffsetLossNames.size()> offsets_lost{};
  // batch_seconds: upper bounds, ascending, the same for all samples of the
  // stage; counts has one more, for what is above the last. Not cumulative.
  std::vector<double> batch_bounds;
  std::vector<std::uint64_t> batch_counts;
  double batch_seconds = 0;  // the sum
  std::vector<Lag> lags;
};

struct BuildInfo {
  std::string version;
  std::string compiler;
  std::string librdkafka;
  std::string re2;
};

// Where the numbers come from. Set before the Collector is made; what is
// pointed to, and what the functions use, must outlive it. The functions are
// called on the scrape thread and must not throw. Empty ones give nothing.
struct MetricSources {
  std::vector<const PublishedCounts*> workers;
  std::function<std::vector<StageSample>()> stages;
  std::function<std::string()> ruleset_hash;
  std::function<std::array<std::uint64_t, 2>()> ruleset_reloads;  // ok, failed
  std::vector<std::string> providers;  // names by ProviderId
  std::vector<std::string> streams;    // names by number, kMaxStreams at most
  BuildInfo build;
  // Nothing but lines_total: what is read is old, and no dashboard of today's
  // mail is to show it.
  bool lines_only = false;
};

// Sums all sources when Prometheus asks. Immutable, so any thread may
// Collect().
//
// Series that never counted are left out, or there would be 20,000. But a row
// of a closed list is whole, zeros included, as soon as one of it counted, so
// that ratios have their denominators and rate() sees a first increment:
// outcomes_total by kind, the dead letters of an MTA, evictions, transactions.
class Collector : public prometheus::Collectable {
 public:
  explicit Collector(MetricSources sources);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  MetricSources sources_;
};

// What /metrics answers: the text exposition format, version 0.0.4.
[[nodiscard]] std::string MetricsText(const prometheus::Collectable& source);

}  // namespace ricochet
