// Old logs, read beside the live run, over the in-process broker.
#include "app/backfill.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/rules.h"
#include "app/service.h"
#include "app/topics.h"
#include "publish/evidence.h"
#include "ricochet/wall_clock.h"
#include "stream/feeder.h"
#include "stream/mock_cluster.h"
#include "stream/topic_reader.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::days;

constexpr int kPartitions = 2;

// A bounce of a mailbox that does not exist, so long ago.
std::string Bounce(std::chrono::seconds ago, const std::string& recipient) {
  const auto at = std::chrono::floor<std::chrono::seconds>(SystemNow() - ago);
  return fmt::format(
      "{:%Y-%m-%dT%H:%M:%S}+00:00 mx1 postfix/smtp[1]: 4F1C2: to=<{}>, "
      "relay=mx.example.org[192.0.2.7]:25, delay=1, delays=1/0/0/0, "
      "dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.7] said: 550 "
      "5.1.1 no such user (in reply to RCPT TO command))",
      fmt::gmtime(at.time_since_epoch().count()), recipient);
}

class Backfill : public testing::Test {
 protected:
  void SetUp() override {
    cluster_ = *MockCluster::Start();
    config.kafka.brokers = cluster_->bootstrap();
    config.kafka.guarantee = Guarantee::kAtLeastOnce;
    config.kafka.commit_interval = 20ms;
    config.kafka.session_timeout = 6s;  // until who left in haste is forgotten
    config.http.listen = "";
    config.topics.partitions = kPartitions;
    config.topics.evidence_partitions = kPartitions;
    config.topics.state_partitions = kPartitions;
    for (const auto& topic : TopicsOf(config)) Create(topic);
    for (const char* name : {"backfill", "again"}) {
      for (const auto& topic : OwnTopicsOf(Of(name))) Create(topic);
    }
  }

  void Create(const TopicSpec& topic) {
    ASSERT_TRUE(cluster_->CreateTopic(topic.name, topic.partitions));
  }

  Config Of(const std::string& name) const {
    return *BackfillOf(config, name, SystemNow());
  }

  void Feed(const std::vector<std::string>& lines, int partition = 0) {
    auto producer = PlainProducer::Create(KafkaSettingsOf(config));
    for (const auto& line : lines) {
      ASSERT_TRUE(producer->Send(config.topics.logs.front(), "mx1", line,
                                 kNoTime, partition));
    }
    ASSERT_TRUE(producer->Flush(20s).has_value());
  }

