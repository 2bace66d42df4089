// ricochet suppressions: what operators see of mail.suppressions, and how they
// change it. They write to the evidence topic, so that what they want shares
// key, order and transaction with what logs say.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "app/commands.h"
#include "app/config.h"
#include "app/report.h"
#include "app/subcommand.h"
#include "app/suppression_file.h"
#include "app/suppression_history.h"
#include "app/topics.h"
#include "publish/evidence.h"
#include "report/text.h"
#include "ricochet/address.h"
#include "ricochet/wall_clock.h"
#include "stream/feeder.h"
#include "stream/topic_reader.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

struct Arguments {
  std::string config;
  std::vector<std::string> addresses;
  OperatorWish wish;
  std::string scope = "address";
  std::string reason;
  std::string expires;
  std::string file;
  std::string format = "csv";
};

std::string UserName() {
  const char* name = std::getenv("USER");
  return name != nullptr && *name != '\0' ? name : std::to_string(getuid());
}

// Writes operators' actions to the evidence topic.
class ActionSender {
 public:
  static Result<ActionSender> Create(const std::string& path) {
    auto config = LoadConfig(path, ReservedProperty);
    if (!config) return tl::unexpected(std::move(config.error()));
    auto producer = PlainProducer::Create(KafkaSettingsOf(*config));
    if (!producer) return tl::unexpected(std::move(producer.error()));
    return ActionSender(config->topics.evidence, std::move(*producer));
  }

  Result<void> Send(OperatorVerb verb, const OperatorWish& wish) {
    const bool domain = wish.scope == SuppressionScope::kDomain;
    const OperatorAction action{
        .event = {Random(), Random()},
        .time = SystemNow(),
        .verb = verb,
        .scope = wish.scope,
        .tenant = wish.tenant,
        .address = domain ? ReadAddress("@" + wish.address, scratch_).domain
                          : AddressKey(wish.address, scratch_),
        .qualifier = wish.qualifier,
        .reason = wish.reason,
        .expires = wish.expires,
        .who = who_,
        .note = wish.note};
    const auto record = encoder_.ToRecord(action);
    return producer_.Send(topic_, record.key, record.value);
  }
  Result<void> Finish() { return producer_.Flush(60s); }

 private:
  ActionSender(std::string topic, PlainProducer producer)
      : topic_(std::move(topic)), producer_(std::move(producer)) {}

  static std::uint64_t Random() {
    static std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
  }

  std::string topic_;
  PlainProducer producer_;
  EvidenceEncoder encoder_;
  std::string scratch_;
  std::string who_ = UserName();
};

Result<void> SendAll(const std::string& config, OperatorVerb verb,
                     const std::vector<OperatorWish>& wishes) {
  auto sender = ActionSender::Create(config);
  if (!sender) return tl::unexpected(std::move(sender.error()));
  for (const auto& wish : wishes) {
    if (auto sent = sender->Send(verb, wish); !sent) return sent;
  }
  if (auto done = sender->Finish(); !done) return done;
  std::fputs(fmt::format("{}: {} told to the ledger\n",
                         kOperatorVerbNames[static_cast<std::size_t>(verb)],
                         wishes.size())
                 .c_str(),
             stderr);
  return {};
}

// The wishes of the command line, one for each address.
Result<std::vector<OperatorWish>> WishesOf(const Arguments& arguments) {
  std::vector<OperatorWish> wishes;
  OperatorWish wish = arguments.wish;
  const std::pair<const char*, const std::string&> members[] = {
      {"scope", arguments.scope},
      {"reason", arguments.reason},
      {"expires", arguments.expires}};
  for (const auto& [name, value] : members) {
    if (auto set = SetMember(name, value, wish); !set) {
      return tl::unexpected(std::move(set.error()));
    }
  }
  for (const auto& address : arguments.addresses) {
    wish.address = address;
    if (auto checked = CheckWish(wish); !checked) {
      return tl::unexpected(std::move(checked.error()));
    }
    wishes.push_back(wish);
  }
  return wishes;
}

