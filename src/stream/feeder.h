#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/result.h"
#include "ricochet/time.h"
#include "stream/kafka_client.h"
#include "stream/transport.h"

namespace ricochet {

// A plain idempotent producer to any topic: what feeds a demo or a test, as a
// shipper would. Owned by one thread.
class PlainProducer {
 public:
  static Result<PlainProducer> Create(const KafkaSettings& settings);

  // Queues a record; waits for room. `partition` -1: by the key.
  Result<void> Send(const std::string& topic, std::string_view key,
                    std::string_view value, EventTime time = kNoTime,
                    std::int32_t partition = -1);
  // Waits until everything sent has been acknowledged or refused; fails when
  // any of it was refused.
  Result<void> Flush(std::chrono::milliseconds deadline);
  // How many partitions a topic has; fails when it does not exist.
  Result<int> Partitions(const std::string& topic,
                         std::chrono::milliseconds deadline);
  // How many records were refused so far.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  explicit PlainProducer(KafkaClient client);

  // Takes what librdkafka tells of records that were refused; waits for it.
  void HearOfRefusals(std::chrono::milliseconds wait);

  KafkaClient client_;
  KafkaQueue reports_;  // of client_
  std::uint64_t refused_ = 0;
  std::string first_refusal_;
};

// Looks at the offsets that a group has committed, without joining it.
class GroupOffsets {
 public:
  static Result<GroupOffsets> Create(const KafkaSettings& settings,
                                     const std::string& group);

  // By partition number, from 0; kNoOffset where nothing was committed. The
  // metadata is the stage's own; Partition::topic means nothing.
  Result<std::vector<CommittedOffset>> Committed(
      const std::string& topic, int partitions,
      std::chrono::milliseconds deadline);
  // How many the topic has.
  Result<int> Partitions(const std::string& topic,
                         std::chrono::milliseconds deadline);
  // The offsets that each partition's log has; the end is that of what is
  // committed.
  Result<std::vector<OffsetRange>> Ranges(const std::string& topic,
                                          int partitions,
                                          std::chrono::milliseconds deadline);
  // Records in the topic that the group has not committed.
  Result<std::int64_t> Lag(const std::string& topic, int partitions,
                           std::chrono::milliseconds deadline);

 private:
  explicit GroupOffsets(KafkaClient client) : client_(std::move(client)) {}

  KafkaClient client_;
};

}  // namespace ricochet
