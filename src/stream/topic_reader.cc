#include "stream/topic_reader.h"

#include <fmt/format.h>

#include <string_view>

#include "stream/kafka_state.h"

namespace ricochet {
namespace {

using Clock = std::chrono::steady_clock;

int Left(Clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

std::string Copy(const void* data, std::size_t size) {
  return data == nullptr ? std::string()
                         : std::string(static_cast<const char*>(data), size);
}

TopicRecord ToRecord(const rd_kafka_message_t& message) {
  TopicRecord record{message.partition,
                     message.offset,
                     Copy(message.key, message.key_len),
                     Copy(message.payload, message.len),
                     message.payload == nullptr,
                     {}};
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

// Assigns every partition of the topic; returns how many there are.
Result<int> AssignAll(rd_kafka_t* client, const std::string& topic,
                      Clock::time_point end) {
  const auto count = CountPartitions(client, topic, Left(end));
  if (!count) return count;
  const auto list = NewPartitionList(static_cast<std::size_t>(*count));
  for (int p = 0; p < *count; ++p) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  const auto code = rd_kafka_assign(client, list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Fail(ErrorCode::kKafka, rd_kafka_err2str(code));
  }
  return count;
}

}  // namespace

Result<std::vector<TopicRecord>> ReadTopic(const KafkaSettings& settings,
                                           const std::string& topic,
                                           std::chrono::milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  const auto client = KafkaClient::Create(
      RD_KAFKA_CONSUMER, settings,
      {{"group.id", "ricochet.reader"},  // never joined, never committed
       {"enable.auto.commit", "false"},
       {"enable.partition.eof", "true"},
       {"isolation.level", "read_committed"}});
  if (!client) return Fail(client.error());
  auto partitions = AssignAll(client->get(), topic, end);
  if (!partitions) return Fail(std::move(partitions.error()));
  rd_kafka_poll_set_consumer(client->get());
  std::vector<TopicRecord> records;
  int ended = 0;
  while (ended < *partitions) {
    if (Clock::now() >= end) {
      return Fail(ErrorCode::kKafka,
                  fmt::format("reading {}: not at its end in time", topic));
    }
    const KafkaHandle<rd_kafka_message_t> message(
        rd_kafka_consumer_poll(client->get(), 100));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++ended;
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      records.push_back(ToRecord(*message));
    }
  }
  return records;
}

}  // namespace ricochet
