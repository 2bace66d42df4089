#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "app/backfill.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/rules.h"
#include "app/rules_reload.h"
#include "app/rules_watch.h"
#include "app/service.h"
#include "app/signals.h"
#include "app/topics.h"
#include "app/version.h"
#include "observe/log.h"
#include "ricochet/wall_clock.h"

namespace ricochet {
namespace {

struct Prepared {
  Config config;
  Rules rules;
};

// Everything that can be wrong without a broker.
Result<Prepared> Prepare(const std::string& path) {
  auto config = LoadConfig(path, ReservedProperty);
  if (!config) return tl::unexpected(std::move(config.error()));
  const KafkaSettings kafka = KafkaSettingsOf(*config);
  if (auto checked = CheckProperties(kafka); !checked) {
    return Fail(ErrorCode::kConfig, path + ": " + checked.error().message);
  }
  auto rules = LoadRules(config->rules.path, config->events.crosswalk);
  if (!rules) return tl::unexpected(std::move(rules.error()));
  return Prepared{std::move(*config), std::move(*rules)};
}

// Brokers may come later than we do: keeps asking until they answer, a signal
// comes, or they answer that something is missing.
Result<bool> WaitForTopics(const Config& config, const StopSignal& signal) {
  using namespace std::chrono_literals;
  for (;;) {
    const auto checked = CheckTopics(config);
    if (checked) {
      for (const auto& advice : *checked) {
        Log(LogLevel::kWarning, "run.topics", advice);
      }
      return true;
    }
    if (checked.error().code == ErrorCode::kConfig) {
      return tl::unexpected(checked.error());
    }
    Log(LogLevel::kWarning, "run.waiting", checked.error().message);
    if (signal.Wait(2s)) return false;
  }
}

// Until it is time to stop.
void Watch(const Prepared& prepared, const StopSignal& signal,
           Service& service) {
  const Config& config = prepared.config;
  std::string ruleset(prepared.rules.book->hash());
  constexpr int kPollsPerLook = 5;  // of the folder, once a second
  RulesWatch rules(config.rules.path);
  for (int poll = 1; !service.failed(); ++poll) {
    const auto came = signal.Next(std::chrono::milliseconds(200));
    if (came == StopSignal::Came::kStop) return;
    const bool changed = poll % kPollsPerLook == 0 && rules.Changed();
    if (changed || came == StopSignal::Came::kReload) {
      ReloadRules(config, prepared.rules, ruleset, service);
    }
    service.DropOldRules();
    service.WarnOfUnkeyedHosts();
  }
}

struct RunOptions {
  std::string path;
  std::string backfill;  // its name; empty: the live run
};

Result<void> RunUntilRead(const Prepared& prepared, const std::string& name,
                          const StopSignal& signal) {
  const auto config = BackfillOf(prepared.config, name, SystemNow());
  if (!config) return tl::unexpected(config.error());
  return RunBackfill(
      *config, prepared.rules,
      [&signal](std::chrono::milliseconds time) { return signal.Wait(time); });
}

Result<void> RunService(const RunOptions& options) {
  const StopSignal signal(true);  // before any thread is made
  auto prepared = Prepare(options.path);
  if (!prepared) return tl::unexpected(std::move(prepared.error()));
  const Config& config = prepared->config;
  SetLog({.level = config.log.level, .format = config.log.format});
  const std::string problem =
      KnownProblem(KafkaSettingsOf(config), rd_kafka_version());
  if (!problem.empty()) Log(LogLevel::kWarning, "run.library", problem);

  auto found = WaitForTopics(config, signal);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) return {};
  if (!options.backfill.empty()) {
    return RunUntilRead(*prepared, options.backfill, signal);
  }
  auto service = Service::Start(config, prepared->rules);
  if (!service) return tl::unexpected(std::move(service.error()));
  Log(LogLevel::kInfo, "run.started",
      "ricochet " + ThisBuild().version + " is running",
      {{"brokers", std::string_view(config.kafka.brokers)},
       {"guarantee",
        kGuaranteeNames[static_cast<std::size_t>(config.kafka.guarantee)]},
       {"http_port", std::int64_t{(*service)->http_port()}},
       {"ruleset", prepared->rules.book->hash()}});
  Watch(*prepared, signal, **service);
  Log(LogLevel::kInfo, "run.stopping", "stopping: committing what is open");
  auto stopped = (*service)->Stop();
  if (stopped) Log(LogLevel::kInfo, "run.stopped", "stopped");
  return stopped;
}

int Finish(const Result<void>& done, const char* command) {
  if (done) return kExitOk;
  std::fprintf(stderr, "ricochet %s: %s\n", command,
               done.error().message.c_str());
  return done.error().code == ErrorCode::kConfig ? kExitUsage : kExitFailed;
}

Result<void> CheckConfig(const std::string& path, bool ask_brokers) {
  auto prepared = Prepare(path);
  if (!prepared) return tl::unexpected(std::move(prepared.error()));
  std::fputs(Describe(prepared->config).c_str(), stdout);
  if (ask_brokers) {
    const auto checked = CheckTopics(prepared->config);
    if (!checked) return tl::unexpected(checked.error());
    for (const auto& advice : *checked) {
      std::fprintf(stderr, "%s\n", advice.c_str());
    }
  }
  std::fprintf(stderr, "%s: correct%s\n", path.c_str(),
               ask_brokers ? ", and the topics are there" : "");
  return {};
}

Result<void> CreateAll(const std::string& path) {
  auto config = LoadConfig(path, ReservedProperty);
  if (!config) return tl::unexpected(std::move(config.error()));
  const auto created = CreateTopics(KafkaSettingsOf(*config), TopicsOf(*config),
                                    std::chrono::seconds(30));
  if (!created) return tl::unexpected(created.error());
  for (const CreatedTopic& topic : *created) {
    std::printf("%-30s %s\n", topic.name.c_str(),
                topic.created ? "created" : "was there");
  }
  return {};
}

void AddConfigOption(CLI::App& command, std::string& path) {
  command.add_option("-c,--config", path, "The configuration file")
      ->type_name("FILE")
      ->required();
}

}  // namespace

