#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ricochet/result.h"
#include "stream/kafka_config.h"

namespace ricochet {

struct TopicSpec {
  std::string name;
  int partitions = 1;
  bool compacted = false;  // cleanup.policy=compact
  std::vector<std::pair<std::string, std::string>> config;
  int replication = -1;  // -1: the broker's default
};

struct TopicStatus {
  std::string name;
  bool exists = false;
  int partitions = 0;
  // By name, as the broker told; empty: it did not.
  std::map<std::string, std::string, std::less<>> config;
};

// How each topic of `specs` is, in that order. Waits up to `deadline`.
[[nodiscard]] Result<std::vector<TopicStatus>> DescribeTopics(
    const KafkaSettings& settings, const std::vector<TopicSpec>& specs,
    std::chrono::milliseconds deadline);

struct CreatedTopic {
  std::string name;
  bool created = false;  // false: it was there already
};

// Creates what does not exist; leaves what does as it is. Returns when the
// brokers know the new topics.
[[nodiscard]] Result<std::vector<CreatedTopic>> CreateTopics(
    const KafkaSettings& settings, const std::vector<TopicSpec>& specs,
    std::chrono::milliseconds deadline);

// What is wrong with `status` for somebody who wants `spec`, as a sentence;
// empty when nothing is.
[[nodiscard]] std::string TopicProblem(const TopicSpec& spec,
                                       const TopicStatus& status);

// What of `status` is worse than `spec` asks for, though it works, as a
// sentence that names each setting; empty when nothing is. Only changelogs ask
// for anything: the later they are compacted, the longer a restore takes.
[[nodiscard]] std::string TopicAdvice(const TopicSpec& spec,
                                      const TopicStatus& status);

}  // namespace ricochet
