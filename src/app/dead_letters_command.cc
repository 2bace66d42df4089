// ricochet dead-letters: what operators see of mail.dead-letters, and how they
// have it read again once the cause is mended.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/config.h"
#include "app/letter_replay.h"
#include "app/letter_text.h"
#include "app/report.h"
#include "app/settings.h"
#include "app/stored_letter.h"
#include "app/subcommand.h"
#include "app/topics.h"
#include "publish/time_text.h"
#include "ricochet/fate.h"
#include "stream/feeder.h"
#include "stream/topic_reader.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr auto kReading = 10min;
constexpr auto kSending = 2min;
// Of a value, as far as `list` needs it.
constexpr std::size_t kShownOctets = 200;

struct Arguments {
  std::string config;
  LetterFilter filter;
  std::string since;
  std::size_t limit = 0;
  std::string format = "table";
  std::string place;
  bool raw = false;
  std::string to;
  bool dry_run = false;
  bool yes = false;
};

Result<Config> ConfigOf(const Arguments& arguments) {
  return LoadConfig(arguments.config, ReservedProperty);
}

Result<LetterList> ReadLetters(const Config& config, const Arguments& arguments,
                               std::size_t octets) {
  LetterFilter filter = arguments.filter;
  if (!arguments.since.empty()) {
    const auto since = ParseTimeArgument(arguments.since);
    if (!since) {
      return Fail(ErrorCode::kUsage,
                  "--since: '" + arguments.since + "' is no time");
    }
    filter.since = *since;
  }
  LetterList list(std::move(filter), arguments.limit, octets);
  auto read = VisitTopic(KafkaSettingsOf(config), config.topics.dead_letters,
                         kReading, [&list](TopicRecord&& record) {
                           list.Add(ReadLetter(std::move(record)));
                           return true;
                         });
  if (!read) return Fail(std::move(read.error()));
  return list;
}

Result<void> List(const Arguments& arguments) {
  const auto config = ConfigOf(arguments);
  if (!config) return Fail(config.error());
  auto list = ReadLetters(*config, arguments, kShownOctets);
  if (!list) return Fail(std::move(list.error()));
  const auto letters = list->Take();
  if (arguments.format == "json") {
    for (const auto& letter : letters) fmt::print("{}\n", LetterJson(letter));
  } else if (!letters.empty()) {
    fmt::print("{}", LetterTable(letters, ScreenOf(STDOUT_FILENO)));
  }
  std::fflush(stdout);
  const bool some = letters.size() < list->tally().all;
  fmt::print(
      stderr, "{}{}\n", TallyText(list->tally()),
      some ? fmt::format("; the newest {} are shown", letters.size()) : "");
  return {};
}

// The letter at a place, or all letters of the record that lay there.
Result<std::vector<TopicRecord>> FindLetters(const Config& config,
                                             const RecordPlace& place) {
  const bool own = place.topic.empty();
  const TopicPart part =
      own ? TopicPart{place.partition, place.offset} : TopicPart{};
  std::vector<TopicRecord> found;
  const auto visit = [&](TopicRecord&& record) {
    const RecordPlace its = {{}, record.partition, record.offset};
    if ((own ? its : SourceOf(record)) == place) {
      found.push_back(std::move(record));
    }
    return !own;
  };
  auto read = VisitTopic(KafkaSettingsOf(config), config.topics.dead_letters,
                         kReading, visit, part);
  if (!read) return Fail(std::move(read.error()));
  if (!found.empty()) return found;
  return Fail(ErrorCode::kUsage, fmt::format("no dead letter {} {}",
                                             own ? "at" : "of", TextOf(place)));
}

Result<void> Show(const Arguments& arguments) {
  const auto place = ReadPlace(arguments.place);
  if (!place) {
    return Fail(ErrorCode::kUsage, "'" + arguments.place +
                                       "' is neither PARTITION:OFFSET nor "
                                       "TOPIC:PARTITION:OFFSET");
  }
  const auto config = ConfigOf(arguments);
  if (!config) return Fail(config.error());
  const auto found = FindLetters(*config, *place);
  if (!found) return Fail(found.error());
  if (arguments.raw && found->size() > 1) {
    std::string places;
    for (const auto& one : *found) {
      places += fmt::format(" {}:{}", one.partition, one.offset);
    }
    return Fail(ErrorCode::kUsage,
                "--raw is for one, and there are several:" + places);
  }
  if (arguments.raw) {
    const auto& octets = found->front().value;
    std::fwrite(octets.data(), 1, octets.size(), stdout);
    return {};
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    fmt::print("{}{}", i == 0 ? "" : "\n", WholeLetter((*found)[i]));
  }
  return {};
}

