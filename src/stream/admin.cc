#include "stream/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "stream/kafka_client.h"
#include "stream/kafka_handles.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

int Left(Clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

tl::unexpected<Error> Failure(std::string_view doing, rd_kafka_resp_err_t code,
                              const char* reason = nullptr) {
  return Fail(ErrorCode::kKafka,
              fmt::format("{}: {}", doing,
                          reason != nullptr ? reason : rd_kafka_err2str(code)));
}

// Existence and partitions, from the cluster's metadata. Asks for everything:
// asking for a topic by name could create it.
Result<void> ReadMetadata(rd_kafka_t* client, Clock::time_point end,
                          std::vector<TopicStatus>& topics) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, Left(end));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failure("asking the brokers for their topics", code);
  }
  const KafkaHandle<const rd_kafka_metadata_t> metadata(raw);
  for (auto& topic : topics) {
    for (int i = 0; i < metadata->topic_cnt; ++i) {
      const auto& found = metadata->topics[i];
      if (topic.name != found.topic || found.partition_cnt == 0) continue;
      topic.exists = true;
      topic.partitions = found.partition_cnt;
    }
  }
  return {};
}

void TakeConfig(const rd_kafka_ConfigResource_t* resource,
                std::vector<TopicStatus>& topics) {
  if (rd_kafka_ConfigResource_error(resource) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  std::size_t count = 0;
  const auto* entries = rd_kafka_ConfigResource_configs(resource, &count);
  const std::string_view name = rd_kafka_ConfigResource_name(resource);
  const auto topic = std::ranges::find(topics, name, &TopicStatus::name);
  if (topic == topics.end()) return;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value == nullptr) continue;
    topic->config[rd_kafka_ConfigEntry_name(entries[i])] = value;
  }
}

// The topics' configuration. What the broker does not tell (no permission, the
// in-process broker) stays unknown.
void ReadConfigs(rd_kafka_t* client, Clock::time_point end,
                 std::vector<TopicStatus>& topics) {
  std::vector<KafkaHandle<rd_kafka_ConfigResource_t>> resources;
  std::vector<rd_kafka_ConfigResource_t*> pointers;
  for (const auto& topic : topics) {
    if (!topic.exists) continue;
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                                       topic.name.c_str()));
    pointers.push_back(resources.back().get());
  }
  if (pointers.empty()) return;
  const KafkaQueue queue(rd_kafka_queue_new(client));
  const KafkaHandle<rd_kafka_AdminOptions_t> options(
      rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), Left(end),
                                            reason.data(), reason.size());
  rd_kafka_DescribeConfigs(client, pointers.data(), pointers.size(),
                           options.get(), queue.get());
  const KafkaEvent event(rd_kafka_queue_poll(queue.get(), Left(end)));
  if (!event || rd_kafka_event_error(event.get()) != 0) return;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event.get());
  if (result == nullptr) return;
  std::size_t count = 0;
  const auto** found =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (std::size_t i = 0; i < count; ++i) TakeConfig(found[i], topics);
}

using NewTopic = KafkaHandle<rd_kafka_NewTopic_t>;

Result<NewTopic> ToNewTopic(const TopicSpec& spec) {
  std::array<char, 256> reason{};
  NewTopic topic(rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions,
                                       spec.replication, reason.data(),
                                       reason.size()));
  if (!topic) {
    return Fail(ErrorCode::kConfig,
                fmt::format("topic {}: {}", spec.name, reason.data()));
  }
  if (spec.compacted) {
    rd_kafka_NewTopic_set_config(topic.get(), "cleanup.policy", "compact");
  }
  for (const auto& [name, value] : spec.config) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  return topic;
}

Result<void> Create(rd_kafka_t* client, std::vector<NewTopic> topics,
                    Clock::time_point end) {
  std::vector<rd_kafka_NewTopic_t*> pointers;
  for (const auto& topic : topics) pointers.push_back(topic.get());
  const KafkaQueue queue(rd_kafka_queue_new(client));
  const KafkaHandle<rd_kafka_AdminOptions_t> options(
      rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), Left(end),
                                            reason.data(), reason.size());
  rd_kafka_CreateTopics(client, pointers.data(), pointers.size(), options.get(),
                        queue.get());
  const KafkaEvent event(rd_kafka_queue_poll(queue.get(), Left(end)));
  if (!event) {
    return Failure("creating topics", RD_KAFKA_RESP_ERR__TIMED_OUT);
  }
  if (const auto code = rd_kafka_event_error(event.get()); code != 0) {
    return Failure("creating topics", code,
                   rd_kafka_event_error_string(event.get()));
  }
  std::size_t count = 0;
  const auto** results = rd_kafka_CreateTopics_result_topics(
      rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR ||
        code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    return Failure(fmt::format("creating topic {}",
                               rd_kafka_topic_result_name(results[i])),
                   code, rd_kafka_topic_result_error_string(results[i]));
  }
  return {};
}