  // Ends by itself, or the test fails.
  void Run(const std::string& name = "backfill") {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    bool late = false;
    const auto done = RunBackfill(Of(name), *LoadRules(""), [&](auto) {
      std::this_thread::sleep_for(20ms);
      late = std::chrono::steady_clock::now() > limit;
      return late;
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
    EXPECT_FALSE(late);
  }

  std::vector<TopicRecord> Read(const std::string& topic) const {
    auto records = ReadTopic(KafkaSettingsOf(config), topic, 20s);
    EXPECT_TRUE(records.has_value());
    return std::move(*records);
  }

  std::vector<std::string> EventIds() const {
    std::vector<std::string> ids;
    for (const auto& record : Read(config.topics.delivery_events)) {
      const std::map<std::string, std::string> headers(record.headers.begin(),
                                                       record.headers.end());
      ids.push_back(headers.at("ce_id"));
    }
    std::ranges::sort(ids);
    return ids;
  }

  // The last word on each window of a day, by its start.
  std::map<std::string, json> Days() const {
    std::map<std::string, json> windows;
    for (const auto& record : Read(config.topics.bounce_rates)) {
      auto window = json::parse(record.value);
      if (window["window"]["length_s"] != 24 * 3600) continue;
      const std::string start = window["window"]["start"];
      windows[start] = std::move(window);
    }
    return windows;
  }

  Config config;

 private:
  std::unique_ptr<MockCluster> cluster_;
};

TEST_F(Backfill, EndsWhenAllThatWasThereIsReadAndItsWindowsAreTold) {
  Feed({Bounce(days(30), "a@example.org"), Bounce(days(20), "b@example.org")},
       0);
  Feed({Bounce(days(30), "c@example.org")}, 1);
  Run();
  EXPECT_EQ(EventIds().size(), 3U);
  const auto windows = Days();
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows.begin()->second["counts"]["hard"], 2);
  EXPECT_EQ(windows.begin()->second["window"]["final"], true);
  EXPECT_EQ(windows.rbegin()->second["counts"]["hard"], 1);
}

TEST_F(Backfill, WindowsAreEventsOfTheirOwn) {
  Feed({Bounce(days(30), "a@example.org")});
  Run();
  for (const auto& record : Read(config.topics.bounce_rates)) {
    const std::map<std::string, std::string> headers(record.headers.begin(),
                                                     record.headers.end());
    EXPECT_EQ(headers.at("ce_source"),
              "kafka://kafka/mail.bounce-rates?backfill=backfill");
  }
}

TEST_F(Backfill, LedgerIsToldNothingOfOutcomesOlderThanTwoWeeks) {
  Feed({Bounce(days(15), "old@example.org"),
        Bounce(days(13), "young@example.org"), Bounce(1h, "now@example.org")});
  Run();
  std::set<std::string> told;
  for (const auto& record : Read(config.topics.evidence)) {
    told.insert(record.key);
    EXPECT_TRUE(DecodeEvidence(record.value).has_value())
        << "counts are not for the live ledger";
  }
  EXPECT_EQ(told, (std::set<std::string>{"a|default|now@example.org",
                                         "a|default|young@example.org"}));
}

TEST_F(Backfill, AgeOfEvidenceIsConfiguration) {
  config.backfill.max_evidence_age = days(40);
  Feed({Bounce(days(39), "old@example.org")});
  Run();
  EXPECT_EQ(Read(config.topics.evidence).size(), 1U);
}

TEST_F(Backfill, LiveRunsOffsetsAndStateStayAsTheyWere) {
  Feed({Bounce(days(3), "a@example.org")});
  Run();
  for (const char* stage : {"attempts", "ledger"}) {
    auto group =
        GroupOffsets::Create(KafkaSettingsOf(config), GroupOf(config, stage));
    const auto& topic = stage == std::string_view("attempts")
                            ? config.topics.logs.front()
                            : config.topics.evidence;
    const auto committed = group->Committed(topic, kPartitions, 20s);
    ASSERT_TRUE(committed.has_value());
    for (const auto& at : *committed) EXPECT_EQ(at.offset, kNoOffset);
  }
  EXPECT_TRUE(Read(config.topics.attempts_state).empty());
  EXPECT_TRUE(Read(config.topics.ledger_state).empty());
  EXPECT_TRUE(Read(config.topics.suppressions).empty());
}

TEST_F(Backfill, StartedAgainReadsOnlyWhatIsNew) {
  Feed({Bounce(days(30), "a@example.org")});
  Run();
  Run();
  EXPECT_EQ(EventIds().size(), 1U);
  Feed({Bounce(days(30), "b@example.org")});
  Run();
  EXPECT_EQ(EventIds().size(), 2U);
  EXPECT_EQ(Days().begin()->second["counts"]["hard"], 2);
}

TEST_F(Backfill, UnderAnotherNameItStartsOverAndGivesTheSameEvents) {
  Feed({Bounce(days(30), "a@example.org"), Bounce(days(29), "b@example.org")});
  Run();
  const auto once = EventIds();
  Run("again");
  auto twice = EventIds();
  EXPECT_EQ(twice.size(), 2 * once.size());
  twice.erase(std::unique(twice.begin(), twice.end()), twice.end());
  EXPECT_EQ(twice, once);
  for (const auto& [start, day] : Days()) EXPECT_EQ(day["counts"]["hard"], 1);
}

TEST_F(Backfill, StoppedEarlyItGoesOnWhereItWas) {
  Feed({Bounce(days(30), "a@example.org")});
  const auto stopped =
      RunBackfill(Of("backfill"), *LoadRules(""), [](auto) { return true; });
  ASSERT_TRUE(stopped.has_value());
  Run();
  EXPECT_EQ(EventIds().size(), 1U);
  EXPECT_EQ(Days().size(), 1U);
}

TEST_F(Backfill, NothingToReadIsDoneAtOnce) {
  Run();
  EXPECT_TRUE(Read(config.topics.delivery_events).empty());
  EXPECT_TRUE(Read(config.topics.bounce_rates).empty());
}

TEST_F(Backfill, RunsWithoutMetricsWhenTheLiveRunHasThePort) {
  config.http.listen = "127.0.0.1:0";
  const auto live = Service::Start(config, *LoadRules(""));
  ASSERT_TRUE(live.has_value());
  config.http.listen = fmt::format("127.0.0.1:{}", (*live)->http_port());
  Run();
  ASSERT_TRUE((*live)->Stop().has_value());
}

TEST(BackfillOf, NameIsPartOfEveryNameThatIsItsOwn) {
  const auto config = BackfillOf({}, "q1-2026", SystemNow());
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(GroupOf(*config, "attempts"), "ricochet.attempts.q1-2026");
  std::vector<std::string> names;
  for (const auto& topic : OwnTopicsOf(*config)) names.push_back(topic.name);
  EXPECT_EQ(names, (std::vector<std::string>{"ricochet.evidence.q1-2026",
                                             "ricochet.attempts-state.q1-2026",
                                             "ricochet.ledger-state.q1-2026"}));
}

TEST(BackfillOf, NameThatCannotBePartOfATopicsIsRefused) {
  for (const char* name : {"", "Q1", "a/b", "a b", "ü"}) {
    const auto config = BackfillOf({}, name, SystemNow());
    ASSERT_FALSE(config.has_value()) << name;
    EXPECT_EQ(config.error().code, ErrorCode::kConfig);
  }
  EXPECT_FALSE(BackfillOf({}, std::string(33, 'a'), SystemNow()).has_value());
}

}  // namespace
}  // namespace ricochet
