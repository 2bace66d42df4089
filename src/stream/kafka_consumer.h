#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stream/call_deadline.h"
#include "stream/kafka_config.h"
#include "stream/log.h"
#include "stream/transport.h"

namespace ricochet {

struct ConsumerOptions {
  std::string group;
  std::string instance_id;          // group.instance.id; empty: dynamic member
  std::vector<std::string> topics;  // Partition::topic indexes these
  std::size_t batch_records = 2000;
  std::chrono::milliseconds session_timeout{45'000};
  CallDeadline deadline;  // of every call below
};

// One librdkafka consumer, member of a group. Owned by one thread; librdkafka
// calls back on that thread only, from within Poll() and Close().
//
// A rebalance is only noted while polling and told with the batch: the worker
// answers it between batches, so no callback ever meets half-processed work.
// librdkafka waits for the answer (up to max.poll.interval.ms).
class KafkaConsumer {
 public:
  static Result<std::unique_ptr<KafkaConsumer>> Create(
      const KafkaSettings& settings, ConsumerOptions options, StreamLog* log);
  ~KafkaConsumer();  // without leaving the group in order; see Close()
  KafkaConsumer(const KafkaConsumer&) = delete;
  KafkaConsumer& operator=(const KafkaConsumer&) = delete;

  // See Transport for what these mean.
  Transported<Batch> Poll(std::chrono::milliseconds wait);
  Transported<std::vector<CommittedOffset>> Committed(
      std::span<const Partition> partitions);
  Transported<OffsetRange> Range(Partition p);
  Transported<int> CountPartitions(const std::string& topic);
  Transported<void> Assign(std::span<const ReadFrom> from);
  Transported<void> Unassign(std::span<const Partition> partitions);
  Transported<void> Rewind(std::span<const ReadFrom> from);
  [[nodiscard]] Offset KnownEnd(Partition p);

  // Commits offsets outside of a transaction and waits for the answer.
  Transported<void> CommitOffsets(const rd_kafka_topic_partition_list_t* list);
  // Fresh for each transaction: it carries the generation.
  [[nodiscard]] KafkaGroupMetadata GroupMetadata();
  [[nodiscard]] PartitionList ToList(
      std::span<const CommittedOffset> offsets) const;

  // Gives the partitions back; a dynamic member leaves the group, a static one
  // keeps its place for the session timeout.
  void Close(std::chrono::milliseconds deadline);

  [[nodiscard]] StreamLog* log() const { return log_; }
  // Before the client is given to another thread, to be destroyed there.
  void Silence() { log_ = nullptr; }
  [[nodiscard]] bool broker_down() const { return broker_down_; }

 private:
  KafkaConsumer(ConsumerOptions options, StreamLog* log);

  static void OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t code,
                          rd_kafka_topic_partition_list_t* partitions,
                          void* self);
  static void OnError(rd_kafka_t* client, int code, const char* reason,
                      void* self);

  Result<void> Start(KafkaConf conf);
  Transported<void> Subscribe();
  KafkaEvent WaitFor(rd_kafka_queue_t* answers);
  void Release();
  void Fetch(int wait_ms);
  void Take(const rd_kafka_message_t& message);
  void TakeNote(const rd_kafka_message_t& message);
  void ProbeBrokers();
  [[nodiscard]] bool eager() const;
  [[nodiscard]] std::int32_t TopicIndex(const rd_kafka_topic_t* topic);
  [[nodiscard]] std::int32_t TopicIndex(std::string_view name) const;
  [[nodiscard]] const char* TopicName(Partition p) const;
  [[nodiscard]] PartitionList ToList(std::span<const ReadFrom> from) const;
  [[nodiscard]] PartitionList ToList(std::span<const Partition> list) const;
  Transported<void> Check(KafkaError error, std::string_view doing);

  ConsumerOptions options_;
  StreamLog* log_;
  rd_kafka_t* client_ = nullptr;
  KafkaQueue queue_;
  std::vector<rd_kafka_message_t*> messages_;  // of the present batch
  std::size_t message_count_ = 0;
  std::vector<Record> records_;
  std::vector<Rebalance> rebalances_;  // noted, not yet told
  std::vector<Rebalance> told_;
  std::vector<PartitionNote> notes_;
  const rd_kafka_topic_t* last_topic_ = nullptr;  // valid within a batch
  std::int32_t last_topic_index_ = 0;
  std::optional<TransportError> failure_;
  std::chrono::steady_clock::time_point next_probe_;
  bool connection_lost_ = false;  // one of them; is there another?
  bool broker_down_ = false;
  bool closing_ = false;
};

}  // namespace ricochet
