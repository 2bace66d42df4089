#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace ricochet {

// Frees what librdkafka's C API hands out. Clients (rd_kafka_t) are not here:
// how one ends depends on what it is; see KafkaConsumer and KafkaProducer.
struct KafkaDelete {
  void operator()(rd_kafka_conf_t* p) const noexcept {
    rd_kafka_conf_destroy(p);
  }
  void operator()(rd_kafka_error_t* p) const noexcept {
    rd_kafka_error_destroy(p);
  }
  void operator()(rd_kafka_event_t* p) const noexcept {
    rd_kafka_event_destroy(p);
  }
  void operator()(rd_kafka_queue_t* p) const noexcept {
    rd_kafka_queue_destroy(p);
  }
  void operator()(rd_kafka_topic_t* p) const noexcept {
    rd_kafka_topic_destroy(p);
  }
  void operator()(rd_kafka_topic_partition_list_t* p) const noexcept {
    rd_kafka_topic_partition_list_destroy(p);
  }
  void operator()(rd_kafka_consumer_group_metadata_t* p) const noexcept {
    rd_kafka_consumer_group_metadata_destroy(p);
  }
  void operator()(const rd_kafka_metadata_t* p) const noexcept {
    rd_kafka_metadata_destroy(p);
  }
  void operator()(rd_kafka_NewTopic_t* p) const noexcept {
    rd_kafka_NewTopic_destroy(p);
  }
  void operator()(rd_kafka_AdminOptions_t* p) const noexcept {
    rd_kafka_AdminOptions_destroy(p);
  }
  void operator()(rd_kafka_ConfigResource_t* p) const noexcept {
    rd_kafka_ConfigResource_destroy(p);
  }
  void operator()(const rd_kafka_group_list* p) const noexcept {
    rd_kafka_group_list_destroy(p);
  }
  void operator()(rd_kafka_message_t* p) const noexcept {
    rd_kafka_message_destroy(p);
  }
};

template <class T>
using KafkaHandle = std::unique_ptr<T, KafkaDelete>;

using KafkaConf = KafkaHandle<rd_kafka_conf_t>;
using KafkaError = KafkaHandle<rd_kafka_error_t>;
using KafkaGroupMetadata = KafkaHandle<rd_kafka_consumer_group_metadata_t>;
using KafkaEvent = KafkaHandle<rd_kafka_event_t>;
using KafkaQueue = KafkaHandle<rd_kafka_queue_t>;
using PartitionList = KafkaHandle<rd_kafka_topic_partition_list_t>;

[[nodiscard]] inline PartitionList NewPartitionList(std::size_t capacity) {
  return PartitionList(
      rd_kafka_topic_partition_list_new(static_cast<int>(capacity)));
}

}  // namespace ricochet
