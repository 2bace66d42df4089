#include "app/subcommand.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "app/commands.h"

namespace ricochet {

CLI::App* AddSubcommand(CLI::App& parent, const char* name, const char* what,
                        std::string& config, std::function<Result<void>()> run,
                        int& status) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->add_option("-c,--config", config, "The configuration file")
      ->type_name("FILE")
      ->required();
  command->final_callback([of = parent.get_name(), name, run = std::move(run),
                           &status] {
    const auto done = run();
    if (done) return;
    fmt::print(stderr, "ricochet {} {}: {}\n", of, name, done.error().message);
    const auto code = done.error().code;
    const bool usage = code == ErrorCode::kUsage || code == ErrorCode::kConfig;
    status = usage ? kExitUsage : kExitFailed;
  });
  return command;
}

}  // namespace ricochet
