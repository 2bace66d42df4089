// Dead letters on their way there and back, over librdkafka's in-process
// broker.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/letter_replay.h"
#include "app/rules.h"
#include "app/service.h"
#include "app/stored_letter.h"
#include "app/topics.h"
#include "stream/mock_cluster.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

class DeadLetters : public testing::Test {
 protected:
  void SetUp() override {
    cluster_ = *MockCluster::Start();
    config.kafka.brokers = cluster_->bootstrap();
    config.kafka.guarantee = Guarantee::kAtLeastOnce;
    config.stages = {"attempts"};
    config.http.listen = "";
    for (const auto& topic :
         {config.topics.logs.front(), config.topics.delivery_events,
          config.topics.dead_letters, config.topics.evidence,
          config.topics.attempts_state}) {
      ASSERT_TRUE(cluster_->CreateTopic(topic, 4).has_value());
    }
    ASSERT_TRUE(cluster_->CreateTopic("lab", 2).has_value());
    service = *Service::Start(config, *LoadRules(""));
  }
  void TearDown() override { service.reset(); }  // before its broker

  void Feed(const std::string& line, std::int32_t partition) {
    auto producer = PlainProducer::Create(KafkaSettingsOf(config));
    ASSERT_TRUE(producer->Send(config.topics.logs.front(), "mx1", line, kNoTime,
                               partition));
    ASSERT_TRUE(producer->Flush(20s).has_value());
  }
  std::vector<TopicRecord> Read(const std::string& topic) const {
    return ReadTopic(KafkaSettingsOf(config), topic, 20s)
        .value_or(std::vector<TopicRecord>());
  }
  // All letters, once there are so many.
  std::vector<StoredLetter> Letters(std::size_t wanted) const {
    const auto end = std::chrono::steady_clock::now() + 40s;
    while (std::chrono::steady_clock::now() < end) {
      auto records = Read(config.topics.dead_letters);
      if (records.size() >= wanted) {
        LetterList list({});
        for (auto& record : records) list.Add(ReadLetter(std::move(record)));
        return list.Take();
      }
      std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "no letters";
    return {};
  }
  void SendAgain(std::vector<StoredLetter> letters, const std::string& to) {
    const auto plan = PlanReplay(std::move(letters),
                                 {.to = to, .topics = config.topics.logs});
    auto producer = PlainProducer::Create(KafkaSettingsOf(config));
    const auto done = Replay(plan, to, *producer, 20s);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }

  Config config;
  std::unique_ptr<Service> service;

 private:
  std::unique_ptr<MockCluster> cluster_;
};

constexpr auto kLine = "Nov 21 19:36:16 mx1 postfix/smtp[1]: 4F1C2T: to=<";

TEST_F(DeadLetters, WhatFailsAgainComesBackWithItsNewOffset) {
  Feed(kLine, 3);  // not where its key would bring it
  const auto first = Letters(1);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].reason, "bad_syntax");
  EXPECT_EQ(first[0].value, kLine);
  EXPECT_EQ(first[0].key, "mx1");
  EXPECT_EQ(TextOf(first[0].source), "mail.logs:3:0");
  SendAgain(first, "");
  const auto both = Letters(2);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1].value, kLine);
  EXPECT_EQ(both[1].key, "mx1");
  EXPECT_EQ(TextOf(both[1].source), "mail.logs:3:1");
}

TEST_F(DeadLetters, AnotherTopicGetsOctetsAndKey) {
  const std::string octets("\0\xFF \x1B[2J", 7);
  Feed(octets, 0);
  SendAgain(Letters(1), "lab");
  const auto records = Read("lab");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].value, octets);
  EXPECT_EQ(records[0].key, "mx1");
}

TEST_F(DeadLetters, ATopicThatDoesNotExistIsAnError) {
  auto producer = PlainProducer::Create(KafkaSettingsOf(config));
  const ReplayPlan plan{.letters = {{.value = "a"}}};
  const auto done = Replay(plan, "nowhere", *producer, 20s);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().message, "topic nowhere does not exist");
}

}  // namespace
}  // namespace ricochet
