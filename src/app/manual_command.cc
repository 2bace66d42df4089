#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/completions.h"
#include "app/manual.h"
#include "app/version.h"

namespace ricochet {

void AddCompletionsCommand(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "completions",
      "Prints the script that completes our commands in a shell");
  command->add_option("SHELL", *shell, "Which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->final_callback([shell, &app] {
    const CommandTable table = CommandTableOf(app);
    const std::string text = *shell == "bash"  ? BashCompletion(table)
                             : *shell == "zsh" ? ZshCompletion(table)
                                               : FishCompletion(table);
    std::fputs(text.c_str(), stdout);
  });
}

void AddManualCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("manual", "Prints the manual page, for man -l");
  command->final_callback([&app] {
    const std::string page =
        ManualPage(CommandTableOf(app), ThisBuild().version);
    std::fputs(page.c_str(), stdout);
  });
}

}  // namespace ricochet
