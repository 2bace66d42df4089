#pragma once

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ricochet/output.h"
#include "stream/call_deadline.h"
#include "stream/kafka_config.h"
#include "stream/log.h"
#include "stream/transport.h"

namespace ricochet {

struct ProducerOptions {
  std::array<std::string, kTopics> topics;  // names, by Topic; empty: not used
  std::string transactional_id;             // empty: idempotent only
  std::chrono::milliseconds transaction_timeout{10'000};
  CallDeadline deadline;  // of every call below
  std::function<void()>
      offsets_sent;  // after that, before the commit; or empty
};

// One librdkafka producer, transactional or merely idempotent. Owned by one
// thread. librdkafka copies what Emit() gives it, so nothing must outlive the
// call; its queue is bounded, and Emit() waits for room up to the deadline.
class KafkaProducer {
 public:
  static Result<std::unique_ptr<KafkaProducer>> Create(
      const KafkaSettings& settings, ProducerOptions options, StreamLog* log);
  // Drops what is in flight; an open transaction is left to the broker's
  // timeout or to the id's next user. May take any time: see SendOffsets().
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // Fences older users of the transactional id; ends what they left open.
  Transported<void> InitTransactions();

  // Opens a transaction if need be. What fails is told by Commit or Flush.
  void Emit(const OutputRecord& record);

  Transported<void> CommitTransaction(PartitionList offsets,
                                      KafkaGroupMetadata group);
  Transported<void> AbortTransaction();

  // Waits until everything emitted is acknowledged.
  Transported<void> Flush();
  // Lets go of everything emitted since the last Flush(): what is on its way
  // is waited for, since an idempotent producer must not leave gaps.
  Transported<void> Drain();

  void Poll() { rd_kafka_poll(client_, 0); }

  [[nodiscard]] StreamLog* log() const { return log_; }
  // Before the client is given to another thread, to be destroyed there.
  void Silence() { log_ = nullptr; }
  [[nodiscard]] bool pending() const { return pending_; }
  [[nodiscard]] std::size_t max_output_bytes() const { return max_bytes_; }

 private:
  KafkaProducer(ProducerOptions options, StreamLog* log)
      : options_(std::move(options)), log_(log) {}

  static void OnDelivery(rd_kafka_t* client, const rd_kafka_message_t* message,
                         void* self);
  static void OnError(rd_kafka_t* client, int code, const char* reason,
                      void* self);

  Result<void> Start(KafkaConf conf);
  void Begin();
  rd_kafka_topic_t* Handle(Topic topic);
  void Fill(const OutputRecord& record, rd_kafka_topic_t* topic);
  KafkaError Produce();
  void Remember(TransportError error);
  Transported<void> TakeFailure();
  rd_kafka_resp_err_t FlushAll();
  // Calls `step` again while it says that this may help, or that it goes on
  // (nullopt), up to the deadline or until no broker has answered for
  // kBrokerGrace. It gets the milliseconds it may take.
  template <class Step>
  Transported<void> Retry(std::string_view doing, Step step);
  Transported<void> SendOffsets(PartitionList offsets,
                                KafkaGroupMetadata group);
  // A connection was lost kBrokerGrace ago, and no other broker answers.
  bool NoBrokerAnswers();

  ProducerOptions options_;
  StreamLog* log_;
  rd_kafka_t* client_ = nullptr;
  std::array<KafkaHandle<rd_kafka_topic_t>, kTopics> handles_;
  std::vector<rd_kafka_vu_t> fields_;      // of one record; reused
  std::vector<std::string> header_names_;  // zero-terminated; reused
  std::optional<TransportError> failure_;  // the first since the last commit
  std::size_t max_bytes_ = 0;
  bool in_transaction_ = false;
  bool pending_ = false;
  std::future<KafkaError> sending_;  // valid after SendOffsets(): it goes on
  // When a connection was lost, until a broker has answered again.
  std::optional<CallDeadline::Clock::time_point> lost_since_;
};

}  // namespace ricochet
