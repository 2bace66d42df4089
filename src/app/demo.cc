#include "app/demo.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>
#include <utility>

#include "app/config.h"
#include "app/config_units.h"
#include "app/demo_feed.h"
#include "app/report.h"
#include "app/rules.h"
#include "app/service.h"
#include "app/signals.h"
#include "app/topics.h"
#include "observe/log.h"
#include "report/progress.h"
#include "ricochet/wall_clock.h"
#include "stream/feeder.h"
#include "stream/mock_cluster.h"
#include "stream/topic_reader.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPartitions = 4;
// The in-process broker silently drops what exceeds 5 MiB in a partition, so
// no more than this lies between us and what the first stage has committed.
constexpr std::size_t kMostUnread = std::size_t{2} << 20U;
constexpr auto kLongestWait = 60s;

Config DemoConfig(const DemoOptions& options, const MockCluster& cluster) {
  Config config;
  config.kafka.brokers = cluster.bootstrap();
  config.kafka.cluster = "demo";
  config.kafka.guarantee = Guarantee::kAtLeastOnce;
  config.kafka.commit_interval = 100ms;
  config.topics.partitions = kPartitions;
  config.topics.evidence_partitions = kPartitions;
  config.topics.state_partitions = kPartitions;
  config.events.delivered = DeliveredForm::kFull;
  config.http.listen = options.listen;
  config.log.level = LogLevel::kWarning;
  return config;
}

// Sends lines as a shipper does, never far ahead of what was committed.
class Feeder {
 public:
  static Result<Feeder> Make(const Config& config) {
    auto producer = PlainProducer::Create(KafkaSettingsOf(config));
    if (!producer) return tl::unexpected(std::move(producer.error()));
    auto attempts = GroupOffsets::Create(
        KafkaSettingsOf(config), config.kafka.group_prefix + "attempts");
    if (!attempts) return tl::unexpected(std::move(attempts.error()));
    auto ledger = GroupOffsets::Create(KafkaSettingsOf(config),
                                       config.kafka.group_prefix + "ledger");
    if (!ledger) return tl::unexpected(std::move(ledger.error()));
    return Feeder(config, std::move(*producer), std::move(*attempts),
                  std::move(*ledger));
  }

  Result<void> Send(const ShippedLine& line, EventTime time) {
    auto sent = producer_.Send(topic_, line.host, line.text, time);
    if (!sent) return sent;
    unread_ += line.text.size();
    ++lines_;
    bytes_ += line.text.size() + 1;
    return unread_ < kMostUnread ? Result<void>{} : CatchUp();
  }

  // Waits until both stages have committed everything.
  Result<void> CatchUp() {
    if (auto flushed = producer_.Flush(kLongestWait); !flushed) return flushed;
    const auto limit = Clock::now() + kLongestWait;
    while (Clock::now() < limit) {
      auto lag = attempts_.Lag(topic_, kPartitions, 5s);
      if (lag && *lag == 0) lag = ledger_.Lag(evidence_, kPartitions, 5s);
      if (lag && *lag == 0) {
        unread_ = 0;
        return {};
      }
      std::this_thread::sleep_for(50ms);
    }
    return Fail(ErrorCode::kKafka,
                "the stages did not read the sample logs within a minute");
  }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t lines() const { return lines_; }

 private:
  Feeder(const Config& config, PlainProducer producer, GroupOffsets attempts,
         GroupOffsets ledger)
      : topic_(config.topics.logs[0]),
        evidence_(config.topics.evidence),
        producer_(std::move(producer)),
        attempts_(std::move(attempts)),
        ledger_(std::move(ledger)) {}

  std::string topic_;
  std::string evidence_;
  PlainProducer producer_;
  GroupOffsets attempts_;
  GroupOffsets ledger_;
  std::size_t unread_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t lines_ = 0;
};

void SayHow(const Config& config, const Service& service, bool serve) {
  fmt::print(
      stderr,
      "Ricochet's demo: an in-process Kafka broker on {}, both stages, at "
      "least once\n(the in-process broker has no transactions; 'ricochet run' "
      "over a real one is exactly once).\n",
      config.kafka.brokers);
  if (service.http_port() != 0) {
    fmt::print(stderr,
               "  page:         http://127.0.0.1:{0}/\n"
               "  metrics:      curl http://127.0.0.1:{0}/metrics\n",
               service.http_port());
  }
  fmt::print(
      stderr,
      "  {}kcat -b {} -t {} -C -o beginning -q\n"
      "  {}kcat -b {} -t {} -C -o beginning -q\n{}",
      "events:       ", config.kafka.brokers, config.topics.delivery_events,
      "suppressions: ", config.kafka.brokers, config.topics.suppressions,
      serve ? "" : "(they live as long as the demo: --serve keeps it)\n");
}

