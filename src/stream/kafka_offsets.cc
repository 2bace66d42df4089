// The part of KafkaConsumer that asks for and commits offsets, and turns
// partitions into librdkafka's lists and back.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "stream/kafka_consumer.h"
#include "stream/kafka_error.h"
#include "stream/kafka_state.h"

namespace ricochet {
namespace {

// librdkafka frees the metadata of a list's element with free().
void SetMetadata(rd_kafka_topic_partition_t& element, std::string_view text) {
  if (text.empty()) return;
  element.metadata = rd_kafka_mem_malloc(nullptr, text.size());
  std::memcpy(element.metadata, text.data(), text.size());
  element.metadata_size = text.size();
}

// The first element that failed, or null.
const rd_kafka_topic_partition_t* FirstError(
    const rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return &list->elems[i];
    }
  }
  return nullptr;
}

}  // namespace

Transported<std::vector<CommittedOffset>> KafkaConsumer::Committed(
    std::span<const Partition> partitions) {
  options_.deadline.Start();
  while (true) {
    const auto list = ToList(partitions);
    const int slice = options_.deadline.Slice();
    const auto code =
        rd_kafka_committed(client_, list.get(), std::max(slice, 1));
    const auto* failed = FirstError(list.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && failed == nullptr) {
      std::vector<CommittedOffset> offsets;
      for (int i = 0; i < list->cnt; ++i) {
        const auto& element = list->elems[i];
        offsets.push_back(
            {partitions[static_cast<std::size_t>(i)],
             element.offset >= 0 ? element.offset : kNoOffset,
             std::string(static_cast<const char*>(element.metadata),
                         element.metadata_size)});
      }
      return offsets;
    }
    if (slice == 0) {
      const auto* at = failed != nullptr ? failed : &list->elems[0];
      return Fail(MakeTransportError(
          client_, code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : at->err,
          fmt::format("reading the committed offset of {}[{}]", at->topic,
                      at->partition)));
    }
  }
}

Transported<OffsetRange> KafkaConsumer::Range(Partition p) {
  options_.deadline.Start();
  while (true) {
    OffsetRange range;
    const int slice = options_.deadline.Slice();
    const auto code = rd_kafka_query_watermark_offsets(
        client_, TopicName(p), p.number, &range.begin, &range.end,
        std::max(slice, 1));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return range;
    if (slice == 0) {
      return Fail(
          MakeTransportError(client_, code,
                             fmt::format("asking for the offsets of {}[{}]",
                                         TopicName(p), p.number)));
    }
  }
}

Transported<int> KafkaConsumer::CountPartitions(const std::string& topic) {
  options_.deadline.Start();
  while (true) {
    const int slice = options_.deadline.Slice();
    auto count = ricochet::CountPartitions(client_, topic, std::max(slice, 1));
    if (count) return *count;
    if (slice == 0) {
      return Fail(
          TransportError{Recovery::kReopen, false, std::move(count.error())});
    }
  }
}

KafkaEvent KafkaConsumer::WaitFor(rd_kafka_queue_t* answers) {
  options_.deadline.Start();
  while (true) {
    const int slice = options_.deadline.Slice();
    KafkaEvent event(rd_kafka_queue_poll(answers, slice));
    if (event || slice == 0) return event;
  }
}

Transported<void> KafkaConsumer::CommitOffsets(
    const rd_kafka_topic_partition_list_t* list) {
  if (list->cnt == 0) return {};
  const KafkaQueue answers(rd_kafka_queue_new(client_));
  auto code =
      rd_kafka_commit_queue(client_, list, answers.get(), nullptr, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const KafkaEvent event = WaitFor(answers.get());
    code = event ? rd_kafka_event_error(event.get())
                 : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (event && code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const auto* answer = rd_kafka_event_topic_partition_list(event.get());
      const auto* failed = answer != nullptr ? FirstError(answer) : nullptr;
      if (failed != nullptr) code = failed->err;
    }
  }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  auto error = MakeTransportError(client_, code, "committing offsets");
  if (error.recovery == Recovery::kReopen) error.recovery = Recovery::kAbort;
  return Fail(std::move(error));
}

KafkaGroupMetadata KafkaConsumer::GroupMetadata() {
  return KafkaHandle<rd_kafka_consumer_group_metadata_t>(
      rd_kafka_consumer_group_metadata(client_));
}

std::int32_t KafkaConsumer::TopicIndex(std::string_view name) const {
  const auto found =
      std::find(options_.topics.begin(), options_.topics.end(), name);
  return static_cast<std::int32_t>(found - options_.topics.begin());
}

std::int32_t KafkaConsumer::TopicIndex(const rd_kafka_topic_t* topic) {
  if (topic != last_topic_) {
    last_topic_ = topic;
    last_topic_index_ =
        TopicIndex(std::string_view(rd_kafka_topic_name(topic)));
  }
  return last_topic_index_;
}

const char* KafkaConsumer::TopicName(Partition p) const {
  return options_.topics[static_cast<std::size_t>(p.topic)].c_str();
}

PartitionList KafkaConsumer::ToList(
    std::span<const CommittedOffset> offsets) const {
  auto list = NewPartitionList(offsets.size());
  for (const auto& entry : offsets) {
    auto* element = rd_kafka_topic_partition_list_add(
        list.get(), TopicName(entry.partition), entry.partition.number);
    element->offset = entry.offset;
    SetMetadata(*element, entry.metadata);
  }
  return list;
}

PartitionList KafkaConsumer::ToList(std::span<const ReadFrom> from) const {
  auto list = NewPartitionList(from.size());
  for (const auto& entry : from) {
    rd_kafka_topic_partition_list_add(list.get(), TopicName(entry.partition),
                                      entry.partition.number)
        ->offset = entry.offset;
  }
  return list;
}

PartitionList KafkaConsumer::ToList(
    std::span<const Partition> partitions) const {
  auto list = NewPartitionList(partitions.size());
  for (const auto p : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), TopicName(p), p.number);
  }
  return list;
}

}  // namespace ricochet
