#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stream/call_deadline.h"
#include "stream/kafka_client.h"
#include "stream/transport.h"

namespace ricochet {

// How many partitions topics have. Asks about all topics: asking for one by
// name could create it. Fails when one does not exist.
[[nodiscard]] Result<std::vector<int>> CountPartitions(
    rd_kafka_t* client, std::span<const std::string> topics, int timeout_ms);
[[nodiscard]] Result<int> CountPartitions(rd_kafka_t* client,
                                          const std::string& topic,
                                          int timeout_ms);

// Reads partitions of a changelog, one at a time. Owned by one worker thread.
//
// The end comes from a second client that reads uncommitted: what a client that
// reads committed takes for the end can lie before records that are committed,
// while the brokers still write a transaction's markers. The first client then
// reads on until it is there.
class KafkaStateReader {
 public:
  // No record for this long, and no end either, is an error.
  static constexpr std::chrono::seconds kPatience{60};

  // `stop` cuts every wait short.
  static Result<std::unique_ptr<KafkaStateReader>> Create(
      const KafkaSettings& settings, std::string topic, std::stop_token stop);

  // The source must not outlive this object, nor the next Open().
  Transported<std::unique_ptr<StateSource>> Open(std::int32_t partition);

 private:
  KafkaStateReader(KafkaClient committed, KafkaClient uncommitted,
                   std::string topic, std::stop_token stop)
      : committed_(std::move(committed)),
        uncommitted_(std::move(uncommitted)),
        topic_(std::move(topic)),
        stop_(std::move(stop)) {}

  KafkaClient committed_;
  KafkaClient uncommitted_;
  std::string topic_;
  std::stop_token stop_;
};

}  // namespace ricochet