Result<void> FeedAll(const std::vector<ShippedLine>& lines, EventTime time,
                     Feeder& feeder) {
  std::uint64_t total = 0;
  for (const ShippedLine& line : lines) total += line.text.size() + 1;
  ProgressBar progress(STDERR_FILENO, total);
  for (const ShippedLine& line : lines) {
    if (auto sent = feeder.Send(line, time); !sent) return sent;
    progress.Update(feeder.bytes(), feeder.lines());
  }
  return feeder.CatchUp();
}

// What the topics hold now, so that nobody has to believe the report.
Result<void> PrintTopics(const Config& config, std::uint64_t lines) {
  fmt::print("\nWhat went over Kafka\n");
  fmt::print("  {:<24} {:>8} records\n", config.topics.logs[0], lines);
  for (const std::string& topic :
       {config.topics.delivery_events, config.topics.evidence,
        config.topics.suppressions, config.topics.dead_letters}) {
    const auto records = ReadTopic(KafkaSettingsOf(config), topic, 20s);
    if (!records) return tl::unexpected(records.error());
    fmt::print("  {:<24} {:>8} records\n", topic, records->size());
  }
  std::fflush(stdout);
  return {};
}

// Gmail refuses our mail for four of every twelve minutes, so that rates, page
// and alerts have something to show.
class Incident {
 public:
  explicit Incident(std::chrono::seconds after)
      : begins_(Clock::now() + after) {}

  // Whether it goes on now. Says so when it begins and when it is over.
  bool GoesOn() {
    const auto since = Clock::now() - begins_;
    const bool goes_on =
        since >= 0s && since % Clock::duration(12min) < Clock::duration(4min);
    if (goes_on != goes_on_) {
      fmt::print(stderr, "{:%H:%M:%S} {}\n", fmt::localtime(std::time(nullptr)),
                 goes_on ? "Gmail begins to refuse our mail."
                         : "Gmail takes our mail again.");
    }
    goes_on_ = goes_on;
    return goes_on;
  }

 private:
  const Clock::time_point begins_;
  bool goes_on_ = false;
};

// Feeds on, line by line as if they were written now, until a signal comes.
Result<void> FeedOn(const std::vector<ShippedLine>& lines, Incident incident,
                    const StopSignal& signal, Feeder& feeder) {
  fmt::print(stderr, "Feeding on; Ctrl-C ends it.\n");
  for (int round = 1;; ++round) {
    for (const ShippedLine& line : lines) {
      if (signal.Wait(5ms)) return {};
      const EventTime now = SystemNow();
      auto text = ToOthers(Restamped(line.text, now), round);
      if (incident.GoesOn()) text = RefusedByGmail(text);
      auto sent = feeder.Send({line.host, std::move(text)}, now);
      if (!sent) return sent;
    }
  }
}

}  // namespace

Result<void> Demo(const DemoOptions& options) {
  const StopSignal signal;  // before any thread is made
  const auto files = options.files.empty() ? FindSamples() : options.files;
  if (files.empty()) {
    return Fail(ErrorCode::kUsage,
                "no sample logs: run it in the source folder, or name files");
  }
  auto lines = ReadSamples(files);
  if (!lines) return tl::unexpected(std::move(lines.error()));
  auto cluster = MockCluster::Start();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  const Config config = DemoConfig(options, **cluster);
  SetLog({.level = config.log.level});
  for (const TopicSpec& topic : TopicsOf(config)) {
    auto created = (*cluster)->CreateTopic(topic.name, topic.partitions);
    if (!created) return created;
  }
  auto rules = LoadRules({});
  if (!rules) return tl::unexpected(std::move(rules.error()));
  auto service = Service::Start(config, *rules);
  if (!service) return tl::unexpected(std::move(service.error()));
  SayHow(config, **service, options.serve);

  auto feeder = Feeder::Make(config);
  if (!feeder) return tl::unexpected(std::move(feeder.error()));
  if (auto fed = FeedAll(*lines, SystemNow(), *feeder); !fed) return fed;
  if (auto shown = Report({.files = files}); !shown) return shown;
  if (auto shown = PrintTopics(config, feeder->lines()); !shown) return shown;
  if (options.serve) {
    const Incident incident(options.incident_after);
    if (auto fed = FeedOn(*lines, incident, signal, *feeder); !fed) return fed;
  }
  return (*service)->Stop();
}

}  // namespace ricochet
