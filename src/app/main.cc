#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands.h"

namespace {

int Main(int argc, char** argv) {
  CLI::App app;
  int status = ricochet::kExitOk;
  ricochet::AddAllCommands(app, status);
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
