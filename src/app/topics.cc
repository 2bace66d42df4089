#include "app/topics.h"

#include <fmt/format.h>

#include <chrono>

namespace ricochet {
namespace {

constexpr std::chrono::seconds kDeadline{15};
// 400 days: longer than what rules/policy.toml suppresses for.
constexpr auto kHistoryMillis = "34560000000";

// Of a changelog: compacted often and in small segments, since a restore reads
// what is not compacted yet as well.
TopicSpec Changelog(const std::string& name, int partitions, int replication) {
  return {.name = name,
          .partitions = partitions,
          .compacted = true,
          .config = {{"segment.bytes", "67108864"},
                     {"segment.ms", "3600000"},
                     {"min.cleanable.dirty.ratio", "0.1"},
                     {"delete.retention.ms", "86400000"}},
          .replication = replication};
}

}  // namespace

KafkaSettings KafkaSettingsOf(const Config& config) {
  KafkaSettings settings{.brokers = config.kafka.brokers};
  for (const auto& [name, value] : config.kafka.properties) {
    settings.properties.emplace_back(name, value);
  }
  return settings;
}

std::string GroupOf(const Config& config, std::string_view stage) {
  const std::string& backfill = config.backfill.name;
  return fmt::format("{}{}{}{}", config.kafka.group_prefix, stage,
                     backfill.empty() ? "" : ".", backfill);
}

std::vector<TopicSpec> TopicsOf(const Config& config) {
  const Config::Topics& topics = config.topics;
  const int replication = topics.replication == 0 ? -1 : topics.replication;
  const auto spec = [&](const std::string& name, int partitions,
                        bool compacted) {
    return TopicSpec{.name = name,
                     .partitions = partitions,
                     .compacted = compacted,
                     .replication = replication};
  };
  std::vector<TopicSpec> specs;
  for (const std::string& name : topics.logs) {
    specs.push_back(spec(name, topics.partitions, false));
  }
  specs.push_back(spec(topics.delivery_events, topics.partitions, false));
  specs.push_back(spec(topics.dead_letters, topics.partitions, false));
  specs.push_back(spec(topics.evidence, topics.evidence_partitions, false));
  specs.push_back(spec(topics.suppressions, topics.partitions, true));
  specs.push_back(spec(topics.suppression_history, topics.partitions, false));
  specs.back().config = {{"retention.ms", kHistoryMillis}};
  specs.push_back(spec(topics.bounce_rates, topics.partitions, false));
  specs.push_back(
      Changelog(topics.attempts_state, topics.state_partitions, replication));
  specs.push_back(
      Changelog(topics.ledger_state, topics.evidence_partitions, replication));
  return specs;
}

std::array<std::string, kTopics> OutputTopicsOf(const Config& config,
                                                std::string_view stage) {
  std::array<std::string, kTopics> names;
  const auto set = [&](Topic topic, const std::string& name) {
    names[static_cast<std::size_t>(topic)] = name;
  };
  set(Topic::kDeliveryEvents, config.topics.delivery_events);
  set(Topic::kDeadLetters, config.topics.dead_letters);
  set(Topic::kEvidence, config.backfill.name.empty()
                            ? config.topics.evidence
                            : config.backfill.live_evidence);
  set(Topic::kCounts, config.topics.evidence);
  set(Topic::kSuppressions, config.topics.suppressions);
  set(Topic::kSuppressionHistory, config.topics.suppression_history);
  set(Topic::kBounceRates, config.topics.bounce_rates);
  set(Topic::kState, stage == "ledger" ? config.topics.ledger_state
                                       : config.topics.attempts_state);
  return names;
}

Result<std::vector<std::string>> CheckTopics(const Config& config) {
  const std::vector<TopicSpec> specs = TopicsOf(config);
  const auto status = DescribeTopics(KafkaSettingsOf(config), specs, kDeadline);
  if (!status) return tl::unexpected(status.error());
  std::string problems;
  std::vector<std::string> advice;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    // More or fewer partitions than a new topic would get are the operator's
    // choice.
    TopicSpec wanted = specs[i];
    wanted.partitions = (*status)[i].exists ? (*status)[i].partitions : 1;
    const std::string problem = TopicProblem(wanted, (*status)[i]);
    if (!problem.empty()) problems += (problems.empty() ? "" : "; ") + problem;
    std::string better = TopicAdvice(wanted, (*status)[i]);
    if (!better.empty()) advice.push_back(std::move(better));
  }
  if (problems.empty()) return advice;
  return Fail(ErrorCode::kConfig,
              problems + ". 'ricochet topics create' makes what is missing");
}

}  // namespace ricochet