void AddRunCommand(CLI::App& app, int& status) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(
      "run", "Reads logs from Kafka and publishes events and suppressions");
  AddConfigOption(*command, options->path);
  command
      ->add_flag("--backfill{backfill}", options->backfill,
                 "Reads what the topics of logs hold, from their beginning, "
                 "beside the live run, and ends; --backfill=NAME for one that "
                 "starts over")
      ->type_name("NAME");
  command->final_callback(
      [options, &status] { status = Finish(RunService(*options), "run"); });
}

void AddTopicsCommand(CLI::App& app, int& status) {
  auto path = std::make_shared<std::string>();
  CLI::App* topics = app.add_subcommand("topics", "The topics in Kafka");
  topics->require_subcommand(1);
  CLI::App* create =
      topics->add_subcommand("create", "Creates the topics that are missing");
  AddConfigOption(*create, *path);
  create->final_callback(
      [path, &status] { status = Finish(CreateAll(*path), "topics create"); });
}

void AddConfigCommand(CLI::App& app, int& status) {
  struct Arguments {
    std::string path;
    bool ask_brokers = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* config = app.add_subcommand("config", "The configuration");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand(
      "check", "Checks a configuration and its rules, and prints the values");
  AddConfigOption(*check, arguments->path);
  check->add_flag("--brokers", arguments->ask_brokers,
                  "Ask the brokers for the topics, too");
  check->final_callback([arguments, &status] {
    status = Finish(CheckConfig(arguments->path, arguments->ask_brokers),
                    "config check");
  });
}

}  // namespace ricochet
