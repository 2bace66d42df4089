// The Kafka transport over librdkafka's in-process broker: at least once.
#include "stream/mock_cluster.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "copy_stage.h"
#include "stream/feeder.h"
#include "stream/kafka_transport.h"
#include "stream/topic_reader.h"
#include "stream/worker.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using test::CopyLog;
using test::CopyStage;

constexpr std::int16_t kProduceKey = 0;
constexpr std::int16_t kFetchKey = 1;
constexpr std::int16_t kOffsetCommitKey = 8;

// A cluster with topics "in" (2 partitions) and "out".
class Cluster {
 public:
  explicit Cluster(int brokers = 1) {
    auto started = MockCluster::Start(brokers);
    EXPECT_TRUE(started.has_value());
    mock = std::move(*started);
    EXPECT_TRUE(mock->CreateTopic("in", 2).has_value());
    EXPECT_TRUE(mock->CreateTopic("out", 1).has_value());
    EXPECT_TRUE(mock->CreateTopic("dead", 1).has_value());
    settings.brokers = mock->bootstrap();
  }
  void Feed(int from, int to) {
    auto producer = PlainProducer::Create(settings);
    ASSERT_TRUE(producer.has_value());
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(producer->Send("in", "", std::to_string(i), kNoTime, i % 2));
    }
    ASSERT_TRUE(producer->Flush(20s).has_value());
  }
  WorkerOptions Options() const {
    WorkerOptions options;
    options.stage_name = "copy";
    options.group = "ricochet.copy";
    options.input_topics = {"in"};
    options.output_topics[0] = "out";
    options.output_topics[1] = "dead";
    options.guarantee = Guarantee::kAtLeastOnce;
    options.commit_interval = 50ms;
    options.call_deadline = 10s;
    options.session_timeout = 3s;  // the broker waits so long for members
    return options;
  }
  // Whether the group has committed `records` in all, within 30 s.
  bool WaitForCommitted(std::int64_t records) {
    auto group = GroupOffsets::Create(settings, "ricochet.copy");
    const auto end = std::chrono::steady_clock::now() + 40s;
    while (std::chrono::steady_clock::now() < end) {
      const auto offsets = group->Committed("in", 2, 5s);
      std::int64_t sum = 0;
      for (const auto& at : offsets.value_or(std::vector<CommittedOffset>())) {
        sum += std::max<Offset>(at.offset, 0);
      }
      if (sum == records) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  std::map<std::string, int> Outputs() const {
    std::map<std::string, int> counts;
    auto records = ReadTopic(settings, "out", 20s);
    EXPECT_TRUE(records.has_value());
    for (const auto& record : *records) ++counts[record.value];
    return counts;
  }

  std::unique_ptr<MockCluster> mock;
  KafkaSettings settings;
};

// A worker on its own thread.
class Running {
 public:
  Running(const Cluster& cluster, WorkerOptions options)
      : worker_(std::move(options), cluster.settings,
                std::make_unique<CopyStage>(log), status),
        thread_([this](std::stop_token stop) { ended = worker_.Run(stop); }) {}
  Result<void> Stop() {
    thread_.request_stop();
    thread_.join();
    return ended;
  }
  CopyLog log;
  WorkerStatus status;
  Result<void> ended;

 private:
  Worker worker_;
  std::jthread thread_;
};

TEST(KafkaAtLeastOnce, CopiesAllAndCommits) {
  Cluster cluster;
  cluster.Feed(0, 1000);
  Running running(cluster, cluster.Options());
  ASSERT_TRUE(cluster.WaitForCommitted(1000));
  ASSERT_TRUE(running.Stop().has_value());
  EXPECT_EQ(cluster.Outputs().size(), 1000u);
}

TEST(KafkaAtLeastOnce, TwoWorkersShareAndOneTakesOver) {
  Cluster cluster;
  Running first(cluster, cluster.Options());
  cluster.Feed(0, 500);
  ASSERT_TRUE(cluster.WaitForCommitted(500));
  Running second(cluster, cluster.Options());
  cluster.Feed(500, 1000);
  ASSERT_TRUE(cluster.WaitForCommitted(1000));
  ASSERT_TRUE(first.Stop().has_value());
  cluster.Feed(1000, 1500);
  ASSERT_TRUE(cluster.WaitForCommitted(1500));
  ASSERT_TRUE(second.Stop().has_value());
  EXPECT_EQ(cluster.Outputs().size(), 1500u);
}

TEST(KafkaAtLeastOnce, SurvivesErrorsOfEveryRequestItMakes) {
  Cluster cluster;
  cluster.Feed(0, 100);
  cluster.mock->FailRequests(kProduceKey,
                             {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                              RD_KAFKA_RESP_ERR__TRANSPORT});
  cluster.mock->FailRequests(kFetchKey, {RD_KAFKA_RESP_ERR__TRANSPORT});
  cluster.mock->FailRequests(kOffsetCommitKey,
                             {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                              RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID});
  Running running(cluster, cluster.Options());
  ASSERT_TRUE(cluster.WaitForCommitted(100));
  ASSERT_TRUE(running.Stop().has_value());
  EXPECT_EQ(cluster.Outputs().size(), 100u);
}

TEST(KafkaAtLeastOnce, SaysThatTheBrokerIsGoneAndGoesOnWhenItIsBack) {
  Cluster cluster;
  cluster.Feed(0, 10);
  Running running(cluster, cluster.Options());
  ASSERT_TRUE(cluster.WaitForCommitted(10));
  cluster.mock->SetBrokerUp(false);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (running.status.state() != WorkerState::kBrokerDown &&
         std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(running.status.state(), WorkerState::kBrokerDown);
  cluster.mock->SetBrokerUp(true);
  cluster.Feed(10, 20);
  ASSERT_TRUE(cluster.WaitForCommitted(20));
  while (running.status.state() != WorkerState::kRunning &&
         std::chrono::steady_clock::now() < end + 20s) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(running.status.state(), WorkerState::kRunning);
  ASSERT_TRUE(running.Stop().has_value());
}

TEST(KafkaAtLeastOnce, DeadLettersAnOutputThatIsTooLarge) {
  Cluster cluster;
  auto producer = PlainProducer::Create(cluster.settings);
  for (const auto* value : {"a", "huge", "b"}) {
    ASSERT_TRUE(producer->Send("in", "", value, kNoTime, 0).has_value());
  }
  ASSERT_TRUE(producer->Flush(20s).has_value());
  Running running(cluster, cluster.Options());
  ASSERT_TRUE(cluster.WaitForCommitted(3));
  ASSERT_TRUE(running.Stop().has_value());
  const auto letters = ReadTopic(cluster.settings, "dead", 20s);
  ASSERT_TRUE(letters.has_value());
  ASSERT_EQ(letters->size(), 1u);
  EXPECT_EQ(letters->front().value, "huge");
  EXPECT_EQ(cluster.Outputs().size(), 2u);
}

TEST(KafkaAtLeastOnce, StopsInTimeWhileNoBrokerCanBeReached) {
  Cluster cluster;
  cluster.Feed(0, 10);
  auto options = cluster.Options();
  options.stop_deadline = 2s;
  Running running(cluster, options);
  ASSERT_TRUE(cluster.WaitForCommitted(10));
  cluster.mock->SetBrokerUp(false);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(running.Stop().has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 8s);
}

// librdkafka alone would wait for the coordinator without end.
TEST(KafkaExactlyOnce, ACommitEndsInTimeThoughTheGroupsCoordinatorIsAway) {
  Cluster cluster(2);
  for (const auto* topic : {"in", "out", "dead"}) {
    cluster.mock->SetLeader(topic, 0, 1);
  }
  cluster.mock->SetLeader("in", 1, 1);
  cluster.mock->SetGroupCoordinator("ricochet.copy", 2);
  auto options = cluster.Options();
  options.guarantee = Guarantee::kExactlyOnce;
  options.instance_id = "copy-0-0";
  options.call_deadline = 1s;
  StreamLog log(nullptr);
  KafkaTransport transport(options, cluster.settings, &log);
  ASSERT_TRUE(transport.Open({}).has_value());
  const auto end = std::chrono::steady_clock::now() + 20s;
  std::vector<Partition> owned;
  while (owned.empty() && std::chrono::steady_clock::now() < end) {
    const auto batch = transport.Poll(10ms);
    ASSERT_TRUE(batch.has_value());
    for (const auto& rebalance : batch->rebalances) {
      owned = rebalance.partitions;
    }
  }
  ASSERT_FALSE(owned.empty());
  transport.Emit({.topic = Topic::kDeliveryEvents, .key = "k", .value = "v"});
  cluster.mock->SetBrokerUp(false, 2);
  const CommittedOffset after{owned.front(), 1, ""};
  const auto start = std::chrono::steady_clock::now();
  const auto committed = transport.Commit({&after, 1});
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  ASSERT_FALSE(committed.has_value());
  EXPECT_EQ(committed.error().recovery, Recovery::kReopen)
      << committed.error().error.message;
  transport.Close(1s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 25s);
  cluster.mock->SetBrokerUp(true, 2);
}

}  // namespace
}  // namespace ricochet
