// Partitions that a static member gave up, and that nobody was given.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "kafka/broker.h"
#include "stream/admin.h"
#include "stream/group_watch.h"
#include "stream/kafka_consumer.h"

namespace ricochet::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPartitions = 8;

class GroupWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_.brokers = Broker::Get().bootstrap();
    const auto created = CreateTopics(
        settings_,
        {{.name = name_, .partitions = kPartitions, .replication = 1}}, 30s);
    ASSERT_TRUE(created) << created.error().message;
  }

  std::unique_ptr<KafkaConsumer> Join(const std::string& instance) {
    auto consumer = KafkaConsumer::Create(
        settings_,
        {.group = name_,
         .instance_id = instance,
         .topics = {name_},
         .session_timeout = 30s,
         .deadline = CallDeadline(10s, 10s, std::stop_token())},
        &log_);
    EXPECT_TRUE(consumer) << consumer.error().message;
    return std::move(*consumer);
  }

  // Polls once and answers rebalances; how many partitions it owns then.
  static int Step(KafkaConsumer& consumer, std::set<int>& owned) {
    const auto batch = consumer.Poll(20ms);
    EXPECT_TRUE(batch) << batch.error().error.message;
    for (const auto& rebalance : batch->rebalances) {
      std::vector<ReadFrom> from;
      for (const auto p : rebalance.partitions) {
        if (rebalance.kind == Rebalance::Kind::kAssign) {
          owned.insert(p.number);
          from.push_back({p, 0});
        } else {
          owned.erase(p.number);
        }
      }
      if (rebalance.kind == Rebalance::Kind::kAssign) {
        EXPECT_TRUE(consumer.Assign(from));
      } else {
        EXPECT_TRUE(consumer.Unassign(rebalance.partitions));
      }
    }
    return static_cast<int>(owned.size());
  }

  GroupWatch Watch(const std::string& instance) {
    auto watch =
        GroupWatch::Create({name_, {name_}, {instance}, 10s}, settings_,
                           [this](LogLevel, StreamEvent,
                                  std::string_view text) { said_ += text; });
    EXPECT_TRUE(watch);
    return std::move(*watch);
  }

  const std::string name_ =
      "watch-" + std::to_string(Clock::now().time_since_epoch().count());
  KafkaSettings settings_;
  StreamLog log_{LogHook()};
  std::string said_;
  const std::stop_token never_;
};

TEST_F(GroupWatchTest, MakesTheGroupShareOutWhatNobodyOwns) {
  const auto end = Clock::now() + 90s;
  auto one = Join(name_ + "-0");
  std::set<int> of_one;
  while (Step(*one, of_one) < kPartitions) ASSERT_LT(Clock::now(), end);
  auto watch = Watch(name_ + "-0");
  auto another_watch = Watch(name_ + "-1");
  EXPECT_EQ(watch.Look(never_), GroupWatch::Seen::kWhole);

  // A second member makes the first one give half of them up; it is asked to,
  // and dies.
  auto two = Join(name_ + "-1");
  std::set<int> of_two;
  for (bool asked = false; !asked;) {
    ASSERT_LT(Clock::now(), end);
    Step(*two, of_two);
    const auto batch = one->Poll(20ms);
    ASSERT_TRUE(batch);
    for (const auto& rebalance : batch->rebalances) {
      asked |= rebalance.kind == Rebalance::Kind::kRevoke;
    }
  }
  one.reset();
  one = Join(name_ + "-0");
  of_one.clear();
  while (Step(*one, of_one) == 0) {
    Step(*two, of_two);
    ASSERT_LT(Clock::now(), end);
  }
  for (int i = 0; i < 100; ++i) {
    Step(*one, of_one);
    Step(*two, of_two);
  }
  ASSERT_LT(of_one.size() + of_two.size(), kPartitions)
      << "this broker has no such fault";

  EXPECT_EQ(watch.Look(never_), GroupWatch::Seen::kUnowned);
  EXPECT_EQ(another_watch.Look(never_), GroupWatch::Seen::kUnowned);
  EXPECT_EQ(another_watch.Look(never_), GroupWatch::Seen::kUnowned)
      << "it is for the first member's process to act";
  EXPECT_EQ(said_, "");
  std::atomic<bool> knocked = false;
  std::jthread knock([&] {
    EXPECT_EQ(watch.Look(never_), GroupWatch::Seen::kKnocked);
    knocked = true;
  });
  while (!knocked || of_one.size() + of_two.size() < kPartitions) {
    Step(*one, of_one);
    Step(*two, of_two);
    ASSERT_LT(Clock::now(), end);
  }
  EXPECT_NE(said_.find("nobody owns " + name_ + "["), std::string::npos)
      << said_;
  GroupWatch::Seen seen{};
  do {
    Step(*one, of_one);
    Step(*two, of_two);
    seen = watch.Look(never_);
    ASSERT_LT(Clock::now(), end);
  } while (seen == GroupWatch::Seen::kNothing);
  EXPECT_EQ(seen, GroupWatch::Seen::kWhole);
}

TEST_F(GroupWatchTest, SeesNothingOfAGroupThatIsNotThere) {
  EXPECT_EQ(Watch(name_ + "-0").Look(never_), GroupWatch::Seen::kNothing);
}

// Answers that come after their time must harm nobody.
TEST_F(GroupWatchTest, LooksThroughAnOutage) {
  if (!Broker::Get().can_be_killed()) GTEST_SKIP() << "somebody else's broker";
  auto one = Join(name_ + "-0");
  std::set<int> of_one;
  const auto end = Clock::now() + 90s;
  while (Step(*one, of_one) < kPartitions) ASSERT_LT(Clock::now(), end);
  std::atomic<bool> seen_nothing = false;
  std::atomic<bool> whole_again = false;
  std::vector<std::jthread> looking;
  for (int i = 0; i < 4; ++i) {
    looking.emplace_back([&](const std::stop_token& stop) {
      auto watch = Watch(name_ + "-0");
      while (!stop.stop_requested()) {
        const auto seen = watch.Look(stop);
        if (seen == GroupWatch::Seen::kNothing) seen_nothing = true;
        if (seen_nothing && seen == GroupWatch::Seen::kWhole) {
          whole_again = true;
        }
      }
    });
  }
  std::this_thread::sleep_for(1s);
  ASSERT_TRUE(Broker::Get().Kill());
  std::this_thread::sleep_for(8s);
  ASSERT_EQ(Broker::Get().Restart(), "");
  while (!whole_again) {
    Step(*one, of_one);
    ASSERT_LT(Clock::now(), end);
  }
}

TEST_F(GroupWatchTest, SeesNothingWithoutABroker) {
  settings_.brokers = "127.0.0.1:1";
  EXPECT_EQ(Watch(name_ + "-0").Look(never_), GroupWatch::Seen::kNothing);
}

}  // namespace
}  // namespace ricochet::test
