#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/demo.h"

namespace ricochet {

void AddDemoCommand(CLI::App& app, int& status) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command = app.add_subcommand(
      "demo", "Shows everything at work on sample logs, without a broker");
  command->add_option("FILE", options->files,
                      "Log files to feed instead of the samples");
  command->add_flag("--serve", options->serve,
                    "Keep running and feeding until Ctrl-C");
  command
      ->add_option_function<int>(
          "--incident-after",
          [options](int seconds) {
            options->incident_after = std::chrono::seconds(seconds);
          },
          "Seconds of feeding on until Gmail refuses our mail, for four "
          "minutes "
          "of every twelve [120]")
      ->check(CLI::Range(0, 86'400));
  command
      ->add_option(
          "--listen", options->listen,
          "Where the page and /metrics are served; port 0 is any free one")
      ->capture_default_str();
  command->final_callback([options, &status] {
    const auto done = Demo(*options);
    if (done) return;
    std::fprintf(stderr, "ricochet demo: %s\n", done.error().message.c_str());
    status = done.error().code == ErrorCode::kUsage ? kExitUsage : kExitFailed;
  });
}

}  // namespace ricochet