std::vector<TopicStatus> Unknown(const std::vector<TopicSpec>& specs) {
  std::vector<TopicStatus> topics;
  for (const auto& spec : specs) {
    topics.push_back({.name = spec.name});
  }
  return topics;
}

// Of a setting; 0 if it is none.
double NumberOf(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

bool AllExist(const std::vector<TopicStatus>& topics) {
  for (const auto& topic : topics) {
    if (!topic.exists) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<TopicStatus>> DescribeTopics(
    const KafkaSettings& settings, const std::vector<TopicSpec>& specs,
    std::chrono::milliseconds deadline) {
  const auto client = KafkaClient::Create(RD_KAFKA_PRODUCER, settings, {});
  if (!client) return Fail(client.error());
  const auto end = Clock::now() + deadline;
  auto topics = Unknown(specs);
  if (auto read = ReadMetadata(client->get(), end, topics); !read) {
    return Fail(std::move(read.error()));
  }
  ReadConfigs(client->get(), end, topics);
  return topics;
}

Result<std::vector<CreatedTopic>> CreateTopics(
    const KafkaSettings& settings, const std::vector<TopicSpec>& specs,
    std::chrono::milliseconds deadline) {
  const auto client = KafkaClient::Create(RD_KAFKA_PRODUCER, settings, {});
  if (!client) return Fail(client.error());
  const auto end = Clock::now() + deadline;
  auto topics = Unknown(specs);
  if (auto read = ReadMetadata(client->get(), end, topics); !read) {
    return Fail(std::move(read.error()));
  }
  std::vector<CreatedTopic> created;
  std::vector<NewTopic> missing;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    created.push_back({specs[i].name, !topics[i].exists});
    if (topics[i].exists) continue;
    auto topic = ToNewTopic(specs[i]);
    if (!topic) return Fail(std::move(topic.error()));
    missing.push_back(std::move(*topic));
  }
  if (missing.empty()) return created;
  if (auto done = Create(client->get(), std::move(missing), end); !done) {
    return Fail(std::move(done.error()));
  }
  // Brokers learn of new topics one after the other.
  while (!AllExist(topics) && Clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (auto read = ReadMetadata(client->get(), end, topics); !read) {
      return Fail(std::move(read.error()));
    }
  }
  return created;
}

std::string TopicProblem(const TopicSpec& spec, const TopicStatus& status) {
  if (!status.exists) return fmt::format("topic {} does not exist", spec.name);
  const auto policy = status.config.find("cleanup.policy");
  if (policy == status.config.end()) return {};
  const bool compacts = policy->second.find("compact") != std::string::npos;
  const bool deletes = policy->second.find("delete") != std::string::npos;
  if (spec.compacted && !compacts) {
    return fmt::format("topic {} is not compacted: set cleanup.policy=compact",
                       spec.name);
  }
  if (spec.compacted && deletes) {
    return fmt::format(
        "topic {} would lose what is still in force by its retention: set "
        "cleanup.policy=compact, without delete",
        spec.name);
  }
  if (!spec.compacted && compacts) {
    return fmt::format(
        "topic {} is compacted and would lose records: set "
        "cleanup.policy=delete",
        spec.name);
  }
  return {};
}

std::string TopicAdvice(const TopicSpec& spec, const TopicStatus& status) {
  if (!spec.compacted) return {};
  std::string settings;
  for (const auto& [name, wanted] : spec.config) {
    const auto found = status.config.find(name);
    if (found == status.config.end()) continue;
    if (NumberOf(found->second) <= NumberOf(wanted)) continue;
    settings +=
        fmt::format("{}{}={} instead of {}", settings.empty() ? "" : ", ", name,
                    found->second, wanted);
  }
  if (settings.empty()) return {};
  return fmt::format("topic {} has {}: restores read more than they must",
                     spec.name, settings);
}

}  // namespace ricochet
