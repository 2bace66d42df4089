// Writes the log of busy Postfix servers, always the same from the same seed,
// and beside it what a correct reader makes of it. See README.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>

#include "generate_expectation.h"
#include "generate_log.h"
#include "generate_replies.h"
#include "generate_simulation.h"

namespace ricochet::bench {
namespace {

constexpr double kBytesPerLine = 159;
constexpr double kLinesPerClient = 42;  // everything that one client causes

struct CommandLine {
  Settings settings;
  LogWriter::Options log;
  std::string start = "2026-11-01T00:00:00Z";
  std::int64_t span_hours = 8;
  std::int64_t lifetime_hours = 4;
  std::string profile = "bench";
  std::string expect;
  std::string expect_suppressions;
  std::string data = RICOCHET_SOURCE_DIR "/bench";
};

// "2026-11-01T00:00:00Z"; throws CLI::ValidationError.
Micros ParseTime(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  char end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c", &year, &month,
                  &day, &hour, &minute, &second, &end) != 7 ||
      end != 'Z') {
    throw CLI::ValidationError("--start", "wants 2026-11-01T00:00:00Z");
  }
  const std::chrono::sys_days days{
      std::chrono::year(year) /
      std::chrono::month(static_cast<unsigned>(month)) /
      std::chrono::day(static_cast<unsigned>(day))};
  const auto seconds = std::chrono::sys_seconds(days) +
                       std::chrono::hours(hour) + std::chrono::minutes(minute) +
                       std::chrono::seconds(second);
  return seconds.time_since_epoch().count() * kSecond;
}

void AddOptions(CLI::App& app, CommandLine* line) {
  const std::map<std::string, Stamp> stamps = {{"rfc3164", Stamp::kRfc3164},
                                               {"rfc3339", Stamp::kRfc3339}};
  auto* log = &line->log;
  app.add_option("--seed", line->settings.seed, "Same seed, same bytes");
  auto* lines = app.add_option("--lines", log->lines, "Stop after this many");
  app.add_option("--bytes", log->bytes, "Stop at this size: 500M")
      ->transform(CLI::AsSizeValue(true))
      ->excludes(lines);
  app.add_option("--hosts", line->settings.hosts, "How many mail servers")
      ->check(CLI::Range(1, 200));
  app.add_option("--out", log->name,
                 "The log; - is stdout, {host} in the name makes one a server")
      ->required();
  app.add_flag("--keyed", log->keyed, "host<TAB>line, as kcat -K '\\t' wants");
  app.add_option("--stamp", log->stamp, "rfc3164 or rfc3339")
      ->transform(CLI::CheckedTransformer(stamps));
  app.add_option("--start", line->start, "Time of the first line");
  app.add_option("--span", line->span_hours, "Hours that the log is to cover")
      ->check(CLI::Range(1, 2000));
  app.add_option("--lifetime", line->lifetime_hours,
                 "Hours until an undelivered message is returned")
      ->check(CLI::Range(1, 500));
  app.add_option("--profile", line->profile,
                 "bench: 90 % sent; truth: every template, every special case")
      ->check(CLI::IsMember({"bench", "truth"}));
  app.add_option("--expect", line->expect, "Expected events, as JSON lines");
  app.add_option("--expect-suppressions", line->expect_suppressions,
                 "Expected suppressions, as JSON lines");
  app.add_option("--data", line->data, "Folder of the templates");
}

void Complete(CommandLine* line) {
  auto& settings = line->settings;
  if (line->log.lines == 0 && line->log.bytes == 0) line->log.lines = 10000;
  settings.start = ParseTime(line->start);
  settings.lifetime = line->lifetime_hours * 3600 * kSecond;
  const double lines =
      line->log.lines != 0
          ? static_cast<double>(line->log.lines)
          : static_cast<double>(line->log.bytes) / kBytesPerLine;
  settings.arrival = static_cast<Micros>(static_cast<double>(line->span_hours *
                                                             3600 * kSecond) *
                                         kLinesPerClient / lines) +
                     1;
  const bool truth = line->profile == "truth";
  settings.dead = truth ? 80 : 34;
  settings.rejected = truth ? 60 : 20;
  settings.delayed = truth ? 120 : 62;
  settings.aliased = truth ? 30 : 5;
  settings.lists = truth ? 10 : 1;
}

void Report(const LogWriter& log, const Simulation& simulation,
            const Catalogue& catalogue, const Expectation& expectation) {
  fmt::print(stderr,
             "{{\"lines\":{},\"bytes\":{},\"messages\":{},\"templates\":{},"
             "\"events\":{},\"delivered\":{},\"deferred\":{},\"bounced\":{},"
             "\"expired\":{},\"suppressions\":{}}}\n",
             log.lines(), log.bytes(), simulation.messages(), catalogue.size(),
             expectation.events(), expectation.Count("delivered"),
             expectation.Count("deferred"), expectation.Count("bounced"),
             expectation.Count("expired"), expectation.suppressions());
}

int Main(int argc, char** argv) {
  CommandLine line;
  CLI::App app("Writes the log of busy Postfix servers");
  AddOptions(app, &line);
  try {
    app.parse(argc, argv);
    Complete(&line);
  } catch (const CLI::Error& error) {
    return app.exit(error);
  }
  const auto catalogue = Catalogue::Load(line.data);
  if (!catalogue) return 1;
  LogWriter log(line.log);
  Expectation expectation(line.expect, line.expect_suppressions);
  Simulation simulation(line.settings, *catalogue, &log, &expectation);
  simulation.Run();
  expectation.WriteSuppressions();
  Report(log, simulation, *catalogue, expectation);
  return 0;
}

}  // namespace
}  // namespace ricochet::bench

int main(int argc, char** argv) { return ricochet::bench::Main(argc, argv); }