Result<void> Tell(const Arguments& arguments, OperatorVerb verb) {
  const auto wishes = WishesOf(arguments);
  if (!wishes) return tl::unexpected(wishes.error());
  return SendAll(arguments.config, verb, *wishes);
}

Result<void> Import(const Arguments& arguments) {
  std::string text;
  if (arguments.file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(arguments.file, std::ios::binary);
    if (!in) {
      return Fail(ErrorCode::kIo, arguments.file + ": cannot be read");
    }
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto wishes = ReadWishes(text, arguments.file);
  if (!wishes) return tl::unexpected(wishes.error());
  return SendAll(arguments.config, OperatorVerb::kImport, *wishes);
}

struct Listed {
  std::string tenant;
  nlohmann::json entry;
};

// The recipient, or domain, of a key.
std::string AboutOf(const std::string& key) {
  return key.substr(key.rfind('|') + 1);
}

// Takes what a record of the topic says of its key into `listed`.
void Take(const TopicRecord& record, std::map<std::string, Listed>& listed) {
  auto entry = nlohmann::json::parse(record.value, nullptr, false);
  const bool in_force = !record.tombstone && entry.is_object() &&
                        TextOf(entry, "action") == "suppress" &&
                        entry.contains("causes") && !entry["causes"].empty();
  if (in_force) {
    listed[record.key] = {record.key.substr(0, record.key.find('|')),
                          std::move(entry)};
  } else {
    listed.erase(record.key);
  }
}

// What is in force, by key: of all, or of what `wanted` says of a key's end.
Result<std::map<std::string, Listed>> ReadInForce(
    const Config& config, const std::set<std::string>& wanted = {}) {
  std::map<std::string, Listed> listed;
  const auto done =
      VisitTopic(KafkaSettingsOf(config), config.topics.suppressions, 10min,
                 [&](TopicRecord&& record) {
                   if (wanted.empty() || wanted.contains(AboutOf(record.key))) {
                     Take(record, listed);
                   }
                   return true;
                 });
  if (!done) return tl::unexpected(done.error());
  std::erase_if(listed, [now = SystemNow()](const auto& item) {
    const auto& expires = item.second.entry["expires"];
    if (!expires.is_string()) return false;
    const auto time =
        ParseTimeArgument(expires.template get_ref<const std::string&>());
    return time && *time <= now;
  });
  return listed;
}

Result<std::map<std::string, Listed>> ReadInForce(const std::string& path) {
  const auto config = LoadConfig(path, ReservedProperty);
  if (!config) return tl::unexpected(config.error());
  return ReadInForce(*config);
}

Result<void> Export(const Arguments& arguments) {
  const auto listed = ReadInForce(arguments.config);
  if (!listed) return tl::unexpected(listed.error());
  const bool csv = arguments.format == "csv";
  if (csv) fmt::print("{}\n", kSuppressionColumns);
  for (const auto& [key, one] : *listed) {
    fmt::print("{}\n", csv ? CsvLineOf(one.entry, one.tenant)
                           : JsonLineOf(one.entry, one.tenant));
  }
  return {};
}

std::string DateOf(const nlohmann::json& time) {
  return time.is_string() ? time.get<std::string>().substr(0, 10) : "never";
}

Result<void> List(const Arguments& arguments) {
  const auto listed = ReadInForce(arguments.config);
  if (!listed) return tl::unexpected(listed.error());
  constexpr auto kRow = "{:<44} {:<22} {:<20} {:<10}  {:<10}\n";
  if (isatty(STDOUT_FILENO) != 0) {
    fmt::print(kRow, "what", "scope", "reason", "since", "expires");
  }
  for (const auto& [key, one] : *listed) {
    const auto& entry = one.entry;
    fmt::print(kRow, Printable(AboutOf(key)), TextOf(entry, "scope"),
               TextOf(entry["causes"].back(), "reason"), DateOf(entry["since"]),
               DateOf(entry["expires"]));
  }
  fmt::print(stderr, "{} suppressed\n", listed->size());
  return {};
}

// Of an address and its domain.
Result<std::vector<nlohmann::json>> ReadHistory(
    const Config& config, const std::set<std::string>& about) {
  SuppressionHistory history(about);
  const auto done =
      VisitTopic(KafkaSettingsOf(config), config.topics.suppression_history,
                 10min, [&](TopicRecord&& record) {
                   history.Add(record);
                   return true;
                 });
  if (!done) return tl::unexpected(done.error());
  return history.Take();
}

// All entries about an address: its own, those of a sender domain or list, and
// that of its domain; and what became of them so far.
Result<void> Show(const Arguments& arguments) {
  const auto config = LoadConfig(arguments.config, ReservedProperty);
  if (!config) return tl::unexpected(config.error());
  std::string scratch;
  const std::string address(AddressKey(arguments.addresses.front(), scratch));
  const auto domain = address.substr(address.rfind('@') + 1);
  const auto listed = ReadInForce(*config, {address, domain});
  if (!listed) return tl::unexpected(listed.error());
  const auto history = ReadHistory(*config, {address, domain});
  if (!history) return tl::unexpected(history.error());
  for (const auto& [key, one] : *listed) {
    fmt::print("{}\n{}\n", Printable(key),
               one.entry.dump(2, ' ', true, kReplace));
  }
  if (listed->empty()) fmt::print("{} is not suppressed\n", Printable(address));
  if (!history->empty()) fmt::print("history\n");
  for (const auto& change : *history) {
    fmt::print("  {}\n", HistoryLine(change));
  }
  return {};
}

using Do = Result<void> (*)(const Arguments&);

void AddWhat(CLI::App& command, Arguments& arguments) {
  command
      .add_option("ADDRESS", arguments.addresses,
                  "Addresses; domains with --scope domain")
      ->required();
  command.add_option("--scope", arguments.scope, "What it covers")
      ->check(CLI::IsMember(
          {"address", "domain", "address_sender_domain", "address_list"}));
  command.add_option("--qualifier", arguments.wish.qualifier,
                     "The sender domain, or the list");
  command.add_option("--tenant", arguments.wish.tenant, "Whose");
  command.add_option("--note", arguments.wish.note, "Why, for others to read");
}

}  // namespace

