#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/result.h"
#include "ricochet/time.h"
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
  EventTime time = kNoTime;  // Kafka's own
};

// Which part of a topic is read.
struct TopicPart {
  std::optional<std::int32_t> partition;  // nothing: every one
  Offset begin = 0;                       // of each of them
};

// False: enough was seen.
using TopicVisitor = std::function<bool(TopicRecord&&)>;

// Shows `visit` each record from the beginning of the part to the end that each
// partition has when this is called, committed records only; those of several
// partitions in no order between them. For tests, the demo and operator
// commands; not for speed.
[[nodiscard]] Result<void> VisitTopic(const KafkaSettings& settings,
                                      const std::string& topic,
                                      std::chrono::milliseconds deadline,
                                      const TopicVisitor& visit,
                                      const TopicPart& part = {});

// The same, all of a topic in memory.
[[nodiscard]] Result<std::vector<TopicRecord>> ReadTopic(
    const KafkaSettings& settings, const std::string& topic,
    std::chrono::milliseconds deadline);

}  // namespace ricochet
