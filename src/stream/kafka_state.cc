#include "stream/kafka_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "stream/kafka_error.h"

namespace ricochet {
namespace {

using Clock = CallDeadline::Clock;

std::string_view View(const void* data, std::size_t size) {
  return data == nullptr
             ? std::string_view{}
             : std::string_view(static_cast<const char*>(data), size);
}

CallDeadline Patience(const std::stop_token& stop) {
  return {KafkaStateReader::kPatience, std::chrono::seconds(1), stop};
}

// One partition, being read.
class Source final : public StateSource {
 public:
  Source(rd_kafka_t* client, std::string name, OffsetRange range,
         CallDeadline patience)
      : client_(client),
        name_(std::move(name)),
        range_(range),
        at_(range.begin),
        patience_(std::move(patience)) {}
  ~Source() override {
    message_.reset();
    rd_kafka_assign(client_, nullptr);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  Transported<std::optional<StateRecord>> Next() override {
    patience_.Start();
    while (at_ < range_.end) {
      const int slice = patience_.Slice();
      if (slice == 0) return Fail(Stuck());
      message_.reset(rd_kafka_consumer_poll(client_, slice));
      if (!message_) continue;
      const auto code = message_->err;
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        at_ = message_->offset + 1;
        return StateRecord{View(message_->key, message_->key_len),
                           View(message_->payload, message_->len),
                           message_->payload == nullptr};
      }
      // Of an end that lies before ours the rest is not committed yet.
      if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        at_ = std::max(at_, message_->offset);
      } else if (!IsLostConnection(code)) {
        return Fail(MakeTransportError(client_, code, "reading " + name_));
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] double progress() const override {
    const auto all = static_cast<double>(range_.end - range_.begin);
    return all > 0 ? static_cast<double>(at_ - range_.begin) / all : 1.0;
  }

 private:
  [[nodiscard]] TransportError Stuck() const {
    return {Recovery::kReopen,
            false,
            {ErrorCode::kKafka,
             fmt::format("restoring from {}: no record between {} and the end, "
                         "{}, for too long",
                         name_, at_, range_.end)}};
  }

  rd_kafka_t* client_;
  std::string name_;
  OffsetRange range_;
  Offset at_;
  CallDeadline patience_;
  KafkaHandle<rd_kafka_message_t> message_;
};

}  // namespace

Result<std::vector<int>> CountPartitions(rd_kafka_t* client,
                                         std::span<const std::string> topics,
                                         int timeout_ms) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, timeout_ms);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Fail(ErrorCode::kKafka, rd_kafka_err2str(code));
  }
  const KafkaHandle<const rd_kafka_metadata_t> metadata(raw);
  const std::span all(metadata->topics,
                      static_cast<std::size_t>(metadata->topic_cnt));
  std::vector<int> counts;
  for (const auto& topic : topics) {
    const auto found = std::ranges::find_if(all, [&](const auto& each) {
      return topic == each.topic && each.partition_cnt > 0;
    });
    if (found == all.end()) {
      return Fail(ErrorCode::kKafka,
                  fmt::format("topic {} does not exist", topic));
    }
    counts.push_back(found->partition_cnt);
  }
  return counts;
}

Result<int> CountPartitions(rd_kafka_t* client, const std::string& topic,
                            int timeout_ms) {
  const auto counts = CountPartitions(client, {&topic, 1}, timeout_ms);
  if (!counts) return Fail(counts.error());
  return counts->front();
}

Result<std::unique_ptr<KafkaStateReader>> KafkaStateReader::Create(
    const KafkaSettings& settings, std::string topic, std::stop_token stop) {
  KafkaProperties properties = {
      {"group.id", "ricochet.state"},  // never joined, never committed
      {"enable.auto.commit", "false"},
      {"auto.offset.reset", "error"},  // to go on elsewhere would lose state
      {"enable.partition.eof", "true"},
      {"isolation.level", "read_committed"}};
  auto committed = KafkaClient::Create(RD_KAFKA_CONSUMER, settings, properties);
  if (!committed) return Fail(std::move(committed.error()));
  properties.back().second = "read_uncommitted";
  auto uncommitted =
      KafkaClient::Create(RD_KAFKA_CONSUMER, settings, properties);
  if (!uncommitted) return Fail(std::move(uncommitted.error()));
  rd_kafka_poll_set_consumer(committed->get());
  return std::unique_ptr<KafkaStateReader>(
      new KafkaStateReader(std::move(*committed), std::move(*uncommitted),
                           std::move(topic), std::move(stop)));
}

Transported<std::unique_ptr<StateSource>> KafkaStateReader::Open(
    std::int32_t partition) {
  auto patience = Patience(stop_);
  const auto name = fmt::format("{}[{}]", topic_, partition);
  OffsetRange range;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  do {
    const int slice = patience.Slice();
    if (slice == 0) {
      return Fail(MakeTransportError(uncommitted_.get(), code,
                                     "asking for the end of " + name));
    }
    code = rd_kafka_query_watermark_offsets(uncommitted_.get(), topic_.c_str(),
                                            partition, &range.begin, &range.end,
                                            slice);
  } while (code != RD_KAFKA_RESP_ERR_NO_ERROR);
  const auto list = NewPartitionList(1);
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)
      ->offset = range.begin;
  code = rd_kafka_assign(committed_.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Fail(
        MakeTransportError(committed_.get(), code, "assigning " + name));
  }
  return std::make_unique<Source>(committed_.get(), name, range,
                                  std::move(patience));
}

}  // namespace ricochet
