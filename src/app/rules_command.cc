#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/reply_corpus.h"
#include "app/rules_check.h"
#include "app/rules_compare.h"
#include "report/screen.h"
#include "report/text.h"
#include "report/text_table.h"

namespace ricochet {
namespace {

int Failed(const Error& error) {
  std::fprintf(stderr, "ricochet rules: %s\n", error.message.c_str());
  return error.code == ErrorCode::kIo ? kExitFailed : kExitUsage;
}

Result<std::unique_ptr<Ruleset>> Compiled(const std::string& folder) {
  auto book = folder.empty() ? RuleBook::BuiltIn() : RuleBook::Load(folder);
  if (!book) return tl::unexpected(std::move(book.error()));
  return Ruleset::Compile(std::move(*book));
}

// The folder's files, or those in the program.
Result<std::vector<Error>> Lint(const std::string& folder) {
  if (folder.empty()) return CheckRules(BuiltInFiles());
  const auto files = RuleBook::ReadFiles(folder);
  if (!files) return tl::unexpected(files.error());
  std::vector<EmbeddedFile> views;
  for (const auto& file : *files) views.push_back({file.name, file.text});
  return CheckRules(views);
}

int Check(const std::string& folder) {
  const auto errors = Lint(folder);
  if (!errors) return Failed(errors.error());
  const std::string place = folder.empty() ? "" : folder + "/";
  for (const auto& error : *errors) {
    std::printf("%s%s\n", place.c_str(), error.message.c_str());
  }
  if (errors->empty()) {
    std::printf("nothing is wrong\n");
    return kExitOk;
  }
  std::printf("%zu defect%s\n", errors->size(), errors->size() == 1 ? "" : "s");
  return kExitFailed;
}

struct DiffArguments {
  std::string before;
  std::string after;
  std::string corpus;
};

int Diff(const DiffArguments& arguments) {
  auto before = Compiled(arguments.before);
  if (!before) return Failed(before.error());
  auto after = Compiled(arguments.after);
  if (!after) return Failed(after.error());
  RulesDifference difference(std::move(*before), std::move(*after));
  const auto read = ForEachReply(arguments.corpus,
                                 [&](const Question& q) { difference.Add(q); });
  if (!read) return Failed(read.error());
  const Screen screen = ScreenOf(STDOUT_FILENO);
  TextTable table({{"replies"},
                   {"before", Align::kLeft},
                   {"after", Align::kLeft},
                   {"for example", Align::kLeft, true}});
  for (const auto& change : difference.changes()) {
    table.Row({{std::to_string(change.count)},
               {change.before, Tone::kYellow},
               {change.after, Tone::kGreen},
               {Printable(change.example)}});
  }
  if (difference.changed() != 0) {
    std::fputs(table.Render(screen).c_str(), stdout);
  }
  std::printf("%llu of %llu verdicts change\n",
              static_cast<unsigned long long>(difference.changed()),
              static_cast<unsigned long long>(difference.replies()));
  return kExitOk;
}

struct HitsArguments {
  std::string folder;
  std::string corpus;
};

std::string Decisions(const RuleHits& hits) {
  std::string text;
  for (std::size_t i = 0; i < kDecidedByNames.size(); ++i) {
    if (hits.decided_by()[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        hits.decided_by()[i], kDecidedByNames[i]);
  }
  return text;
}

int Hits(const HitsArguments& arguments) {
  auto rules = Compiled(arguments.folder);
  if (!rules) return Failed(rules.error());
  RuleHits hits(std::move(*rules));
  const auto read =
      ForEachReply(arguments.corpus, [&](const Question& q) { hits.Add(q); });
  if (!read) return Failed(read.error());
  TextTable table({{"replies"},
                   {"rule", Align::kLeft},
                   {"reason", Align::kLeft},
                   {"where", Align::kLeft, true}});
  std::size_t never = 0;
  for (const auto& hit : hits.hits()) {
    never += hit.count == 0 ? 1 : 0;
    table.Row(
        {{std::to_string(hit.count),
          hit.count == 0 ? Tone::kDim : Tone::kPlain},
         {std::string(hit.rule->id)},
         {std::string(Info(hit.rule->reason).name)},
         {fmt::format("{}:{}", hit.rule->place.file, hit.rule->place.line),
          Tone::kDim}});
  }
  std::fputs(table.Render(ScreenOf(STDOUT_FILENO)).c_str(), stdout);
  std::printf("%llu replies decided by: %s; %zu rules never hit\n",
              static_cast<unsigned long long>(hits.replies()),
              Decisions(hits).c_str(), never);
  return kExitOk;
}

constexpr auto kCorpus =
    "Replies: each line a question as of 'ricochet classify', or the bare "
    "text; '-' is standard input";

}  // namespace

void AddRulesCommand(CLI::App& app, int& status) {
  CLI::App* rules =
      app.add_subcommand("rules", "Checks, compares and counts rules");
  rules->require_subcommand(1);

  auto folder = std::make_shared<std::string>();
  CLI::App* check = rules->add_subcommand(
      "check", "Says what is wrong with rules, by file and line");
  check->add_option("FOLDER", *folder, "The rules; else the built-in ones");
  check->final_callback([folder, &status] { status = Check(*folder); });

  auto compared = std::make_shared<DiffArguments>();
  CLI::App* diff = rules->add_subcommand(
      "diff", "Shows which verdicts other rules would change");
  diff->add_option("BEFORE", compared->before,
                   "A folder of rules; '' is built in")
      ->type_name("FOLDER")
      ->required();
  diff->add_option("AFTER", compared->after, "Another; '' is built in")
      ->type_name("FOLDER")
      ->required();
  diff->add_option("--corpus", compared->corpus, kCorpus)
      ->type_name("FILE")
      ->required();
  diff->final_callback([compared, &status] { status = Diff(*compared); });

  auto counted = std::make_shared<HitsArguments>();
  CLI::App* hits = rules->add_subcommand(
      "hits", "Counts which rules decide, and names those that never do");
  hits->add_option("FOLDER", counted->folder,
                   "The rules; else the built-in ones");
  hits->add_option("--corpus", counted->corpus, kCorpus)
      ->type_name("FILE")
      ->required();
  hits->final_callback([counted, &status] { status = Hits(*counted); });
}

}  // namespace ricochet
