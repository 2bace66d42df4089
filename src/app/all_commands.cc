#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/version.h"

namespace ricochet {

void AddAllCommands(CLI::App& app, int& status) {
  app.name("ricochet");
  app.description(
      "Reads the delivery logs of mail servers, finds out what the receiving "
      "servers said,\nand says what each answer means: who has to change "
      "something, and what to do.");
  app.set_version_flag("--version", VersionText);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  AddReportCommand(app, status);
  AddClassifyCommand(app, status);
  AddExplainCommand(app, status);
  AddRulesCommand(app, status);
  AddRunCommand(app, status);
  AddTopicsCommand(app, status);
  AddSuppressionsCommand(app, status);
  AddDeadLettersCommand(app, status);
  AddConfigCommand(app, status);
  AddDemoCommand(app, status);
  AddCompletionsCommand(app);
  AddManualCommand(app);
}

}  // namespace ricochet
