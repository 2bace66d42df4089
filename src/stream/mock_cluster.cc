#include "stream/mock_cluster.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>

#include "stream/kafka_handles.h"

namespace ricochet {

Result<std::unique_ptr<MockCluster>> MockCluster::Start(int brokers) {
  std::unique_ptr<MockCluster> cluster(new MockCluster());
  std::array<char, 512> reason{};
  KafkaConf conf(rd_kafka_conf_new());
  // The cluster's log lines are of no use to anybody but librdkafka.
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  cluster->owner_ =
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size());
  if (cluster->owner_ == nullptr) {
    return Fail(ErrorCode::kKafka, reason.data());
  }
  static_cast<void>(conf.release());
  cluster->cluster_ = rd_kafka_mock_cluster_new(cluster->owner_, brokers);
  if (cluster->cluster_ == nullptr) {
    return Fail(ErrorCode::kKafka, "the in-process broker does not start");
  }
  return cluster;
}

MockCluster::~MockCluster() {
  if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
  if (owner_ != nullptr) rd_kafka_destroy(owner_);
}

Result<void> MockCluster::CreateTopic(const std::string& name, int partitions) {
  const auto code =
      rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(ErrorCode::kKafka,
              fmt::format("creating {}: {}", name, rd_kafka_err2str(code)));
}

std::string MockCluster::bootstrap() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

void MockCluster::FailRequests(
    std::int16_t api_key, std::initializer_list<rd_kafka_resp_err_t> errors) {
  rd_kafka_mock_push_request_errors_array(cluster_, api_key, errors.size(),
                                          errors.begin());
}

void MockCluster::SetBrokerUp(bool up, std::int32_t broker) {
  if (up) {
    rd_kafka_mock_broker_set_up(cluster_, broker);
  } else {
    rd_kafka_mock_broker_set_down(cluster_, broker);
  }
}

void MockCluster::SetGroupCoordinator(const std::string& group,
                                      std::int32_t broker) {
  rd_kafka_mock_coordinator_set(cluster_, "group", group.c_str(), broker);
}

void MockCluster::SetLeader(const std::string& topic, int partition,
                            std::int32_t broker) {
  rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition,
                                     broker);
}

}  // namespace ricochet
