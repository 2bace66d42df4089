// What only a real broker can show: nothing lost and nothing doubled under
// read_committed, whatever happens in the middle.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <thread>

#include "../stream/copy_stage.h"
#include "../stream/expect.h"
#include "kafka/broker.h"
#include "stream/admin.h"
#include "stream/feeder.h"
#include "stream/topic_reader.h"
#include "stream/worker.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using test::Broker;
using test::CopyLog;
using test::CopyStage;
using Clock = std::chrono::steady_clock;

constexpr int kPartitions = 4;

template <class Condition>
bool Eventually(Condition condition, std::chrono::seconds deadline = 90s) {
  const auto end = Clock::now() + deadline;
  while (!condition()) {
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

// Topics of one test, named after it: input, outputs, dead letters.
class ExactlyOnce : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    const std::string name = info->name();
    input = name + ".in";
    output = name + ".out";
    dead = name + ".dead";
    settings.brokers = Broker::Get().bootstrap();
    const auto created = CreateTopics(settings,
                                      {{.name = input, .partitions = 4},
                                       {.name = output, .partitions = 2},
                                       {.name = dead, .partitions = 1}},
                                      60s);
    ASSERT_TRUE(created.has_value()) << created.error().message;
    ASSERT_EQ(created->size(), 3u);
  }
  // Flushes now and then, so that the stream lasts a while.
  void Feed(int from, int to) {
    auto producer = PlainProducer::Create(settings);
    ASSERT_TRUE(producer.has_value());
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(producer
                      ->Send(input, "", "v" + std::to_string(i), kNoTime,
                             i % kPartitions)
                      .has_value());
      if (i % 500 != 0) continue;
      ASSERT_TRUE(producer->Flush(60s).has_value());
    }
    ASSERT_TRUE(producer->Flush(60s).has_value());
    fed = std::max(fed, to);
  }
  WorkerOptions Options(const std::string& instance) const {
    WorkerOptions options;
    options.stage_name = "copy";
    options.group = input + ".group";
    options.input_topics = {input};
    options.output_topics[0] = output;
    options.output_topics[1] = dead;
    if (!instance.empty()) options.instance_id = input + "." + instance;
    options.commit_interval = 50ms;
    options.batch_records = 100;
    options.session_timeout = 6s;
    return options;
  }
  bool CaughtUp() {
    auto group = GroupOffsets::Create(settings, input + ".group");
    EXPECT_TRUE(group.has_value());
    return group.has_value() && Eventually([&] {
             const auto lag = group->Lag(input, kPartitions, 10s);
             return lag.has_value() && *lag == 0;
           });
  }
  // Each value that was fed came out exactly once, but for those `missing`.
  void ExpectEachOnce(int missing = 0) {
    const auto records = ReadTopic(settings, output, 60s);
    ASSERT_TRUE(records.has_value()) << records.error().message;
    std::map<std::string, int> seen;
    for (const auto& record : *records) ++seen[record.value];
    const auto doubled =
        std::count_if(seen.begin(), seen.end(),
                      [](const auto& entry) { return entry.second > 1; });
    EXPECT_EQ(doubled, 0) << Doubled(*records);
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(fed - missing));
  }

  // Each input partition's offsets that came out twice.
  static std::string Doubled(std::span<const TopicRecord> records) {
    std::map<std::string, std::map<int, int>> offsets;  // CopyStage's keys
    for (const auto& record : records) {
      const auto slash = record.key.find('/');
      ++offsets[record.key.substr(0, slash)]
               [std::atoi(record.key.c_str() + slash + 1)];
    }
    std::string text;
    for (const auto& [partition, counts] : offsets) {
      for (const auto& [offset, count] : counts) {
        if (count > 1) {
          text += partition + "/" + std::to_string(offset) + " ";
        }
      }
    }
    return text;
  }

  std::string input, output, dead;
  KafkaSettings settings;
  int fed = 0;
};

// What a worker says, beside the test's own output: with it a failure far away
// can be understood.
void Tell(LogLevel, StreamEvent, std::string_view message) {
  static const auto start = Clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      Clock::now() - start);
  std::cout << ms.count() << " ms " << message << std::endl;
}

