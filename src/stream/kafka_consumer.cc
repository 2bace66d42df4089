#include "stream/kafka_consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "stream/kafka_error.h"
#include "stream/kafka_log.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

int Milliseconds(Clock::duration duration) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000));
}

std::string_view View(const void* data, std::size_t size) {
  return data == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(data), size);
}

EventTime TimeOf(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto time = rd_kafka_message_timestamp(&message, &type);
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0) return kNoTime;
  return EventTime(std::chrono::milliseconds(time));
}

}  // namespace

KafkaConsumer::KafkaConsumer(ConsumerOptions options, StreamLog* log)
    : options_(std::move(options)),
      log_(log),
      messages_(options_.batch_records) {
  records_.reserve(options_.batch_records);
}

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::Create(
    const KafkaSettings& settings, ConsumerOptions options, StreamLog* log) {
  const auto session = options.session_timeout.count();
  KafkaProperties fixed = {{"group.id", options.group},
                           {"enable.auto.commit", "false"},
                           {"enable.auto.offset.store", "false"},
                           {"enable.partition.eof", "true"},
                           {"isolation.level", "read_committed"},
                           {"auto.offset.reset", "error"},
                           {"session.timeout.ms", std::to_string(session)},
                           {"log.queue", "true"}};
  if (!options.instance_id.empty()) {
    fixed.emplace_back("group.instance.id", options.instance_id);
  }
  // A prefetch queue that fills up costs a second of silence in 2.0.2, so it
  // holds more than 1.5 s of input.
  auto conf = MakeConf(
      settings,
      {{"queued.min.messages", "1000000"},
       {"queued.max.messages.kbytes", "262144"},
       {"partition.assignment.strategy", "cooperative-sticky"},
       {"heartbeat.interval.ms",
        std::to_string(std::clamp<std::int64_t>(session / 5, 1, 3000))}},
      fixed);
  if (!conf) return Fail(std::move(conf.error()));
  std::unique_ptr<KafkaConsumer> consumer(
      new KafkaConsumer(std::move(options), log));
  if (auto started = consumer->Start(std::move(*conf)); !started) {
    return Fail(std::move(started.error()));
  }
  if (auto subscribed = consumer->Subscribe(); !subscribed) {
    return Fail(std::move(subscribed.error().error));
  }
  return consumer;
}

Result<void> KafkaConsumer::Start(KafkaConf conf) {
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_rebalance_cb(conf.get(), &OnRebalance);
  rd_kafka_conf_set_error_cb(conf.get(), &OnError);
  rd_kafka_conf_set_log_cb(conf.get(), &WriteKafkaLog<KafkaConsumer>);
  std::array<char, 512> reason{};
  client_ =
      rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), reason.data(), reason.size());
  if (client_ == nullptr) return Fail(ErrorCode::kConfig, reason.data());
  static_cast<void>(conf.release());  // rd_kafka_new took it
  rd_kafka_set_log_queue(client_, nullptr);
  rd_kafka_poll_set_consumer(client_);
  queue_.reset(rd_kafka_queue_get_consumer(client_));
  return {};
}

Transported<void> KafkaConsumer::Subscribe() {
  auto list = NewPartitionList(options_.topics.size());
  for (const auto& topic : options_.topics) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(),
                                      RD_KAFKA_PARTITION_UA);
  }
  const auto code = rd_kafka_subscribe(client_, list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(MakeTransportError(client_, code, "subscribing"));
}

KafkaConsumer::~KafkaConsumer() {
  Release();
  queue_.reset();
  if (client_ != nullptr) {
    rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }
}

void KafkaConsumer::Release() {
  for (std::size_t i = 0; i < message_count_; ++i) {
    rd_kafka_message_destroy(messages_[i]);
  }
  message_count_ = 0;
  records_.clear();
  notes_.clear();
  told_.clear();
  last_topic_ = nullptr;
}

// One by one: until librdkafka 2.1 a batch call throws away what it has
// gathered when a rebalance pauses partitions meanwhile, and goes on behind it
// (its CHANGELOG: "Poor Consumer batch API messaging guarantees").
void KafkaConsumer::Fetch(int wait_ms) {
  Release();
  while (message_count_ < messages_.size()) {
    auto* message =
        rd_kafka_consume_queue(queue_.get(), message_count_ == 0 ? wait_ms : 0);
    if (message == nullptr) return;
    messages_[message_count_++] = message;
  }
}

Transported<Batch> KafkaConsumer::Poll(std::chrono::milliseconds wait) {
  Fetch(Milliseconds(wait));
  for (std::size_t i = 0; i < message_count_; ++i) Take(*messages_[i]);
  if (failure_) {
    auto failure = std::move(*failure_);
    failure_.reset();
    return Fail(std::move(failure));
  }
  if (!records_.empty()) connection_lost_ = broker_down_ = false;
  if (connection_lost_) ProbeBrokers();
  told_.swap(rebalances_);
  return Batch{records_, told_, notes_};
}

