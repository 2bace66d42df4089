#include "stream/kafka_transport.h"

#include <fmt/format.h>

#include <future>
#include <random>
#include <thread>

namespace ricochet {
namespace {

// A dynamic member has no stable id; its transactions are fenced by the group
// metadata they carry, so any unique id will do.
std::string TransactionalId(const WorkerOptions& options) {
  if (!options.instance_id.empty()) return options.instance_id;
  std::random_device random;
  return fmt::format("{}-{:08x}{:08x}", options.group, random(), random());
}

// Destroys a client on a thread of its own, since librdkafka sets no limit to
// how long that takes. False: it goes on behind our back, and costs its memory.
template <class Client>
bool DestroyWithin(std::chrono::milliseconds deadline,
                   std::unique_ptr<Client> client) {
  if (!client) return true;
  client->Silence();  // the log is the worker's
  std::promise<void> destroyed;
  const auto done = destroyed.get_future();
  std::thread([client = std::move(client),
               destroyed = std::move(destroyed)]() mutable {
    client.reset();
    destroyed.set_value();
  }).detach();
  return done.wait_for(deadline) == std::future_status::ready;
}

TransportError AsStop(Error error) {
  return {Recovery::kStop, false, std::move(error)};
}

}  // namespace

KafkaTransport::KafkaTransport(const WorkerOptions& options,
                               KafkaSettings settings, StreamLog* log)
    : options_(options),
      settings_(std::move(settings)),
      log_(log),
      transactional_id_(TransactionalId(options)) {}

Transported<void> KafkaTransport::Open(std::stop_token stop) {
  stop_ = std::move(stop);
  const CallDeadline deadline(options_.call_deadline,
                              options_.stop_deadline / 2, stop_);
  if (const auto problem = KnownProblem(settings_, rd_kafka_version());
      !problem.empty()) {
    log_->Write(LogLevel::kWarning, StreamEvent::kLifecycle, problem);
  }
  auto producer = KafkaProducer::Create(
      settings_,
      {options_.output_topics, exactly_once() ? transactional_id_ : "",
       options_.transaction_timeout, deadline, options_.offsets_sent},
      log_);
  if (!producer) return Fail(AsStop(std::move(producer.error())));
  producer_ = std::move(*producer);
  if (exactly_once()) {
    // Before joining: it ends what a predecessor left open, which the
    // committed offsets would wait for.
    if (auto ready = producer_->InitTransactions(); !ready) return ready;
  }
  auto consumer = KafkaConsumer::Create(
      settings_,
      {options_.group, options_.instance_id, options_.input_topics,
       options_.batch_records, options_.session_timeout, deadline},
      log_);
  if (!consumer) return Fail(AsStop(std::move(consumer.error())));
  consumer_ = std::move(*consumer);
  return CountPartitions();
}

Transported<void> KafkaTransport::CountPartitions() {
  input_partitions_.clear();
  if (state_topic().empty()) return {};
  for (const auto& topic : options_.input_topics) {
    auto partitions = consumer_->CountPartitions(topic);
    if (!partitions) return Fail(std::move(partitions.error()));
    input_partitions_.push_back(*partitions);
  }
  auto partitions = consumer_->CountPartitions(state_topic());
  if (!partitions) return Fail(std::move(partitions.error()));
  state_partitions_ = *partitions;
  return {};
}

Transported<std::unique_ptr<StateSource>> KafkaTransport::OpenState(
    std::int32_t partition) {
  if (!state_reader_) {
    auto made = KafkaStateReader::Create(settings_, state_topic(), stop_);
    if (!made) return Fail(AsStop(std::move(made.error())));
    state_reader_ = std::move(*made);
  }
  return state_reader_->Open(partition);
}

Transported<Batch> KafkaTransport::Poll(std::chrono::milliseconds wait) {
  producer_->Poll();
  return consumer_->Poll(wait);
}

void KafkaTransport::Emit(const OutputRecord& record) {
  if (record.topic == Topic::kState && !exactly_once()) {
    changes_.push_back({std::string(record.key), std::string(record.value),
                        record.tombstone, record.partition});
    return;
  }
  producer_->Emit(record);
}

Transported<void> KafkaTransport::Commit(
    std::span<const CommittedOffset> offsets) {
  auto list = consumer_->ToList(offsets);
  if (exactly_once()) {
    return producer_->CommitTransaction(std::move(list),
                                        consumer_->GroupMetadata());
  }
  if (auto flushed = FlushStateAfterOutputs(); !flushed) return flushed;
  return consumer_->CommitOffsets(list.get());
}

// State says that its input has been dealt with, so it must not be there before
// the outputs are.
Transported<void> KafkaTransport::FlushStateAfterOutputs() {
  if (auto flushed = producer_->Flush(); !flushed) return flushed;
  if (changes_.empty()) return {};
  for (const auto& change : changes_) {
    producer_->Emit({.topic = Topic::kState,
                     .key = change.key,
                     .value = change.value,
                     .tombstone = change.tombstone,
                     .partition = change.partition});
  }
  changes_.clear();
  return producer_->Flush();
}

Transported<void> KafkaTransport::Abort() {
  changes_.clear();
  if (exactly_once()) return producer_->AbortTransaction();
  return producer_->Drain();
}

bool KafkaTransport::pending() const {
  return producer_ != nullptr && (producer_->pending() || !changes_.empty());
}

Transported<std::vector<CommittedOffset>> KafkaTransport::Committed(
    std::span<const Partition> partitions) {
  return consumer_->Committed(partitions);
}

Transported<OffsetRange> KafkaTransport::Range(Partition p) {
  return consumer_->Range(p);
}

Transported<void> KafkaTransport::Assign(std::span<const ReadFrom> from) {
  return consumer_->Assign(from);
}

Transported<void> KafkaTransport::Unassign(
    std::span<const Partition> partitions) {
  return consumer_->Unassign(partitions);
}

Transported<void> KafkaTransport::Rewind(std::span<const ReadFrom> from) {
  return consumer_->Rewind(from);
}

Offset KafkaTransport::KnownEnd(Partition p) { return consumer_->KnownEnd(p); }

std::size_t KafkaTransport::max_output_bytes() const {
  return producer_->max_output_bytes();
}

bool KafkaTransport::broker_down() const {
  return consumer_ == nullptr || consumer_->broker_down();
}

void KafkaTransport::Close(std::chrono::milliseconds deadline) {
  constexpr std::chrono::seconds kDestroy{5};
  if (consumer_) consumer_->Close(deadline);
  state_reader_.reset();
  changes_.clear();
  const bool consumer = DestroyWithin(kDestroy, std::move(consumer_));
  const bool producer = DestroyWithin(kDestroy, std::move(producer_));
  if (consumer && producer) return;
  log_->Write(
      LogLevel::kError, StreamEvent::kLifecycle,
      fmt::format("{}: the {} does not end; going on without it",
                  options_.stage_name, consumer ? "producer" : "consumer"));
}

}  // namespace ricochet