// A worker on its own thread.
class Running {
 public:
  Running(const KafkaSettings& settings, WorkerOptions options)
      : worker_(std::move(options), settings, std::make_unique<CopyStage>(log),
                status, Tell),
        thread_([this](std::stop_token stop) {
          ended = worker_.Run(std::move(stop));
          done = true;
        }) {}
  Result<void> Stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return ended;
  }

  CopyLog log;
  WorkerStatus status;
  Result<void> ended;
  std::atomic<bool> done{false};

 private:
  Worker worker_;
  std::jthread thread_;
};

TEST_F(ExactlyOnce, StopAndRestartInMidStream) {
  Running first(settings, Options("0"));
  std::jthread feeder([this] { Feed(0, 20'000); });
  ASSERT_TRUE(Eventually([&] { return first.log.processed > 3'000; }));
  ASSERT_TRUE(first.Stop().has_value());
  Running second(settings, Options("0"));
  feeder.join();
  ASSERT_TRUE(CaughtUp());
  ASSERT_TRUE(second.Stop().has_value());
  EXPECT_GT(second.log.processed, 0);
  ExpectEachOnce();
}

TEST_F(ExactlyOnce, ASecondWorkerJoinsAndLeaves) {
  Running first(settings, Options(""));
  std::jthread feeder([this] { Feed(0, 5'000); });
  ASSERT_TRUE(Eventually([&] { return first.log.processed > 1'000; }));
  feeder.join();
  Running second(settings, Options(""));
  ASSERT_TRUE(Eventually([&] { return !second.status.Lags().empty(); }));
  feeder = std::jthread([this] { Feed(5'000, 15'000); });
  ASSERT_TRUE(Eventually([&] { return second.log.processed > 1'000; }));
  ASSERT_TRUE(second.Stop().has_value());
  feeder.join();
  ASSERT_TRUE(CaughtUp());
  ASSERT_TRUE(first.Stop().has_value());
  ExpectEachOnce();
}

// Whenever a partition moves, librdkafka pauses the others too. A worker that
// waits for one record after the other is paused with some in its hands.
TEST_F(ExactlyOnce, NothingIsPassedOverWhenOtherPartitionsMove) {
  Running first(settings, Options(""));
  std::atomic<bool> enough = false;
  std::jthread feeder([&] {
    auto producer = PlainProducer::Create(settings);
    for (; producer.has_value() && !enough; ++fed) {
      const auto sent = producer->Send(input, "", "v" + std::to_string(fed),
                                       kNoTime, fed % kPartitions);
      ASSERT_TRUE(sent.has_value());
      if (fed % 20 != 0) continue;
      ASSERT_TRUE(producer->Flush(60s).has_value());
    }
    ASSERT_TRUE(producer.has_value() && producer->Flush(60s).has_value());
  });
  ASSERT_TRUE(Eventually([&] { return first.log.processed > 100; }));
  for (int i = 0; i < 5; ++i) {
    Running second(settings, Options(""));
    EXPECT_TRUE(Eventually([&] { return second.log.processed > 100; }));
    EXPECT_TRUE(second.Stop().has_value());
  }
  enough = true;
  feeder.join();
  ASSERT_TRUE(CaughtUp());
  ASSERT_TRUE(first.Stop().has_value());
  ExpectEachOnce();
}

// A worker that has sent its offsets and is stuck before it commits.
class MovesInMidCommit : public ExactlyOnce {
 protected:
  // Its partitions move to another worker; it goes on when `go_on` says so.
  void Run(std::chrono::milliseconds transaction_timeout,
           const std::function<bool(Running& other)>& go_on) {
    auto impatient = settings;
    impatient.properties.emplace_back("max.poll.interval.ms", "7000");
    std::atomic<bool> stall = false;
    std::atomic<bool> stalled = false;
    std::atomic<bool> go = false;
    auto options = Options("");
    options.transaction_timeout = transaction_timeout;
    options.offsets_sent = [&] {
      if (!stall.exchange(false)) return;
      stalled = true;
      Eventually([&] { return go.load(); });
    };
    Running first(impatient, options);
    Feed(0, 5'000);
    ASSERT_TRUE(Eventually([&] { return first.log.processed > 1'000; }));
    Running other(impatient, Options(""));
    ASSERT_TRUE(Eventually([&] { return !other.status.Lags().empty(); }));
    stall = true;
    std::jthread feeder([this] { Feed(5'000, 15'000); });
    ASSERT_TRUE(Eventually([&] { return stalled.load(); }));
    // Who does not poll is thrown out, and the other one asks what was
    // committed.
    ASSERT_TRUE(Eventually(
        [&] { return other.status.state() == WorkerState::kRebalancing; }));
    EXPECT_TRUE(Eventually([&] { return go_on(other); }));
    go = true;
    feeder.join();
    ASSERT_TRUE(CaughtUp());
    ASSERT_TRUE(first.Stop().has_value());
    ASSERT_TRUE(other.Stop().has_value());
    EXPECT_GT(other.log.processed, 0);
    ExpectEachOnce();
  }
};

TEST_F(MovesInMidCommit, WhoCommitsInTimeHasCommittedForTheNextOwner) {
  const auto start = Clock::now();
  Run(60s, [&](Running&) { return Clock::now() - start > 15s; });
}

TEST_F(MovesInMidCommit, WhoIsTooLateHasDoneNothing) {
  // The broker gives the transaction up, and the next owner reads on.
  int before = -1;
  Run(8s, [&](Running& other) {
    if (before < 0) before = other.log.processed;
    return other.log.processed > before + 1'000;
  });
}

TEST_F(ExactlyOnce, OfTwoWorkersWithOneIdOneEndsAndSaysWhy) {
  Running first(settings, Options("0"));
  std::jthread feeder([this] { Feed(0, 20'000); });
  ASSERT_TRUE(Eventually([&] { return first.log.processed > 1'000; }));
  Running second(settings, Options("0"));
  ASSERT_TRUE(Eventually([&] { return first.done || second.done; }));
  feeder.join();
  ASSERT_TRUE(CaughtUp());
  Running& loser = first.done ? first : second;
  Running& winner = first.done ? second : first;
  ASSERT_TRUE(winner.Stop().has_value());
  const auto ended = loser.Stop();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, ErrorCode::kFenced);
  EXPECT_SUBSTRING("two processes share the id", ended.error().message);
  ExpectEachOnce();
}

TEST_F(ExactlyOnce, PoisonIsDeadLetteredOnceAndTheOthersComeThrough) {
  Feed(0, 400);
  auto producer = PlainProducer::Create(settings);
  ASSERT_TRUE(producer.has_value());
  for (const auto* value : {"throw", "huge"}) {
    ASSERT_TRUE(producer->Send(input, "k", value, kNoTime, 1).has_value());
  }
  ASSERT_TRUE(producer->Flush(60s).has_value());
  Feed(400, 800);
  Running running(settings, Options("0"));
  ASSERT_TRUE(CaughtUp());
  ASSERT_TRUE(running.Stop().has_value());
  ExpectEachOnce();
  auto letters = ReadTopic(settings, dead, 60s);
  ASSERT_TRUE(letters.has_value());
  test::Strings values;
  for (const auto& letter : *letters) {
    values.push_back(letter.value);
    EXPECT_EQ(test::HeaderOf(letter.headers, "reason"), "rejected_by_broker");
    EXPECT_EQ(test::HeaderOf(letter.headers, "topic"), input);
    EXPECT_EQ(test::HeaderOf(letter.headers, "partition"), "1");
  }
  EXPECT_EQ(test::Sorted(values), (test::Strings{"huge", "throw"}));
  EXPECT_EQ(running.status.dead_lettered.value(), 2u);
}

TEST_F(ExactlyOnce, TheBrokerIsKilledAndComesBack) {
  if (!Broker::Get().can_be_killed()) return;  // somebody else's
  Running running(settings, Options("0"));
  Feed(0, 3'000);
  // Some of it committed, some in an open transaction.
  ASSERT_TRUE(Eventually([&] { return running.status.committed.value() > 0; }));
  std::jthread feeder([this] { Feed(3'000, 6'000); });
  ASSERT_TRUE(Eventually([&] { return running.log.processed > 3'500; }));
  ASSERT_TRUE(Broker::Get().Kill());
  ASSERT_TRUE(Eventually(
      [&] { return running.status.state() == WorkerState::kBrokerDown; }));
  ASSERT_EQ(Broker::Get().Restart(), "");
  feeder.join();
  ASSERT_TRUE(CaughtUp());
  ASSERT_TRUE(running.Stop().has_value());
  ExpectEachOnce();
}

}  // namespace
}  // namespace ricochet
