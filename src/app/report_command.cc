#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/report.h"

namespace ricochet {
namespace {

struct Arguments {
  ReportOptions report;
  std::string since;
  std::string until;
  int year = 0;
  std::string zone;
};

Result<void> Complete(Arguments& arguments) {
  ReportOptions& report = arguments.report;
  if (report.files.empty()) {
    if (isatty(STDIN_FILENO) != 0) {
      return Fail(ErrorCode::kUsage,
                  "no log files given, and standard input is a terminal; try "
                  "'ricochet report /var/log/mail.log'");
    }
    report.files.emplace_back("-");
  }
  if (arguments.year != 0) report.year = arguments.year;
  if (!arguments.zone.empty()) {
    const auto zone = ParseZone(arguments.zone);
    if (!zone) {
      return Fail(ErrorCode::kUsage,
                  "--zone: '" + arguments.zone + "' is not like +01:00");
    }
    report.zone = *zone;
  }
  for (const auto& [text, time, name] :
       {std::tuple{&arguments.since, &report.since, "--since"},
        std::tuple{&arguments.until, &report.until, "--until"}}) {
    if (text->empty()) continue;
    const auto parsed = ParseTimeArgument(*text);
    if (!parsed) {
      return Fail(ErrorCode::kUsage, std::string(name) + ": '" + *text +
                                         "' is not like 2026-11-21 or "
                                         "2026-11-21T19:59:23Z");
    }
    *time = *parsed;
  }
  return {};
}

int Run(Arguments& arguments) {
  auto done = Complete(arguments);
  if (done) done = Report(arguments.report);
  if (done) return kExitOk;
  std::fprintf(stderr, "ricochet report: %s\n", done.error().message.c_str());
  const ErrorCode code = done.error().code;
  return code == ErrorCode::kUsage || code == ErrorCode::kConfig ? kExitUsage
                                                                 : kExitFailed;
}

}  // namespace

void AddReportCommand(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  ReportOptions& report = arguments->report;
  CLI::App* command = app.add_subcommand(
      "report", "Reads log files and shows how delivery stands");
  command->add_option("FILE", report.files,
                      "Log files: plain, gzip or zstd, in any order; '-' or "
                      "none is standard input");
  command
      ->add_option("--format", report.json,
                   "What to print: 'text' or 'json', one document")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, bool>{{"text", false}, {"json", true}}))
      ->option_text("text|json");
  command
      ->add_option("--events", report.events,
                   "Write every delivery event to this file, as JSON lines")
      ->type_name("FILE");
  command
      ->add_option("--suppressions", report.suppressions,
                   "Write the suppressions to this file, as JSON lines")
      ->type_name("FILE");
  command
      ->add_option("--rates", report.rates,
                   "Write the bounce rates of each minute, hour and day to "
                   "this file, as JSON lines")
      ->type_name("FILE");
  command->add_option("--since", arguments->since,
                      "Only events from this time on (UTC unless it says)");
  command->add_option("--until", arguments->until,
                      "Only events before this time");
  command
      ->add_option("--year", arguments->year,
                   "The year of time stamps that have none (else the file's)")
      ->check(CLI::Range(1970, 9999));
  command->add_option("--zone", arguments->zone,
                      "The UTC offset of time stamps that have none: +01:00");
  command
      ->add_option("-c,--config", report.config,
                   "Take relays, content filters, streams and thresholds "
                   "from this configuration")
      ->type_name("FILE");
  command
      ->add_option("--rules", report.rules,
                   "Use the rules in this folder, not the built-in ones")
      ->type_name("FOLDER");
  command->add_option("--color", report.color, "'auto', 'always' or 'never'")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ColorMode>{{"auto", ColorMode::kAuto},
                                           {"always", ColorMode::kAlways},
                                           {"never", ColorMode::kNever}}))
      ->option_text("auto|always|never");
  command->final_callback([arguments, &status] { status = Run(*arguments); });
}

}  // namespace ricochet