void KafkaConsumer::Take(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return TakeNote(message);
  records_.push_back({View(message.payload, message.len),
                      View(message.key, message.key_len),
                      {TopicIndex(message.rkt), message.partition},
                      message.offset,
                      TimeOf(message)});
}

void KafkaConsumer::TakeNote(const rd_kafka_message_t& message) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      notes_.push_back({PartitionNote::Kind::kEnd,
                        {TopicIndex(message.rkt), message.partition},
                        message.offset});
      return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      if (message.rkt == nullptr) break;
      notes_.push_back({PartitionNote::Kind::kOutOfRange,
                        {TopicIndex(message.rkt), message.partition},
                        kNoOffset});
      return;
    default:
      break;
  }
  const auto* text = rd_kafka_message_errstr(&message);
  OnError(client_, message.err, text != nullptr ? text : "", this);
}

void KafkaConsumer::ProbeBrokers() {
  const auto now = Clock::now();
  if (now < next_probe_) return;
  next_probe_ = now + std::chrono::seconds(1);
  connection_lost_ = broker_down_ = !AnyBrokerAnswers(client_);
}

bool KafkaConsumer::eager() const {
  return std::string_view(rd_kafka_rebalance_protocol(client_)) == "EAGER";
}

Transported<void> KafkaConsumer::Check(KafkaError error,
                                       std::string_view doing) {
  if (!error) return {};
  return Fail(MakeTransportError(client_, error.get(), doing));
}

Transported<void> KafkaConsumer::Assign(std::span<const ReadFrom> from) {
  const auto list = ToList(from);
  if (!eager()) {
    return Check(KafkaError(rd_kafka_incremental_assign(client_, list.get())),
                 "assigning partitions");
  }
  const auto code = rd_kafka_assign(client_, list.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(MakeTransportError(client_, code, "assigning partitions"));
}

Transported<void> KafkaConsumer::Unassign(
    std::span<const Partition> partitions) {
  if (!eager()) {
    const auto list = ToList(partitions);
    return Check(KafkaError(rd_kafka_incremental_unassign(client_, list.get())),
                 "giving partitions back");
  }
  const auto code = rd_kafka_assign(client_, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Fail(MakeTransportError(client_, code, "giving partitions back"));
}

Transported<void> KafkaConsumer::Rewind(std::span<const ReadFrom> from) {
  if (!eager()) {
    const auto list = ToList(from);
    auto dropped =
        Check(KafkaError(rd_kafka_incremental_unassign(client_, list.get())),
              "rewinding partitions");
    if (!dropped) return dropped;
  }
  return Assign(from);
}

Offset KafkaConsumer::KnownEnd(Partition p) {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  if (rd_kafka_get_watermark_offsets(client_, TopicName(p), p.number, &begin,
                                     &end) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kNoOffset;
  }
  return end >= 0 ? end : kNoOffset;
}

void KafkaConsumer::Close(std::chrono::milliseconds deadline) {
  Release();
  closing_ = true;
  const auto end = Clock::now() + deadline;
  const KafkaError error(rd_kafka_consumer_close_queue(client_, queue_.get()));
  if (error) return;
  // What was noted but never told is answered now: while closing, librdkafka
  // takes any assignment for "nothing".
  if (!rebalances_.empty()) rd_kafka_assign(client_, nullptr);
  rebalances_.clear();
  while (rd_kafka_consumer_closed(client_) == 0 && Clock::now() < end) {
    Fetch(10);
  }
  Release();
}

void KafkaConsumer::OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t code,
                                rd_kafka_topic_partition_list_t* partitions,
                                void* self) {
  auto* consumer = static_cast<KafkaConsumer*>(self);
  if (consumer->closing_) {
    // Nothing is open any more; unassigning everything suits both protocols.
    rd_kafka_assign(client, nullptr);
    return;
  }
  Rebalance rebalance;
  if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    rebalance.kind = rd_kafka_assignment_lost(client) != 0
                         ? Rebalance::Kind::kLost
                         : Rebalance::Kind::kRevoke;
  } else if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    rd_kafka_assign(client, nullptr);
    return;
  }
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto& element = partitions->elems[i];
    rebalance.partitions.push_back(
        {consumer->TopicIndex(std::string_view(element.topic)),
         element.partition});
  }
  consumer->rebalances_.push_back(std::move(rebalance));
}

void KafkaConsumer::OnError(rd_kafka_t* client, int code, const char* reason,
                            void* self) {
  auto* consumer = static_cast<KafkaConsumer*>(self);
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  if (IsLostConnection(error)) consumer->connection_lost_ = true;
  const bool fatal = error == RD_KAFKA_RESP_ERR__FATAL || IsFencing(error);
  if (fatal && !consumer->failure_) {
    consumer->failure_ = MakeTransportError(client, error, "consumer", reason);
  }
  if (consumer->log_ == nullptr) return;
  consumer->log_->Write(
      LogLevel::kWarning, StreamEvent::kConnection,
      fmt::format("consumer: {} ({})", reason, rd_kafka_err2name(error)));
}

}  // namespace ricochet
