#include "stream/kafka_producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "stream/kafka_error.h"
#include "stream/kafka_log.h"

namespace ricochet {
namespace {

using Clock = CallDeadline::Clock;

// librdkafka's default of message.max.bytes, should it not be told.
constexpr std::size_t kDefaultMaxBytes = 1'000'000;

// Without any broker for this long, a call gives up: the worker then says that
// it has no broker, and tries on with a client that carries no broken
// transaction.
constexpr std::chrono::seconds kBrokerGrace{3};

std::size_t MaxBytes(const rd_kafka_conf_t* conf) {
  std::array<char, 32> text{};
  std::size_t size = text.size();
  if (rd_kafka_conf_get(conf, "message.max.bytes", text.data(), &size) !=
      RD_KAFKA_CONF_OK) {
    return kDefaultMaxBytes;
  }
  std::size_t bytes = kDefaultMaxBytes;
  std::from_chars(text.data(), text.data() + size, bytes);
  return bytes;
}

void* Bytes(std::string_view view) {
  // librdkafka copies (MSG_F_COPY) and takes a non-const pointer all the same.
  return const_cast<char*>(view.data() != nullptr ? view.data() : "");
}

}  // namespace

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(
    const KafkaSettings& settings, ProducerOptions options, StreamLog* log) {
  KafkaProperties fixed = {{"enable.idempotence", "true"},
                           {"partitioner", "murmur2_random"},
                           {"delivery.report.only.error", "true"},
                           {"log.queue", "true"}};
  if (!options.transactional_id.empty()) {
    fixed.emplace_back("transactional.id", options.transactional_id);
    fixed.emplace_back("transaction.timeout.ms",
                       std::to_string(options.transaction_timeout.count()));
  }
  auto conf = MakeConf(settings,
                       {{"linger.ms", "20"},
                        {"compression.type", "lz4"},
                        {"queue.buffering.max.messages", "1000000"}},
                       fixed);
  if (!conf) return Fail(std::move(conf.error()));
  std::unique_ptr<KafkaProducer> producer(
      new KafkaProducer(std::move(options), log));
  if (auto started = producer->Start(std::move(*conf)); !started) {
    return Fail(std::move(started.error()));
  }
  return producer;
}

Result<void> KafkaProducer::Start(KafkaConf conf) {
  max_bytes_ = MaxBytes(conf.get());
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &OnDelivery);
  rd_kafka_conf_set_error_cb(conf.get(), &OnError);
  rd_kafka_conf_set_log_cb(conf.get(), &WriteKafkaLog<KafkaProducer>);
  std::array<char, 512> reason{};
  client_ =
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size());
  if (client_ == nullptr) return Fail(ErrorCode::kConfig, reason.data());
  static_cast<void>(conf.release());  // rd_kafka_new took it
  rd_kafka_set_log_queue(client_, nullptr);
  return {};
}

