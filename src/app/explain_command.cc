#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/explain.h"
#include "app/rules.h"
#include "classify/command_name.h"

namespace ricochet {
namespace {

struct Arguments {
  std::vector<std::string> words;
  std::string command;
  std::string remote;
  std::string domain;
  std::string rules;
  bool json = false;
  ColorMode color = ColorMode::kAuto;
};

Result<Explainer> MakeExplainer(const std::string& folder) {
  auto rules = LoadRules(folder);
  if (!rules) return tl::unexpected(std::move(rules.error()));
  auto ruleset = Ruleset::Compile(rules->book);
  if (!ruleset) return tl::unexpected(std::move(ruleset.error()));
  auto explanations = LoadExplanations(folder);
  if (!explanations) return tl::unexpected(std::move(explanations.error()));
  return Explainer(std::move(*ruleset), std::move(*explanations),
                   std::move(rules->policy));
}

Result<Question> QuestionOf(const Arguments& arguments) {
  Question question;
  for (const auto& word : arguments.words) {
    if (!question.response.empty()) question.response += ' ';
    question.response += word;
  }
  question.remote_mta = arguments.remote;
  question.recipient_domain = arguments.domain;
  const auto command = ReadCommandName(arguments.command);
  if (!command) {
    return Fail(ErrorCode::kUsage,
                "--command: '" + arguments.command + "' is no SMTP command");
  }
  question.command = *command;
  return question;
}

int Run(const Arguments& arguments) {
  const auto fail = [](const Error& error) {
    std::fprintf(stderr, "ricochet explain: %s\n", error.message.c_str());
    return kExitUsage;
  };
  const auto question = QuestionOf(arguments);
  if (!question) return fail(question.error());
  auto explainer = MakeExplainer(arguments.rules);
  if (!explainer) return fail(explainer.error());
  const auto explanation = explainer->Explain(*question);
  const auto text =
      arguments.json
          ? ToJson(explanation).dump(2) + "\n"
          : ToText(explanation, ScreenOf(STDOUT_FILENO, arguments.color));
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

}  // namespace

void AddExplainCommand(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Says what a reply, a code or a log line means, and what to do");
  command
      ->add_option(
          "TEXT", arguments->words,
          "'550 5.1.1 No such user', '5.7.26', 'TSS04', or a whole log "
          "line")
      ->required();
  command->add_option(
      "--command", arguments->command,
      "The SMTP command that was answered: RCPT, MAIL, DATA ...");
  command->add_option("--remote", arguments->remote,
                      "The host that answered: mx.example.org");
  command->add_option("--domain", arguments->domain, "The recipient's domain");
  command
      ->add_option("--rules", arguments->rules,
                   "Use the rules in this folder, not the built-in ones")
      ->type_name("FOLDER");
  command
      ->add_option("--format", arguments->json,
                   "What to print: 'text' or 'json', one document")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, bool>{{"text", false}, {"json", true}}))
      ->option_text("text|json");
  command
      ->add_option("--color", arguments->color, "'auto', 'always' or 'never'")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ColorMode>{{"auto", ColorMode::kAuto},
                                           {"always", ColorMode::kAlways},
                                           {"never", ColorMode::kNever}}))
      ->option_text("auto|always|never");
  command->final_callback([arguments, &status] { status = Run(*arguments); });
}

}  // namespace ricochet
