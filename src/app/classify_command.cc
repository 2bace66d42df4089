#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "app/classify_lines.h"
#include "app/commands.h"

namespace ricochet {
namespace {

int Run(const std::string& folder) {
  const auto fail = [](const Error& error) {
    std::fprintf(stderr, "ricochet classify: %s\n", error.message.c_str());
    return kExitUsage;
  };
  auto book = folder.empty() ? RuleBook::BuiltIn() : RuleBook::Load(folder);
  if (!book) return fail(book.error());
  auto rules = Ruleset::Compile(std::move(*book));
  if (!rules) return fail(rules.error());
  std::ios::sync_with_stdio(false);
  ClassifyLines lines(std::move(*rules));
  const auto wrong = lines.AnswerAll(std::cin, std::cout);
  if (!std::cout) {
    std::fputs("ricochet classify: standard output cannot be written\n",
               stderr);
    return kExitFailed;
  }
  if (wrong == 0) return kExitOk;
  std::fprintf(stderr,
               "ricochet classify: %llu lines were no questions; their answers "
               "say why\n",
               static_cast<unsigned long long>(wrong));
  return kExitFailed;
}

}  // namespace

void AddClassifyCommand(CLI::App& app, int& status) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("classify",
                         "Reads replies as JSON lines from standard input and "
                         "adds their verdicts");
  command
      ->add_option("--rules", *folder,
                   "Use the rules in this folder, not the built-in ones")
      ->type_name("FOLDER");
  command->footer(
      "A line is an object with \"response\" and, where known, \"command\",\n"
      "\"remote_mta\" and \"recipient_domain\"; what else it has is copied.\n\n"
      "  echo '{\"response\":\"552 5.2.2 quota\",\"command\":\"RCPT\"}' | "
      "ricochet classify");
  command->final_callback([folder, &status] { status = Run(*folder); });
}

}  // namespace ricochet
