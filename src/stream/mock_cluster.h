#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "ricochet/result.h"

struct rd_kafka_mock_cluster_s;

namespace ricochet {

// librdkafka's in-process broker, on a loopback port that any client can reach
// while it lives. It does groups, plain commits with metadata and injected
// errors; it has no fencing, no compaction, no read_committed and drops
// transactional offsets. It also silently drops what exceeds 5 MiB or 100,000
// batches in a partition, so a feeder must be paced (see feeder.h).
// Thread-safe, as librdkafka's calls are.
class MockCluster {
 public:
  // Brokers are numbered from 1.
  static Result<std::unique_ptr<MockCluster>> Start(int brokers = 1);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  Result<void> CreateTopic(const std::string& name, int partitions);
  [[nodiscard]] std::string bootstrap() const;

  // The next requests of this kind (Kafka's ApiKey) fail with these errors.
  void FailRequests(std::int16_t api_key,
                    std::initializer_list<rd_kafka_resp_err_t> errors);
  // Takes a broker away, or brings it back.
  void SetBrokerUp(bool up, std::int32_t broker = 1);
  // Which broker looks after `group`; topics' leaders are all over them.
  void SetGroupCoordinator(const std::string& group, std::int32_t broker);
  void SetLeader(const std::string& topic, int partition, std::int32_t broker);

 private:
  MockCluster() = default;

  rd_kafka_t* owner_ = nullptr;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
};

}  // namespace ricochet
