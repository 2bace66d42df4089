#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/result.h"
#include "stream/kafka_client.h"

namespace ricochet {

// A record read from a topic; owns its bytes.
struct TopicRecord {
  std::int32_t partition = 0;
  Offset offset = 0;
  std::string key;
  std::string value;
  bool tombstone = false;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Reads whole topics from their first record to the end that they have when it
// begins, committed records only. For tests, the demo and operator commands;
// not for speed.
[[nodiscard]] Result<std::vector<TopicRecord>> ReadTopic(
    const KafkaSettings& settings, const std::string& topic,
    std::chrono::milliseconds deadline);

}  // namespace ricochet
