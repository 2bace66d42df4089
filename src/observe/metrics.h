#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ricochet {

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };
inline constexpr std::array<std::string_view, 3> kMetricKindNames = {
    "counter", "gauge", "histogram"};

// Every metric that we export, and nothing else: /metrics, docs/metrics.md,
// alerts and dashboards go by this list. Labels have closed lists of values,
// or are bounded by the configuration (stage, topic, partition).
// X(enumerator, name without "ricochet_", kind, labels, help)
// clang-format off
#define RICOCHET_METRICS(X)                                                   \
  X(kLines, "lines_total", kCounter, "mta,fate,cause",                        \
    "Input lines by what became of them. Every line is counted once.")        \
  X(kAttempts, "attempts_total", kCounter, "mta,provider,outcome",            \
    "Delivery attempts: one try for one recipient.")                          \
  X(kOutcomes, "outcomes_total", kCounter, "stream,provider,kind",            \
    "Final outcomes: the one end of a message for a recipient. The first "    \
    "streams of the configuration; of all others as `other`.")                \
  X(kReports, "reports_total", kCounter, "mta,kind",                          \
    "Reports that came by mail after a delivery: DSNs and complaints.")       \
  X(kBounces, "bounces_total", kCounter, "provider,reason,kind",              \
    "Final failures by reason.")                                              \
  X(kDeferrals, "deferrals_total", kCounter, "provider,reason",               \
    "Deferred attempts by reason.")                                           \
  X(kSenderOutcomes, "sender_outcomes_total", kCounter,                       \
    "sender_domain,kind",                                                     \
    "Final outcomes by sender domain: of those that reached "                 \
    "`metrics.sender_threshold` first, at most `metrics.sender_domains` in "  \
    "each worker, until restart; of all others as `other`.")                  \
  X(kVerdicts, "verdicts_total", kCounter, "decided_by,authority",            \
    "Verdicts on replies, by what decided and whose words they were.")        \
  X(kDisagreements, "code_disagreements_total", kCounter, "provider",         \
    "Replies whose codes and text point to different classes.")               \
  X(kRuleHits, "rule_hits_total", kCounter, "rule",                           \
    "Replies that a rule decided, by its id.")                                \
  X(kLabelOverflow, "label_overflow_total", kCounter, "label",                \
    "Counts that are in `other` because a label had too many values; "        \
    "`template`: failed replies that the page does not show for the same "    \
    "reason.")                                                                \
  X(kSuppressions, "suppressions_total", kCounter, "action,reason,scope",     \
    "Entries of the suppression list that began, were released or expired "  \
    "(these without a reason).")                                              \
  X(kSuppressionFlaws, "suppression_flaws_total", kCounter, "cause",          \
    "Evidence, or conclusions from it, that are not in the suppression list " \
    "for another cause than policy.")                                         \
  X(kSuppressionsActive, "suppressions_active", kGauge, "reason,scope",       \
    "Suppressions in effect in this process's partitions. Of several reasons " \
    "of one, it is counted at the first of the list; without one, when its "  \
    "time is over and it is not told of yet.")                                \
  X(kBrakes, "brakes_total", kCounter, "provider",                            \
    "Times that a partition stopped suppressing for a provider; it goes on "  \
    "by itself when the hour of event time is over.")                         \
  X(kRateFlaws, "rate_flaws_total", kCounter, "cause",                        \
    "Counts that are not where they belong in the bounce rates.")             \
  X(kTimeToFinal, "time_to_final_seconds", kHistogram, "kind",                \
    "From a message's arrival to its final outcome.")                         \
  X(kCorrelationEntries, "correlation_entries", kGauge, "",                   \
    "Messages in flight that are remembered.")                                \
  X(kEvicted, "correlation_evicted_total", kCounter, "cause",                 \
    "Messages or recipients given up before their end.")                      \
  X(kSendersUnknown, "senders_unknown_total", kCounter, "",                   \
    "Events whose sender the log does not show.")                             \
  X(kUnkeyedHosts, "unkeyed_hosts", kGauge, "",                               \
    "Hosts whose lines came in several partitions of a topic within the last " \
    "10 minutes.")                                                            \
  X(kTimeClamped, "time_clamped_total", kCounter, "",                         \
    "Lines stamped more than 5 minutes ahead of their record.")               \
  X(kLag, "consumer_lag_records", kGauge, "stage,topic,partition",            \
    "Records in the partition that are not yet committed.")                   \
  X(kEventLag, "event_lag_seconds", kGauge, "stage,topic,partition",          \
    "Age of the newest record processed; 0 when none waits.")                 \
  X(kStateRecords, "state_records_total", kCounter, "stage,direction",        \
    "Records of the changelog: written, or read back (restored).")            \
  X(kGivenUp, "records_given_up_total", kCounter, "stage",                    \
    "Dead letters `rejected_by_broker`: Kafka refused what was made of a "    \
    "record.")                                                                \
  X(kOffsetsLost, "offsets_lost_total", kCounter, "stage,cause",              \
    "Partitions that could not be gone on with as their last owner left "     \
    "them: records deleted before they were read, or read again; offsets "    \
    "that another tool set.")                                                 \
  X(kBatch, "batch_seconds", kHistogram, "stage",                             \
    "Time to process one batch of records.")                                  \
  X(kTransactions, "transactions_total", kCounter, "stage,result",            \
    "Commits, or aborts after which the same records were processed again.")  \
  X(kRulesetInfo, "ruleset_info", kGauge, "hash",                             \
    "The rules in use; always 1.")                                            \
  X(kRulesetReloads, "ruleset_reloads_total", kCounter, "result",             \
    "Reads of changed rules: taken into use (ok), or refused (failed).")      \
  X(kBuildInfo, "build_info", kGauge, "version,compiler,librdkafka,re2",      \
    "The program and its libraries; always 1.")
// clang-format on

enum class Metric : std::uint8_t {
#define X(enumerator, name, kind, labels, help) enumerator,
  RICOCHET_METRICS(X)
#undef X
};

struct MetricInfo {
  std::string_view name;
  MetricKind kind;
  std::string_view labels;  // separated by commas
  std::string_view help;
};

inline constexpr auto kMetrics = std::to_array<MetricInfo>({
#define X(enumerator, name, kind, labels, help) \
  {"ricochet_" name, MetricKind::kind, labels, help},
    RICOCHET_METRICS(X)
#undef X
});

[[nodiscard]] constexpr const MetricInfo& Info(Metric metric) noexcept {
  return kMetrics[static_cast<std::size_t>(metric)];
}

// docs/metrics.md, made from the table; tests/observe/metrics_test.cc compares
// the file, and writes it anew when RICOCHET_UPDATE_DOCS is set.
[[nodiscard]] std::string MetricsMarkdown();

}  // namespace ricochet
