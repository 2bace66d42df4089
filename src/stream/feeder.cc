#include "stream/feeder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "stream/changelog.h"
#include "stream/kafka_state.h"

#include "stream/kafka_state.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

int Left(Clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

tl::unexpected<Error> Failure(std::string_view doing,
                              rd_kafka_resp_err_t code) {
  return Fail(ErrorCode::kKafka,
              fmt::format("{}: {}", doing, rd_kafka_err2str(code)));
}

rd_kafka_vu_t Field(rd_kafka_vtype_t type) {
  rd_kafka_vu_t field{};
  field.vtype = type;
  return field;
}

// RD_KAFKA_EVENT_DR: refusals come as events, to be fetched.
constexpr const char* kDeliveryReports = "1";
static_assert(RD_KAFKA_EVENT_DR == 1);

}  // namespace

PlainProducer::PlainProducer(KafkaClient client)
    : client_(std::move(client)),
      reports_(rd_kafka_queue_get_main(client_.get())) {}

Result<PlainProducer> PlainProducer::Create(const KafkaSettings& settings) {
  auto client =
      KafkaClient::Create(RD_KAFKA_PRODUCER, settings,
                          {{"enable.idempotence", "true"},
                           {"partitioner", "murmur2_random"},
                           {"linger.ms", "5"},
                           {"delivery.report.only.error", "true"},
                           {"enabled_events", kDeliveryReports},
                           {"queue.buffering.max.messages", "1000000"}});
  if (!client) return Fail(std::move(client.error()));
  return PlainProducer(std::move(*client));
}

Result<void> PlainProducer::Send(const std::string& topic, std::string_view key,
                                 std::string_view value, EventTime time,
                                 std::int32_t partition) {
  constexpr std::chrono::seconds kDeadline{30};
  std::array<rd_kafka_vu_t, 6> fields = {
      Field(RD_KAFKA_VTYPE_TOPIC),     Field(RD_KAFKA_VTYPE_MSGFLAGS),
      Field(RD_KAFKA_VTYPE_KEY),       Field(RD_KAFKA_VTYPE_VALUE),
      Field(RD_KAFKA_VTYPE_PARTITION), Field(RD_KAFKA_VTYPE_TIMESTAMP)};
  fields[0].u.cstr = topic.c_str();
  fields[1].u.i = RD_KAFKA_MSG_F_COPY;
  fields[2].u.mem = {key.empty() ? nullptr : const_cast<char*>(key.data()),
                     key.size()};
  fields[3].u.mem = {const_cast<char*>(value.data()), value.size()};
  fields[4].u.i32 = partition;
  fields[5].u.i64 = time == kNoTime ? 0 : time.time_since_epoch().count();
  const auto end = Clock::now() + kDeadline;
  while (true) {
    const KafkaError error(
        rd_kafka_produceva(client_.get(), fields.data(), fields.size()));
    if (!error) return {};
    const auto code = rd_kafka_error_code(error.get());
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || Clock::now() >= end) {
      return Failure(fmt::format("producing to {}", topic), code);
    }
    HearOfRefusals(10ms);
  }
}

void PlainProducer::HearOfRefusals(std::chrono::milliseconds wait) {
  const KafkaEvent event(
      rd_kafka_queue_poll(reports_.get(), static_cast<int>(wait.count())));
  if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return;
  while (const auto* message = rd_kafka_event_message_next(event.get())) {
    if (refused_++ == 0) first_refusal_ = rd_kafka_err2str(message->err);
  }
}

Result<void> PlainProducer::Flush(std::chrono::milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  while (true) {
    const auto code = rd_kafka_flush(client_.get(), std::min(Left(end), 50));
    HearOfRefusals(0ms);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    if (Clock::now() >= end) return Failure("flushing", code);
  }
  if (refused_ == 0) return {};
  return Fail(ErrorCode::kKafka,
              fmt::format("{} of the records sent were refused: {}", refused_,
                          first_refusal_));
}

Result<int> PlainProducer::Partitions(const std::string& topic,
                                      std::chrono::milliseconds deadline) {
  return CountPartitions(client_.get(), topic, Left(Clock::now() + deadline));
}

Result<GroupOffsets> GroupOffsets::Create(const KafkaSettings& settings,
                                          const std::string& group) {
  auto client = KafkaClient::Create(
      RD_KAFKA_CONSUMER, settings,
      {{"group.id", group}, {"enable.auto.commit", "false"}});
  if (!client) return Fail(std::move(client.error()));
  return GroupOffsets(std::move(*client));
}

Result<std::vector<CommittedOffset>> GroupOffsets::Committed(
    const std::string& topic, int partitions,
    std::chrono::milliseconds deadline) {
  const auto list = NewPartitionList(static_cast<std::size_t>(partitions));
  for (int p = 0; p < partitions; ++p) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p);
  }
  const auto code = rd_kafka_committed(client_.get(), list.get(),
                                       Left(Clock::now() + deadline));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failure(fmt::format("reading the offsets of {}", topic), code);
  }
  std::vector<CommittedOffset> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& element = list->elems[i];
    const std::string_view metadata(static_cast<const char*>(element.metadata),
                                    element.metadata_size);
    offsets.push_back({.partition = {.number = element.partition},
                       .offset = std::max(element.offset, kNoOffset),
                       .metadata = CommitNote::Read(metadata).stage});
  }
  return offsets;
}

Result<int> GroupOffsets::Partitions(const std::string& topic,
                                     std::chrono::milliseconds deadline) {
  return CountPartitions(client_.get(), topic, Left(Clock::now() + deadline));
}

Result<std::vector<OffsetRange>> GroupOffsets::Ranges(
    const std::string& topic, int partitions,
    std::chrono::milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  std::vector<OffsetRange> ranges(static_cast<std::size_t>(partitions));
  for (int p = 0; p < partitions; ++p) {
    auto& range = ranges[static_cast<std::size_t>(p)];
    const auto code = rd_kafka_query_watermark_offsets(
        client_.get(), topic.c_str(), p, &range.begin, &range.end, Left(end));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure(fmt::format("asking for the end of {}[{}]", topic, p),
                     code);
    }
  }
  return ranges;
}

Result<std::int64_t> GroupOffsets::Lag(const std::string& topic, int partitions,
                                       std::chrono::milliseconds deadline) {
  const auto committed = Committed(topic, partitions, deadline);
  if (!committed) return Fail(committed.error());
  const auto ranges = Ranges(topic, partitions, deadline);
  if (!ranges) return Fail(ranges.error());
  std::int64_t lag = 0;
  for (std::size_t p = 0; p < ranges->size(); ++p) {
    const auto& [begin, end] = (*ranges)[p];
    lag += end - std::max((*committed)[p].offset, begin);
  }
  return lag;
}

}  // namespace ricochet
