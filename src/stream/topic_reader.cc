#include "stream/topic_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "stream/kafka_error.h"
#include "stream/kafka_state.h"
#include "stream/transport.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

// Whoever gave a wrong address is told so within this time.
constexpr std::chrono::seconds kFirstAnswer{15};

int Left(Clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

// What a broker says while a partition's leader changes, or is made known.
bool IsPassing(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
      return true;
    default:
      return false;
  }
}

std::string Copy(const void* data, std::size_t size) {
  return data == nullptr ? std::string()
                         : std::string(static_cast<const char*>(data), size);
}

EventTime TimeOf(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto millis = rd_kafka_message_timestamp(&message, &type);
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) return kNoTime;
  return EventTime{std::chrono::milliseconds{millis}};
}

TopicRecord ToRecord(const rd_kafka_message_t& message) {
  TopicRecord record{message.partition,
                     message.offset,
                     Copy(message.key, message.key_len),
                     Copy(message.payload, message.len),
                     message.payload == nullptr,
                     {},
                     TimeOf(message)};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != 0) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    record.headers.emplace_back(name, Copy(value, size));
  }
  return record;
}

// A topic on its way through a client.
class Pass {
 public:
  Pass(rd_kafka_t* client, const std::string& topic, Clock::time_point end)
      : client_(client), topic_(topic), end_(end) {}

  // Asks for the ends, then assigns what lies before them.
  Result<void> Begin(const TopicPart& part) {
    const auto soon = std::min(end_, Clock::now() + kFirstAnswer);
    const auto count = CountPartitions(client_, topic_, Left(soon));
    if (!count) return Fail(count.error());
    const auto list = NewPartitionList(static_cast<std::size_t>(*count));
    for (std::int32_t p = 0; p < *count; ++p) {
      if (part.partition && *part.partition != p) continue;
      const auto range = RangeOf(p);
      if (!range) return Fail(range.error());
      const auto begin = std::max(part.begin, range->begin);
      if (begin >= range->end) continue;
      left_.emplace(p, range->end);
      rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), p)->offset =
          begin;
    }
    const auto code = rd_kafka_assign(client_, list.get());
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Result<void>{} : Failure(code);
  }

  Result<void> Run(const TopicVisitor& visit) {
    while (!left_.empty()) {
      if (Clock::now() >= end_) {
        return Fail(ErrorCode::kKafka,
                    fmt::format("reading {}: not at its end in time", topic_));
      }
      const KafkaHandle<rd_kafka_message_t> message(
          rd_kafka_consumer_poll(client_, std::min(Left(end_), 100)));
      if (!message) continue;
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        left_.erase(message->partition);  // what is left are markers
      } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (!Show(*message, visit)) return {};
      } else if (!IsLostConnection(message->err) && !IsPassing(message->err)) {
        return Failure(message->err);
      }
    }
    return {};
  }

 private:
  bool Show(const rd_kafka_message_t& message, const TopicVisitor& visit) {
    const auto left = left_.find(message.partition);
    if (left == left_.end()) return true;
    const bool before = message.offset < left->second;
    if (message.offset + 1 >= left->second) left_.erase(left);
    return !before || visit(ToRecord(message));
  }

  Result<OffsetRange> RangeOf(std::int32_t partition) {
    constexpr std::chrono::milliseconds kBetween{200};
    const auto give_up = std::min(end_, Clock::now() + kFirstAnswer);
    OffsetRange range;
    while (true) {
      const auto code = rd_kafka_query_watermark_offsets(
          client_, topic_.c_str(), partition, &range.begin, &range.end,
          Left(end_));
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return range;
      if (!IsPassing(code) || Clock::now() >= give_up) return Failure(code);
      std::this_thread::sleep_for(kBetween);
    }
  }

  [[nodiscard]] tl::unexpected<Error> Failure(rd_kafka_resp_err_t code) const {
    return Fail(ErrorCode::kKafka,
                fmt::format("reading {}: {}", topic_, rd_kafka_err2str(code)));
  }

  rd_kafka_t* client_;
  const std::string& topic_;
  Clock::time_point end_;
  std::map<std::int32_t, Offset> left_;  // the ends not reached, by partition
};

}  // namespace

Result<void> VisitTopic(const KafkaSettings& settings, const std::string& topic,
                        std::chrono::milliseconds deadline,
                        const TopicVisitor& visit, const TopicPart& part) {
  const auto client = KafkaClient::Create(
      RD_KAFKA_CONSUMER, settings,
      {{"group.id", "ricochet.reader"},  // never joined, never committed
       {"enable.auto.commit", "false"},
       {"enable.partition.eof", "true"},
       {"isolation.level", "read_committed"}});
  if (!client) return Fail(client.error());
  rd_kafka_poll_set_consumer(client->get());
  Pass pass(client->get(), topic, Clock::now() + deadline);
  if (auto begun = pass.Begin(part); !begun) return begun;
  return pass.Run(visit);
}

Result<std::vector<TopicRecord>> ReadTopic(const KafkaSettings& settings,
                                           const std::string& topic,
                                           std::chrono::milliseconds deadline) {
  std::vector<TopicRecord> records;
  auto done = VisitTopic(settings, topic, deadline, [&](TopicRecord&& record) {
    records.push_back(std::move(record));
    return true;
  });
  if (!done) return Fail(std::move(done.error()));
  return records;
}

}  // namespace ricochet
