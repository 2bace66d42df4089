#pragma once

#include <memory>

#include "stream/kafka_config.h"
#include "stream/kafka_consumer.h"
#include "stream/kafka_producer.h"
#include "stream/log.h"
#include "stream/worker_options.h"

namespace ricochet {

// One consumer and one producer. Exactly once: outputs and offsets in one
// transaction. At least once: outputs, flush, then offsets.
class KafkaTransport final : public Transport {
 public:
  // `options` and `log` must outlive it.
  KafkaTransport(const WorkerOptions& options, KafkaSettings settings,
                 LimitedLog* log);

  Transported<void> Open(std::stop_token stop) override;
  Transported<Batch> Poll(std::chrono::milliseconds wait) override;
  void Emit(const OutputRecord& record) override;
  Transported<void> Commit(std::span<const CommittedOffset> offsets) override;
  Transported<void> Abort() override;
  [[nodiscard]] bool pending() const override;
  Transported<std::vector<CommittedOffset>> Committed(
      std::span<const Partition> partitions) override;
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

  const WorkerOptions& options_;
  KafkaSettings settings_;
  LimitedLog* log_;
  std::string transactional_id_;
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
};

}  // namespace ricochet
