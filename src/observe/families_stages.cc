#include <map>

#include "observe/families.h"

namespace ricochet {
namespace {

// Adds `from` to `into`. Bounds other than those of the first are a fault of
// the caller's; the counts that fit are added.
void Merge(const StageSample& from, StageSample& into) {
  into.committed += from.committed;
  into.aborted += from.aborted;
  into.state_written += from.state_written;
  into.state_restored += from.state_restored;
  into.given_up += from.given_up;
  for (std::size_t i = 0; i < from.offsets_lost.size(); ++i) {
    into.offsets_lost[i] += from.offsets_lost[i];
  }
  into.batch_seconds += from.batch_seconds;
  if (into.batch_counts.empty()) {
    into.batch_bounds = from.batch_bounds;
    into.batch_counts = from.batch_counts;
  } else {
    const auto n = std::min(into.batch_counts.size(), from.batch_counts.size());
    for (std::size_t i = 0; i < n; ++i) {
      into.batch_counts[i] += from.batch_counts[i];
    }
  }
  into.lags.insert(into.lags.end(), from.lags.begin(), from.lags.end());
}

void AddLags(const StageSample& sample, Families& families) {
  for (const StageSample::Lag& lag : sample.lags) {
    const std::string partition = std::to_string(lag.partition);
    families.Add(Metric::kLag, {sample.stage, lag.topic, partition},
                 static_cast<double>(lag.records));
    if (lag.event_seconds) {
      families.Add(Metric::kEventLag, {sample.stage, lag.topic, partition},
                   *lag.event_seconds);
    }
  }
}

}  // namespace

void AddStages(const std::vector<StageSample>& samples, Families& families) {
  std::map<std::string, StageSample> stages;
  for (const StageSample& sample : samples) {
    StageSample& sum = stages[sample.stage];
    sum.stage = sample.stage;
    Merge(sample, sum);
  }
  for (const auto& [name, sample] : stages) {
    families.Add(Metric::kTransactions, {name, "committed"},
                 static_cast<double>(sample.committed));
    families.Add(Metric::kTransactions, {name, "aborted"},
                 static_cast<double>(sample.aborted));
    families.Add(Metric::kStateRecords, {name, "written"},
                 static_cast<double>(sample.state_written));
    families.Add(Metric::kStateRecords, {name, "restored"},
                 static_cast<double>(sample.state_restored));
    families.Add(Metric::kGivenUp, {name},
                 static_cast<double>(sample.given_up));
    for (std::size_t i = 0; i < sample.offsets_lost.size(); ++i) {
      families.Add(Metric::kOffsetsLost,
                   {name, std::string(kOffsetLossNames[i])},
                   static_cast<double>(sample.offsets_lost[i]));
    }
    families.AddHistogram(Metric::kBatch, {name}, sample.batch_bounds,
                          sample.batch_counts, sample.batch_seconds);
    AddLags(sample, families);
  }
}

}  // namespace ricochet
