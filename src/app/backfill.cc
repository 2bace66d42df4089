#include "app/backfill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "app/backfill_progress.h"
#include "app/service.h"
#include "app/topics.h"
#include "observe/log.h"
#include "report/numbers.h"
#include "report/progress.h"
#include "report/screen.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = 500ms;
constexpr auto kTellEvery = 10s;

bool IsName(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.size() <= kLongest &&
         std::ranges::all_of(name, legal);
}

// What this process made of its lines, by fate.
using LinesByFate = std::array<std::uint64_t, kFateNames.size()>;

LinesByFate ReadLines(const Service& service) {
  const auto counts = std::make_unique<Counts>();  // too large for a stack
  service.ReadCounts(*counts);
  LinesByFate lines{};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i] = counts->Lines(static_cast<Fate>(i));
  }
  return lines;
}

std::uint64_t Sum(const LinesByFate& lines) {
  return std::accumulate(lines.begin(), lines.end(), std::uint64_t{0});
}

// How far it is: a bar at a terminal, else a line of the log now and then.
class Shown {
 public:
  explicit Shown(std::uint64_t total)
      : total_(total),
        bar_(STDERR_FILENO, total, Clock::now(), ProgressOf::kRecords) {}

  void Update(const BackfillProgress& progress, const Service& service) {
    if (isatty(STDERR_FILENO) != 0) {
      bar_.Update(progress.records(), Sum(ReadLines(service)));
    } else if (Clock::now() - told_ >= kTellEvery) {
      told_ = Clock::now();
      Log(LogLevel::kInfo, "backfill.progress",
          fmt::format("{} of {} records read ({})", progress.records(), total_,
                      Percent(progress.records(), total_)));
    }
  }
  void Erase() { bar_.Erase(); }

 private:
  const std::uint64_t total_;
  ProgressBar bar_;
  Clock::time_point told_ = Clock::now();
};

// Asks until the answer is yes. False: a worker failed, or it is time to stop.
bool Await(const std::function<Result<bool>()>& done, const Service& service,
           const std::function<void()>& show, const StopWait& wait) {
  while (!service.failed()) {
    // When no broker answers, the workers tell so.
    const auto answer = done();
    if (answer && *answer) return true;
    show();
    if (wait(kLook)) return false;
  }
  return false;
}

// No workers are needed to find that out; those that join a group only to leave
// it keep the others waiting.
bool NothingToDo(BackfillProgress& progress) {
  const auto read = progress.LogsRead();
  if (!read || !*read) return false;
  const auto told = progress.WindowsTold();
  return told && *told;
}

void PrintSummary(const Config& config, const Service& service,
                  Clock::duration took) {
  const auto lines = ReadLines(service);
  std::vector<std::string> fates;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    fates.push_back(fmt::format("{} {}", Grouped(lines[i]), kFateNames[i]));
  }
  fmt::print(
      "Backfill '{}' is done: {} is read up to where it ended at the start.\n"
      "  {} lines by this process in {}: {}\n"
      "  {} final outcomes before {} UTC: not told to the live ledger\n",
      config.backfill.name, fmt::join(config.topics.logs, ", "),
      Grouped(Sum(lines)),
      Duration(std::chrono::duration<double>(took).count()),
      fmt::join(fates, ", "), Grouped(service.evidence_withheld()),
      DateTime(config.backfill.evidence_from));
  if (config.rates.publish) {
    fmt::print("  windows of bounce rates: written to {}\n",
               config.topics.bounce_rates);
  }
  std::fflush(stdout);
}

}  // namespace

Result<Config> BackfillOf(const Config& live, const std::string& name,
                          EventTime now) {
  if (!IsName(name)) {
    return Fail(ErrorCode::kConfig,
                fmt::format("'{}' is no name for a backfill (1-32 of a-z 0-9 "
                            "-)",
                            name));
  }
  Config config = live;
  config.stages = {"attempts", "ledger"};
  config.kafka.first_start = FirstStart::kEarliest;
  config.backfill.name = name;
  config.backfill.live_evidence = live.topics.evidence;
  config.backfill.evidence_from = now - live.backfill.max_evidence_age;
  for (std::string* topic :
       {&config.topics.evidence, &config.topics.attempts_state,
        &config.topics.ledger_state}) {
    *topic += "." + name;
  }
  return config;
}

std::vector<TopicSpec> OwnTopicsOf(const Config& backfill) {
  auto topics = TopicsOf(backfill);
  std::erase_if(topics, [&](const TopicSpec& spec) {
    const auto& own = backfill.topics;
    return spec.name != own.evidence && spec.name != own.attempts_state &&
           spec.name != own.ledger_state;
  });
  return topics;
}

Result<void> RunBackfill(const Config& backfill, const Rules& rules,
                         const StopWait& wait) {
  const auto start = Clock::now();
  auto created =
      CreateTopics(KafkaSettingsOf(backfill), OwnTopicsOf(backfill), 30s);
  if (!created) return tl::unexpected(std::move(created.error()));
  auto progress = BackfillProgress::Begin(backfill);
  if (!progress) return tl::unexpected(std::move(progress.error()));
  if (NothingToDo(*progress)) {
    fmt::print("There is nothing in {} that backfill '{}' has not read.\n",
               fmt::join(backfill.topics.logs, ", "), backfill.backfill.name);
    return {};
  }
  auto service = Service::Start(backfill, rules);
  if (!service) return tl::unexpected(std::move(service.error()));
  Log(LogLevel::kInfo, "backfill.started",
      fmt::format("backfill '{}': {} records to read", backfill.backfill.name,
                  progress->total()));

  Shown shown(progress->total());
  const auto show = [&] { shown.Update(*progress, **service); };
  bool done =
      Await([&] { return progress->LogsRead(); }, **service, show, wait);
  if (done) {
    (*service)->EndInput();
    Log(LogLevel::kInfo, "backfill.read",
        "all is read; what is left is to write the windows of bounce rates");
    done =
        Await([&] { return progress->WindowsTold(); }, **service, show, wait);
  }
  shown.Erase();
  if (auto stopped = (*service)->Stop(); !stopped) return stopped;
  if (!done) {
    Log(LogLevel::kInfo, "backfill.stopped",
        "stopped before its end: the same command goes on from here");
    return {};
  }
  PrintSummary(backfill, **service, Clock::now() - start);
  return {};
}

}  // namespace ricochet
