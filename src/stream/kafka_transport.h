#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "stream/kafka_config.h"
#include "stream/kafka_consumer.h"
#include "stream/kafka_producer.h"
#include "stream/kafka_state.h"
#include "stream/log.h"
#include "stream/worker_options.h"

namespace ricochet {

// One consumer and one producer. Exactly once: outputs and offsets in one
// transaction. At least once: outputs, flush; state, flush; then offsets.
class KafkaTransport final : public Transport {
 public:
  // `options` and `log` must outlive it.
  KafkaTransport(const WorkerOptions& options, KafkaSettings settings,
                 StreamLog* log);

  Transported<void> Open(std::stop_token stop) override;
  Transported<Batch> Poll(std::chrono::milliseconds wait) override;
  void Emit(const OutputRecord& record) override;
  Transported<void> Commit(std::span<const CommittedOffset> offsets) override;
  Transported<void> Abort() override;
  [[nodiscard]] bool pending() const override;
  Transported<std::vector<CommittedOffset>> Committed(
      std::span<const Partition> partitions) override;
  [[nodiscard]] int state_partitions() const override {
    return state_partitions_;
  }
  [[nodiscard]] int input_partitions(std::int32_t topic) const override {
    return input_partitions_[static_cast<std::size_t>(topic)];
  }
  Transported<std::unique_ptr<StateSource>> OpenState(
      std::int32_t partition) override;
  Transported<OffsetRange> Range(Partition p) override;
  Transported<void> Assign(std::span<const ReadFrom> from) override;
  Transported<void> Unassign(std::span<const Partition> partitions) override;
  Transported<void> Rewind(std::span<const ReadFrom> from) override;
  [[nodiscard]] Offset KnownEnd(Partition p) override;
  [[nodiscard]] std::size_t max_output_bytes() const override;
  [[nodiscard]] bool broker_down() const override;
  void Close(std::chrono::milliseconds deadline) override;

 private:
  [[nodiscard]] bool exactly_once() const {
    return options_.guarantee == Guarantee::kExactlyOnce;
  }

  struct StateChange {
    std::string key;
    std::string value;
    bool tombstone = false;
    std::int32_t partition = 0;
  };
  Transported<void> CountPartitions();
  Transported<void> FlushStateAfterOutputs();
  [[nodiscard]] const std::string& state_topic() const {
    return options_.output_topics[static_cast<std::size_t>(Topic::kState)];
  }

  const WorkerOptions& options_;
  KafkaSettings settings_;
  StreamLog* log_;
  std::string transactional_id_;
  std::stop_token stop_;
  int state_partitions_ = 0;
  std::vector<int> input_partitions_;  // by topic
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
  std::unique_ptr<KafkaStateReader> state_reader_;  // made on first need
  // At least once: state that goes out after the outputs it follows from.
  std::vector<StateChange> changes_;
};

}  // namespace ricochet