void AddSuppressionsCommand(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* all = app.add_subcommand(
      "suppressions", "Shows and changes what is not to be sent to");
  all->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Do run) {
    return AddSubcommand(
        *all, name, what, arguments->config,
        [run, arguments] { return run(*arguments); }, status);
  };
  add("list", "Lists what is in force", List);
  CLI::App* show =
      add("show", "Shows all about an address: what is in force, and its past",
          Show);
  show->add_option("ADDRESS", arguments->addresses, "The address")
      ->required()
      ->expected(1);
  CLI::App* out =
      add("export", "Writes what is in force, to be read by import", Export);
  out->add_option("--format", arguments->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  CLI::App* more = add("add", "Suppresses addresses", [](const Arguments& a) {
    return Tell(a, OperatorVerb::kAdd);
  });
  AddWhat(*more, *arguments);
  more->add_option("--reason", arguments->reason, "One of the reasons");
  more->add_option("--expires", arguments->expires,
                   "Until when: 2026-11-21, 2026-11-21T19:59; else for good");
  CLI::App* release =
      add("release", "Releases addresses: what was known of them is forgotten",
          [](const Arguments& a) { return Tell(a, OperatorVerb::kRelease); });
  AddWhat(*release, *arguments);
  CLI::App* import = add("import", "Suppresses what a file lists", Import);
  import
      ->add_option("FILE", arguments->file,
                   "CSV or JSON lines; - is standard input")
      ->required();
}

}  // namespace ricochet
