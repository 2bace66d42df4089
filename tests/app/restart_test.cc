// A log read by one owner from end to end, and by many who crash, abort and
// hand over: the outputs are the same.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/attempts_stage.h"
#include "app/difference.h"
#include "publish/count_evidence.h"
#include "stream/memory_transport.h"
#include "stream/worker.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr std::array kPartitions = {Partition{0, 0}, Partition{0, 1}};
constexpr EventTime kStart =
    std::chrono::sys_days(std::chrono::November / 1 / 2026);

// A log in which everything happens that correlation has to live with: ids
// used again, messages that begin before the log, that wait for days, expire,
// or end in silence, or go through a content filter, lines that are cut or out
// of order.
class RandomLog {
 public:
  explicit RandomLog(unsigned seed) : dice_(seed) {}

  std::vector<std::string> Lines(int count) {
    while (lines_.size() < static_cast<std::size_t>(count)) Step();
    return std::move(lines_);
  }

 private:
  struct Mail {
    std::string id;
    std::vector<std::string> waiting;
    int stage = 0;
  };

  bool Chance(int percent) { return int(dice_() % 100) < percent; }

  void Step() {
    constexpr std::array<std::chrono::seconds, 8> kPauses = {
        0s, 1s, 1s, 2s, 7s, 61s, 40min, 9h};
    const auto pause = dice_() % 100;
    now_ += kPauses[pause < 88 ? pause % 5 : pause % 8];
    if (mails_.empty() || (mails_.size() < 40 && Chance(30))) Begin();
    GoOn(mails_[dice_() % mails_.size()]);
    std::erase_if(mails_, [](const Mail& mail) { return mail.stage > 3; });
  }

  void Begin() {
    Mail mail;
    do {  // used again soon, but for one mail at a time
      mail.id = fmt::format("{:04X}", dice_() % 200);
    } while (std::ranges::count(mails_, mail.id, &Mail::id) > 0);
    const auto recipients = 1 + dice_() % 3;
    for (unsigned i = 0; i < recipients; ++i) {
      mail.waiting.push_back(fmt::format("u{}@example.org", dice_() % 50));
    }
    mail.stage = Chance(15) ? 3 : 0;  // its beginning is not in the log
    mails_.push_back(std::move(mail));
  }

  void GoOn(Mail& mail) {
    switch (mail.stage) {
      case 0:
        ++mail.stage;
        return Say("smtpd", mail, "client=unknown[192.0.2.9]");
      case 1:
        ++mail.stage;
        return Say("cleanup", mail,
                   fmt::format("message-id=<{}@shop.example>", dice_() % 999));
      case 2:
        ++mail.stage;
        return Say("qmgr", mail,
                   fmt::format("from=<n{}@shop.example>, size=999, nrcpt=1 "
                               "(queue active)",
                               dice_() % 9));
      default:
        break;
    }
    if (mail.waiting.empty() || Chance(2)) {
      mail.stage = Chance(90) ? 4 : 5;
      if (mail.stage == 4) Say("qmgr", mail, "removed");
    } else if (Chance(4)) {
      mail.waiting.clear();
      Say("qmgr", mail,
          "from=<n@shop.example>, status=expired, returned to sender");
    } else {
      Try(mail);
    }
  }

  // The filter gives the mail back under another queue id, which mostly has
  // been logged by then.
  void Filter(Mail& mail) {
    const auto& other = mails_[dice_() % mails_.size()].id;
    Say("smtp", mail,
        fmt::format("to=<{}>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, "
                    "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: "
                    "queued as {})",
                    mail.waiting.back(),
                    Chance(80) ? other : fmt::format("{:04X}", dice_() % 200)));
    mail.waiting.pop_back();
  }