// Asks at the terminal. Where nobody can be asked, nothing is sent.
Result<bool> Confirm(std::size_t letters) {
  if (isatty(STDIN_FILENO) == 0) {
    return Fail(ErrorCode::kUsage,
                "nobody to ask here: --yes sends without asking");
  }
  fmt::print(stderr, "Send {}? [y/N] ", letters);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

Result<ReplayPlan> PlanOf(const Config& config, const Arguments& arguments) {
  if (arguments.to == config.topics.dead_letters) {
    return Fail(ErrorCode::kUsage, "--to: these are the dead letters");
  }
  auto list = ReadLetters(config, arguments, std::string::npos);
  if (!list) return Fail(std::move(list.error()));
  std::vector<std::string> topics = config.topics.logs;
  topics.push_back(config.topics.evidence);
  return PlanReplay(list->Take(),
                    {.to = arguments.to,
                     .topics = std::move(topics),
                     .decode = AttemptsSettingsOf(config).decode});
}

// What a next run would say, so as not to send these again.
std::string NextSince(const ReplayPlan& plan) {
  EventTime newest = kNoTime;
  for (const auto& letter : plan.letters) {
    newest = std::max(newest, letter.time);
  }
  return TextOf(newest == kNoTime ? newest : newest + 1ms);
}

Result<void> ReplayLetters(const Arguments& arguments) {
  const auto config = ConfigOf(arguments);
  if (!config) return Fail(config.error());
  const auto plan = PlanOf(*config, arguments);
  if (!plan) return Fail(plan.error());
  fmt::print("{}", TextOf(*plan, arguments.to));
  std::fflush(stdout);
  if (plan->letters.empty()) {
    fmt::print(stderr, "nothing to send\n");
    return {};
  }
  if (arguments.dry_run) return {};
  if (!arguments.yes) {
    const auto confirmed = Confirm(plan->letters.size());
    if (!confirmed) return Fail(confirmed.error());
    if (!*confirmed) {
      fmt::print(stderr, "nothing was sent\n");
      return {};
    }
  }
  auto producer = PlainProducer::Create(KafkaSettingsOf(*config));
  if (!producer) return Fail(std::move(producer.error()));
  if (auto sent = Replay(*plan, arguments.to, *producer, kSending); !sent) {
    return sent;
  }
  fmt::print(
      stderr, "{} sent. They stay in {}: to leave them out, say --since {}\n",
      plan->letters.size(), config->topics.dead_letters, NextSince(*plan));
  return {};
}

std::vector<std::string> Reasons() {
  std::vector<std::string> names;
  for (const auto& cause : kCauses) {
    if (cause.fate == Fate::kDeadLettered) names.emplace_back(cause.name);
  }
  return names;
}

void AddFilter(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--reason", arguments.filter.reason, "Of this reason only")
      ->check(CLI::IsMember(Reasons()));
  command.add_option("--topic", arguments.filter.topic,
                     "That came from this topic only");
  command.add_option("--since", arguments.since,
                     "Dead-lettered then or later: 2026-11-21, "
                     "2026-11-21T19:59; UTC");
  command.add_option("--limit", arguments.limit, "The newest N; 0: all");
}

}  // namespace

void AddDeadLettersCommand(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* all = app.add_subcommand(
      "dead-letters", "Shows what was not understood, and has it read again");
  all->require_subcommand(1);
  const auto add = [&](const char* name, const char* what,
                       Result<void> (*run)(const Arguments&)) {
    return AddSubcommand(
        *all, name, what, arguments->config,
        [run, arguments] { return run(*arguments); }, status);
  };
  CLI::App* list = add("list", "Lists dead letters, one a line", List);
  AddFilter(*list, *arguments);
  list->add_option("--format", arguments->format, "table, or json: one a line")
      ->check(CLI::IsMember({"table", "json"}));
  CLI::App* show = add("show", "Shows all of a dead letter", Show);
  show->add_option("PLACE", arguments->place,
                   "PARTITION:OFFSET among the dead letters, as list tells it; "
                   "or TOPIC:PARTITION:OFFSET of the record it was")
      ->required();
  show->add_flag("--raw", arguments->raw, "Writes its octets, nothing else");
  CLI::App* replay =
      add("replay", "Sends dead letters again to where they came from",
          ReplayLetters);
  AddFilter(*replay, *arguments);
  replay->add_option("--to", arguments->to, "Sends them to this topic instead");
  replay->add_flag("--dry-run", arguments->dry_run,
                   "Says what would be sent, and sends nothing");
  replay->add_flag("--yes", arguments->yes, "Does not ask");
}

}  // namespace ricochet
