#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/version.h"

namespace {

int Main(int argc, char** argv) {
  CLI::App app{
      "Reads the delivery logs of mail servers, finds out what the receiving "
      "servers said,\nand says what each answer means: who has to change "
      "something, and what to do."};
  app.name("ricochet");
  app.set_version_flag("--version", ricochet::VersionText);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  int status = ricochet::kExitOk;
  ricochet::AddReportCommand(app, status);
  ricochet::AddClassifyCommand(app, status);
  ricochet::AddExplainCommand(app, status);
  ricochet::AddRulesCommand(app, status);
  ricochet::AddRunCommand(app, status);
  ricochet::AddTopicsCommand(app, status);
  ricochet::AddSuppressionsCommand(app, status);
  ricochet::AddDeadLettersCommand(app, status);
  ricochet::AddConfigCommand(app, status);
  ricochet::AddDemoCommand(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ricochet::kExitOk : ricochet::kExitUsage;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ricochet: %s\n", error.what());
    return ricochet::kExitFailed;
  }
}