  void Try(Mail& mail) {
    if (Chance(10)) return Filter(mail);
    const auto& to = mail.waiting[dice_() % mail.waiting.size()];
    constexpr std::array<std::array<const char*, 2>, 4> kAnswers = {{
        {"2.0.0", "sent (250 2.0.0 Ok: queued as 12345)"},
        {"5.1.1",
         "bounced (host mx[192.0.2.7] said: 550 5.1.1 no such user "
         "(in reply to RCPT TO command))"},
        {"4.2.2",
         "deferred (host mx[192.0.2.7] said: 452 4.2.2 mailbox full "
         "(in reply to RCPT TO command))"},
        {"4.4.1",
         "deferred (connect to mx[192.0.2.7]:25: Connection timed "
         "out)"},
    }};
    const auto answer = dice_() % kAnswers.size();
    Say("smtp", mail,
        fmt::format("to=<{}>, relay=mx[192.0.2.7]:25, delay=1, "
                    "delays=0/0/0/1, dsn={}, status={}",
                    to, kAnswers[answer][0], kAnswers[answer][1]));
    if (answer < 2) std::erase(mail.waiting, std::string(to));
  }

  void Say(const char* program, const Mail& mail, std::string_view text) {
    const auto at = now_ - std::chrono::seconds(Chance(10) ? 3 : 0);
    const std::chrono::hh_mm_ss time(at -
                                     std::chrono::floor<std::chrono::days>(at));
    const std::chrono::year_month_day day(
        std::chrono::floor<std::chrono::days>(at));
    lines_.push_back(fmt::format(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00 mx{} postfix/{}[1]: {}: {}",
        int(day.year()), unsigned(day.month()), unsigned(day.day()),
        time.hours().count(), time.minutes().count(),
        std::chrono::floor<std::chrono::seconds>(time.seconds()).count(),
        mail.id.back() % 2, program, mail.id, text));
    if (!Chance(2)) return;
    auto& line = lines_.back();  // behind the host, which names the partition
    line.resize(line.size() - dice_() % (line.size() - line.find("postfix")));
  }

  std::mt19937 dice_;
  EventTime now_ = kStart;
  std::vector<Mail> mails_;
  std::vector<std::string> lines_;
};

// Counts come together as transactions do; their sums are the same.
using Sums = std::map<std::string, RateNumbers>;

bool IsCount(const StoredOutput& output) {
  return output.topic == Topic::kCounts;
}

void AddTo(Sums& sums, std::string_view value) {
  CountEvidenceDecoder decoder;
  const auto record = decoder.Decode(value);
  ASSERT_TRUE(record.has_value());
  for (const auto& row : record->rows) {
    sums[fmt::format("{} {} {} {}", record->sender_domain, row.provider,
                     row.egress, row.minute)]
        .Add(row.numbers);
  }
}

struct Disturbance {
  int percent = 0;  // of the polls
  unsigned seed = 0;
  // Long: transactions stay open until partitions move.
  std::chrono::milliseconds commit_interval{0};
};

// How many messages there is room for; less than are in the queue at times.
constexpr std::size_t kRoom = 1'000'000;
constexpr std::size_t kLittleRoom = 12;

