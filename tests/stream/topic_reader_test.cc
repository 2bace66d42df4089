// Over librdkafka's in-process broker.
#include "stream/topic_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "stream/feeder.h"
#include "stream/mock_cluster.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

class TopicReader : public testing::Test {
 protected:
  TopicReader() {
    auto started = MockCluster::Start();
    EXPECT_TRUE(started.has_value());
    cluster = std::move(*started);
    EXPECT_TRUE(cluster->CreateTopic("in", 2).has_value());
    settings.brokers = cluster->bootstrap();
  }
  void Feed(const std::string& value, std::int32_t partition) {
    auto producer = PlainProducer::Create(settings);
    ASSERT_TRUE(producer->Send("in", "key", value, kNoTime, partition));
    const auto done = producer->Flush(20s);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }
  // The values of a part, at most `most` of them.
  std::string Read(const TopicPart& part, std::size_t most = 100) {
    std::string values;
    const auto done = VisitTopic(
        settings, "in", 20s,
        [&](TopicRecord&& record) {
          values += record.value;
          return --most > 0;
        },
        part);
    return done ? values : done.error().message;
  }

  std::unique_ptr<MockCluster> cluster;
  KafkaSettings settings;
};

TEST_F(TopicReader, ReadsNoFurtherThanTheEndThatThereWas) {
  Feed("a", 0);
  Feed("b", 0);
  std::string values;
  const auto done = VisitTopic(settings, "in", 20s, [&](TopicRecord&& record) {
    values += record.value;
    Feed("c", 0);
    Feed("d", 1);
    return true;
  });
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(values, "ab");
}

TEST_F(TopicReader, APartOfATopicBeginsWhereItSays) {
  for (const auto* value : {"a", "b", "c"}) Feed(value, 0);
  Feed("x", 1);
  EXPECT_EQ(Read({.partition = 0, .begin = 1}), "bc");
  EXPECT_EQ(Read({.partition = 0, .begin = 1}, 1), "b");
  EXPECT_EQ(Read({.partition = 1}), "x");
  EXPECT_EQ(Read({.partition = 0, .begin = 3}), "");
  EXPECT_EQ(Read({.partition = 7}), "");
}

TEST_F(TopicReader, ARecordHasItsKeyAndKafkasTime) {
  Feed("a", 1);
  const auto records = ReadTopic(settings, "in", 20s);
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().partition, 1);
  EXPECT_EQ(records->front().key, "key");
  EXPECT_GT(records->front().time, EventTime{} + std::chrono::years(50));
}

TEST_F(TopicReader, AMissingTopicIsAnError) {
  const auto records = ReadTopic(settings, "out", 20s);
  ASSERT_FALSE(records.has_value());
  EXPECT_EQ(records.error().message, "topic out does not exist");
}

TEST_F(TopicReader, WhatTheBrokerRefusesIsNotTakenForSent) {
  constexpr std::int16_t kProduceKey = 0;
  cluster->FailRequests(kProduceKey, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  auto producer = PlainProducer::Create(settings);
  ASSERT_TRUE(producer->Send("in", "", "a", kNoTime, 0));
  const auto done = producer->Flush(20s);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(
      done.error().message,
      "1 of the records sent were refused: Broker: Message size too large");
  EXPECT_EQ(producer->refused(), 1u);
}

}  // namespace
}  // namespace ricochet