KafkaProducer::~KafkaProducer() {
  if (client_ == nullptr) return;
  if (sending_.valid()) sending_.wait();
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(client_, 1'000);
  for (auto& handle : handles_) handle.reset();
  rd_kafka_destroy(client_);
}

template <class Step>
Transported<void> KafkaProducer::Retry(std::string_view doing, Step step) {
  options_.deadline.Start();
  while (true) {
    const int slice = options_.deadline.Slice();
    const std::optional<KafkaError> answer = step(std::max(slice, 1));
    const rd_kafka_error_t* error = answer ? answer->get() : nullptr;
    if (answer && error == nullptr) return {};
    if (error != nullptr && rd_kafka_error_is_retriable(error) == 0) {
      return Fail(MakeTransportError(client_, error, doing));
    }
    if (slice == 0) {
      return Fail(error != nullptr
                      ? MakeTransportError(client_, error, doing)
                      : MakeTransportError(
                            client_, RD_KAFKA_RESP_ERR__TIMED_OUT, doing));
    }
    rd_kafka_poll(client_, std::min(slice, 20));
    if (NoBrokerAnswers()) {
      return Fail(MakeTransportError(
          client_, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, doing));
    }
  }
}

bool KafkaProducer::NoBrokerAnswers() {
  if (!lost_since_ || Clock::now() - *lost_since_ < kBrokerGrace) return false;
  if (!AnyBrokerAnswers(client_)) return true;
  lost_since_.reset();
  return false;
}

Transported<void> KafkaProducer::InitTransactions() {
  return Retry("opening the producer", [this](int timeout) {
    return KafkaError(rd_kafka_init_transactions(client_, timeout));
  });
}

void KafkaProducer::Begin() {
  pending_ = true;
  if (options_.transactional_id.empty() || in_transaction_ || failure_) return;
  const KafkaError error(rd_kafka_begin_transaction(client_));
  if (error) {
    return Remember(
        MakeTransportError(client_, error.get(), "beginning a transaction"));
  }
  in_transaction_ = true;
}

rd_kafka_topic_t* KafkaProducer::Handle(Topic topic) {
  const auto index = static_cast<std::size_t>(topic);
  if (!handles_[index]) {
    handles_[index].reset(
        rd_kafka_topic_new(client_, options_.topics[index].c_str(), nullptr));
  }
  return handles_[index].get();
}

void KafkaProducer::Fill(const OutputRecord& record, rd_kafka_topic_t* topic) {
  const auto add = [this](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    auto& field = fields_.emplace_back();
    field.vtype = type;
    return field;
  };
  fields_.clear();
  add(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
  add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
  if (!record.tombstone) {
    add(RD_KAFKA_VTYPE_VALUE).u.mem = {Bytes(record.value),
                                       record.value.size()};
  }
  if (record.partition >= 0) {
    add(RD_KAFKA_VTYPE_PARTITION).u.i32 = record.partition;
  }
  if (!record.key.empty() || record.tombstone) {
    add(RD_KAFKA_VTYPE_KEY).u.mem = {Bytes(record.key), record.key.size()};
  }
  if (header_names_.size() < record.headers.size()) {
    header_names_.resize(record.headers.size());
  }
  for (std::size_t i = 0; i < record.headers.size(); ++i) {
    const Header& header = record.headers[i];
    header_names_[i].assign(header.name);
    add(RD_KAFKA_VTYPE_HEADER).u.header = {
        header_names_[i].c_str(), Bytes(header.value),
        static_cast<ssize_t>(header.value.size())};
  }
}

KafkaError KafkaProducer::Produce() {
  KafkaError error(rd_kafka_produceva(client_, fields_.data(), fields_.size()));
  if (!error) return error;
  options_.deadline.Start();
  while (error &&
         rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
         options_.deadline.Slice() > 0) {
    rd_kafka_poll(client_, 10);
    error.reset(rd_kafka_produceva(client_, fields_.data(), fields_.size()));
  }
  return error;
}

void KafkaProducer::Emit(const OutputRecord& record) {
  Begin();
  if (failure_) return;
  rd_kafka_topic_t* topic = Handle(record.topic);
  if (topic == nullptr) {
    return Remember({Recovery::kStop,
                     false,
                     {ErrorCode::kConfig, "an output topic has no name"}});
  }
  Fill(record, topic);
  const KafkaError error = Produce();
  if (!error) return;
  const auto code = rd_kafka_error_code(error.get());
  auto failure = MakeTransportError(
      client_, error.get(),
      fmt::format("producing to {}", rd_kafka_topic_name(topic)));
  if (failure.recovery == Recovery::kReopen && code != RD_KAFKA_RESP_ERR__FATAL)
    failure.recovery = Recovery::kAbort;
  Remember(std::move(failure));
}

void KafkaProducer::Remember(TransportError error) {
  if (!failure_) failure_ = std::move(error);
}

Transported<void> KafkaProducer::TakeFailure() {
  if (!failure_) return {};
  auto failure = std::move(*failure_);
  failure_.reset();
  return Fail(std::move(failure));
}

// librdkafka may take any time for this call, whatever timeout it is given,
// when the group's coordinator is away (its issue 5456). So it has a thread of
// its own, which is left behind with the client when the deadline has passed.
Transported<void> KafkaProducer::SendOffsets(PartitionList offsets,
                                             KafkaGroupMetadata group) {
  const std::shared_ptr list = std::move(offsets);
  const std::shared_ptr metadata = std::move(group);
  return Retry("sending offsets",
               [&](int timeout) -> std::optional<KafkaError> {
                 if (!sending_.valid()) {
                   std::packaged_task<KafkaError()> call([=, client = client_] {
                     return KafkaError(rd_kafka_send_offsets_to_transaction(
                         client, list.get(), metadata.get(), timeout));
                   });
                   sending_ = call.get_future();
                   std::thread(std::move(call)).detach();
                 }
                 const std::chrono::milliseconds wait(timeout);
                 if (sending_.wait_for(wait) != std::future_status::ready) {
                   return std::nullopt;
                 }
                 return sending_.get();
               });
}

Transported<void> KafkaProducer::CommitTransaction(PartitionList offsets,
                                                   KafkaGroupMetadata group) {
  Begin();
  if (auto failed = TakeFailure(); !failed) return failed;
  if (offsets->cnt > 0) {
    auto sent = SendOffsets(std::move(offsets), std::move(group));
    if (!sent) return sent;
    if (options_.offsets_sent) options_.offsets_sent();
  }
  auto committed = Retry("committing", [this](int timeout) {
    return KafkaError(rd_kafka_commit_transaction(client_, timeout));
  });
  if (!committed) {
    // What a delivery report said is nearer to the cause.
    if (committed.error().recovery == Recovery::kAbort) {
      if (auto failed = TakeFailure(); !failed) return failed;
    }
    return committed;
  }
  in_transaction_ = false;
  pending_ = false;
  lost_since_.reset();
  return {};
}

Transported<void> KafkaProducer::AbortTransaction() {
  if (in_transaction_) {
    auto aborted = Retry("aborting", [this](int timeout) {
      return KafkaError(rd_kafka_abort_transaction(client_, timeout));
    });
    if (!aborted) return aborted;
  }
  in_transaction_ = false;
  pending_ = false;
  failure_.reset();
  return {};
}

rd_kafka_resp_err_t KafkaProducer::FlushAll() {
  options_.deadline.Start();
  while (true) {
    const int slice = options_.deadline.Slice();
    const auto code = rd_kafka_flush(client_, slice);
    if (code != RD_KAFKA_RESP_ERR__TIMED_OUT || slice == 0) return code;
  }
}

Transported<void> KafkaProducer::Flush() {
  if (auto failed = TakeFailure(); !failed) return failed;
  const auto code = FlushAll();
  if (auto failed = TakeFailure(); !failed) return failed;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    auto error = MakeTransportError(client_, code, "flushing outputs");
    if (error.recovery == Recovery::kReopen) error.recovery = Recovery::kAbort;
    return Fail(std::move(error));
  }
  pending_ = false;
  return {};
}

Transported<void> KafkaProducer::Drain() {
  const auto code = FlushAll();
  failure_.reset();
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Fail(MakeTransportError(client_, code, "draining outputs"));
  }
  pending_ = false;
  return {};
}

void KafkaProducer::OnDelivery(rd_kafka_t* client,
                               const rd_kafka_message_t* message, void* self) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
      message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
      message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    return;
  }
  auto error = MakeTransportError(
      client, message->err,
      fmt::format("producing to {}", rd_kafka_topic_name(message->rkt)));
  if (error.recovery == Recovery::kReopen) error.recovery = Recovery::kAbort;
  static_cast<KafkaProducer*>(self)->Remember(std::move(error));
}

void KafkaProducer::OnError(rd_kafka_t* client, int code, const char* reason,
                            void* self) {
  auto* producer = static_cast<KafkaProducer*>(self);
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  if (IsLostConnection(error) && !producer->lost_since_) {
    producer->lost_since_ = Clock::now();
  }
  if (error == RD_KAFKA_RESP_ERR__FATAL) {
    producer->Remember(MakeTransportError(client, error, "producer", reason));
  }
}

}  // namespace ricochet