// The outputs of the first stage over two partitions, sorted.
std::vector<std::string> OutputsOf(const std::vector<std::string>& lines,
                                   Disturbance trouble,
                                   std::size_t room = kRoom) {
  auto owned = std::make_unique<MemoryTransport>();
  MemoryTransport& cluster = *owned;
  cluster.state_topic_partitions = 2;
  cluster.batch_records = 20;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool odd = lines[i][lines[i].find(" mx") + 3] == '1';
    cluster.Append(kPartitions[odd ? 1 : 0], lines[i], kStart + 300 * 24h);
  }
  std::mt19937 dice(trouble.seed);
  std::stop_source stop;
  bool idle = false;
  cluster.when_idle = [&] {
    if (idle) stop.request_stop();
    idle = true;
  };
  std::optional<Recovery> failure;  // of the commit after the next
  cluster.before_poll = [&] {
    if (idle) return cluster.FailNoCommit();
    if (failure) cluster.FailNextCommit({*failure, false, {}});
    failure.reset();
    if (int(dice() % 100) >= trouble.percent) return;
    using Kind = Rebalance::Kind;
    const Partition p = kPartitions[dice() % 2];
    const auto move = [&](Kind kind) {
      cluster.Push({kind, {p}});
      cluster.Push({Kind::kAssign, {p}});
    };
    const auto what = dice() % 20;
    if (what > 3) return move(dice() % 2 == 0 ? Kind::kRevoke : Kind::kLost);
    // What is open is lost, as in a crash; the worker waits after the second.
    failure = what < 3 ? Recovery::kAbort : Recovery::kReopen;
    // Else no commit comes; so one fails while the partition is taken over.
    if (trouble.commit_interval > 0ms) move(Kind::kRevoke);
  };
  AttemptsStageSettings settings;
  settings.cluster = "test";
  settings.topics = {"mail.logs"};
  settings.delivered = Delivered::kFull;
  settings.correlation.save_after_records = 40;
  settings.correlation.max_messages = room;
  auto counts = std::make_unique<PublishedCounts>();
  WorkerOptions options;
  options.stage_name = "attempts";
  options.input_topics = {"mail.logs"};
  options.commit_interval = trouble.commit_interval;
  WorkerStatus status;
  EventTime clock = kStart;
  Worker worker(
      options, std::move(owned),
      *AttemptsStage::Make(settings, *Ruleset::Compile(*RuleBook::BuiltIn()),
                           *counts, nullptr, [] { return kStart + 600 * 24h; }),
      status, {}, [&clock] { return clock += 1s; });
  const auto ended = worker.Run(stop.get_token());
  EXPECT_TRUE(ended.has_value()) << ended.error().message;
  std::vector<std::string> outputs;
  Sums sums;
  for (const auto& output : cluster.committed_outputs()) {
    if (IsCount(output)) {
      AddTo(sums, output.value);
    } else {
      outputs.push_back(output.key + " " + output.value);
    }
  }
  for (const auto& [key, numbers] : sums) {
    outputs.push_back(
        fmt::format("{} {}", key, fmt::join(numbers.counts, " ")));
  }
  std::ranges::sort(outputs);
  return outputs;
}

TEST(AttemptsStage, WhoStartsAtTheEndHasNothingToReadAgain) {
  auto owned = std::make_unique<MemoryTransport>();
  MemoryTransport& cluster = *owned;
  cluster.Append(kPartitions[0], "a line", kStart);
  std::stop_source stop;
  cluster.when_idle = [&] { stop.request_stop(); };
  AttemptsStageSettings settings;
  settings.cluster = "test";
  settings.topics = {"mail.logs"};
  auto counts = std::make_unique<PublishedCounts>();
  WorkerOptions options;
  options.stage_name = "attempts";
  options.input_topics = {"mail.logs"};
  options.from_beginning = false;
  WorkerStatus status;
  Worker worker(
      options, std::move(owned),
      *AttemptsStage::Make(settings, *Ruleset::Compile(*RuleBook::BuiltIn()),
                           *counts, nullptr),
      status, {}, [] { return kStart; });
  ASSERT_TRUE(worker.Run(stop.get_token()).has_value());
  EXPECT_EQ(cluster.committed(kPartitions[0]).offset, 1);
  EXPECT_EQ(cluster.committed(kPartitions[0]).metadata.find("low-water"),
            std::string::npos);
}

class Restart : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Random, Restart, testing::Range(1U, 5U));

void ExpectTheSame(unsigned seed, std::size_t room) {
  const auto lines = RandomLog(seed).Lines(3'000);
  const auto expected = OutputsOf(lines, {}, room);
  EXPECT_GT(expected.size(), 1'000U);
  EXPECT_TRUE(std::ranges::any_of(expected, [](const std::string& output) {
    return output.find(R"("role":"reinjection")") != std::string::npos;
  }));
  EXPECT_EQ(OutputsOf(lines, {}) == expected, room == kRoom);
  for (const auto& trouble : {Disturbance{5, seed}, Disturbance{40, seed},
                              Disturbance{3, seed, 1h}}) {
    const auto outputs = OutputsOf(lines, trouble, room);
    EXPECT_EQ(Difference(outputs, expected), "") << trouble.percent;
    EXPECT_EQ(outputs.size(), expected.size());
  }
}

TEST_P(Restart, GivesTheSameOutputsAsNone) { ExpectTheSame(GetParam(), kRoom); }

TEST_P(Restart, GivesTheSameOutputsWhereMessagesAreEvicted) {
  ExpectTheSame(GetParam(), kLittleRoom);
}

}  // namespace
}  // namespace ricochet
