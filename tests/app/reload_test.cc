// Rules that change while the service runs.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "app/rules_reload.h"
#include "app/rules_watch.h"
#include "app/service.h"
#include "app/topics.h"
#include "stream/feeder.h"
#include "stream/mock_cluster.h"
#include "stream/topic_reader.h"

namespace ricochet {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void Write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// An empty folder of this test's own.
fs::path Folder(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / ("ricochet-" + name);
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

TEST(RulesWatch, TellsAChangeOnceItHasSettled) {
  const auto folder = Folder("watch");
  Write(folder / "a.toml", "1");
  RulesWatch watch(folder);
  EXPECT_FALSE(watch.Changed());
  Write(folder / "a.toml", "12");
  EXPECT_FALSE(watch.Changed()) << "may still be written";
  Write(folder / "b.toml", "1");
  EXPECT_FALSE(watch.Changed()) << "still is";
  EXPECT_TRUE(watch.Changed());
  EXPECT_FALSE(watch.Changed()) << "told once";
  Write(folder / "note.txt", "not a rule");
  EXPECT_FALSE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
}

TEST(RulesWatch, AFolderThatIsGoneHasNotChanged) {
  const auto folder = Folder("watch-gone");
  Write(folder / "a.toml", "1");
  RulesWatch watch(folder);
  fs::remove_all(folder);
  EXPECT_FALSE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
  RulesWatch built_in("");
  EXPECT_FALSE(built_in.Changed());
}

// The built-in files with every `from` of one, or of all rules, made a `to`.
std::shared_ptr<const RuleBook> BookWith(const std::string& file,
                                         const std::string& from,
                                         const std::string& to) {
  std::vector<std::string> texts;
  for (const auto& each : BuiltInFiles()) texts.emplace_back(each.text);
  std::vector<EmbeddedFile> files;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto name = BuiltInFiles()[i].name;
    const bool wanted = file.empty() ? name.front() <= '9' : name == file;
    for (auto at = texts[i].find(from); wanted && at != std::string::npos;
         at = texts[i].find(from, at + to.size())) {
      texts[i].replace(at, from.size(), to);
    }
    files.push_back({name, texts[i]});
  }
  auto book = RuleBook::Parse(files);
  EXPECT_TRUE(book.has_value()) << book.error().message;
  return *book;
}

class Reload : public testing::Test {
 protected:
  void SetUp() override {
    cluster_ = *MockCluster::Start();
    config.kafka.brokers = cluster_->bootstrap();
    config.kafka.guarantee = Guarantee::kAtLeastOnce;
    config.stages = {"attempts"};
    config.attempts.workers = 1;
    config.http.listen = "127.0.0.1:0";
    for (const auto& topic :
         {config.topics.logs.front(), config.topics.delivery_events,
          config.topics.dead_letters, config.topics.evidence,
          config.topics.attempts_state}) {
      ASSERT_TRUE(cluster_->CreateTopic(topic, 1).has_value());
    }
    service = *Service::Start(config, *LoadRules(""));
  }

  void TearDown() override { service.reset(); }  // before its broker

  // Feeds one bounce and waits for its event's verdict.
  nlohmann::json Bounce() {
    auto producer = PlainProducer::Create(KafkaSettingsOf(config));
    const auto line =
        "Nov 21 19:36:16 mx1 postfix/smtp[1]: 4F1C" + std::to_string(++fed_) +
        ": to=<a@example.org>, relay=mx.example.org[192.0.2.7]:25, delay=1, "
        "delays=1/0/0/0, dsn=5.2.2, status=bounced (host "
        "mx.example.org[192.0.2.7] said: 552 5.2.2 mailbox full (in reply to "
        "RCPT TO command))";
    EXPECT_TRUE(
        producer->Send(config.topics.logs.front(), "mx1", line, kNoTime, 0));
    EXPECT_TRUE(producer->Flush(20s).has_value());
    const auto end = std::chrono::steady_clock::now() + 40s;
    while (std::chrono::steady_clock::now() < end) {
      const auto events = ReadTopic(KafkaSettingsOf(config),
                                    config.topics.delivery_events, 10s);
      if (events && events->size() >= fed_) {
        return nlohmann::json::parse(events->back().value)["verdict"];
      }
      std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "no event";
    return {};
  }

  Config config;
  std::unique_ptr<Service> service;

 private:
  std::unique_ptr<MockCluster> cluster_;
  std::size_t fed_ = 0;
};

TEST_F(Reload, NewRulesDecideFromTheNextBatchOnAndVerdictsCarryTheirHash) {
  const auto before = Bounce();
  EXPECT_EQ(before["reason"], "mailbox_full");
  const auto book =
      BookWith("", "reason = \"mailbox_full\"", "reason = \"receiver_full\"");
  ASSERT_TRUE(service->Reload(book).has_value());
  const auto after = Bounce();
  EXPECT_EQ(after["reason"], "receiver_full");
  EXPECT_EQ(after["ruleset"], book->hash());
  EXPECT_NE(before["ruleset"], after["ruleset"]);
}

// What ReloadRules() tells the log about a folder of the built-in files, of
// which `name` ends with `added`.
class ReloadRulesLog : public Reload {
 protected:
  std::string Told(const std::string& name, std::string_view added) {
    // The fixture's tests run side by side.
    const auto folder =
        Folder(testing::UnitTest::GetInstance()->current_test_info()->name());
    for (const auto& file : BuiltInFiles()) {
      std::string text(file.text);
      if (file.name == name) text += added;
      Write(folder / file.name, text);
    }
    config.rules.path = folder.string();
    testing::internal::CaptureStderr();
    const auto started = *LoadRules("");
    std::string ruleset(started.book->hash());
    ReloadRules(config, started, ruleset, *service);
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(ReloadRulesLog, UnchangedRulesAreNotNew) {
  const auto told = Told("", "");
  EXPECT_NE(told.find("rules.unchanged"), std::string::npos) << told;
  EXPECT_EQ(told.find("new rules are in use"), std::string::npos) << told;
}

TEST_F(ReloadRulesLog, ChangedRulesAre) {
  const auto told = Told("70-recipient.toml", "\n# a remark\n");
  EXPECT_NE(told.find("new rules are in use"), std::string::npos) << told;
}

TEST_F(ReloadRulesLog, AChangedPolicyWaitsForAStart) {
  const auto told = Told("policy.toml", "\n# a remark\n");
  EXPECT_NE(told.find("takes effect at the next start"), std::string::npos)
      << told;
  EXPECT_EQ(told.find("new rules are in use"), std::string::npos) << told;
}

TEST_F(ReloadRulesLog, ABrokenPolicyIsRefusedByFileAndLine) {
  const auto told = Told("policy.toml", "\ngarbage\n");
  EXPECT_NE(told.find("rules.refused"), std::string::npos) << told;
  EXPECT_NE(told.find("policy.toml:"), std::string::npos) << told;
  EXPECT_NE(told.find("the old rules stay in use"), std::string::npos) << told;
}

TEST_F(Reload, OtherProvidersAreRefusedAndTheOldRulesStay) {
  const auto before = Bounce();
  const auto done = service->Reload(
      BookWith("providers.toml", "name = \"onet\"", "name = \"onetwo\""));
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().message.find("restart"), std::string::npos);
  EXPECT_EQ(Bounce()["ruleset"], before["ruleset"]);
}

}  // namespace
}  // namespace ricochet
