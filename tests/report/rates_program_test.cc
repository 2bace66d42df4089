// `ricochet report --rates FILE`, as users run it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "publish/schema_checker.h"
#include "report/log_file.h"
#include "report/report_program.h"

namespace ricochet {
namespace {

using nlohmann::json;

const std::string kLogs = RICOCHET_TEST_DATA "/";

struct RatesRun {
  json report;
  std::vector<json> windows;
};

RatesRun RatesOf(const std::string& arguments) {
  const LogFile rates("");
  RatesRun run;
  run.report = json::parse(
      RunReport("--format json --rates " + rates.path() + " " + arguments)
          .output);
  std::ifstream in(rates.path());
  for (std::string line; std::getline(in, line);) {
    run.windows.push_back(json::parse(line));
  }
  return run;
}

constexpr std::array<const char*, 9> kCounts = {
    "attempts", "delivered",    "hard",     "soft",     "block",
    "admin",    "undetermined", "deferred", "complaint"};

// The sums over all windows of one length.
std::map<std::string, std::uint64_t> SumsOf(const RatesRun& run, int length_s) {
  std::map<std::string, std::uint64_t> sums;
  for (const auto& window : run.windows) {
    if (window["window"]["length_s"] != length_s) continue;
    for (const auto* name : kCounts) {
      sums[name] += window["counts"][name].get<std::uint64_t>();
    }
  }
  return sums;
}

void ExpectSameUnits(const std::string& arguments) {
  const auto run = RatesOf(arguments);
  const auto& report = run.report;
  ASSERT_GT(report["events"]["attempts"], 0) << arguments;
  for (const int length : {60, 3'600, 86'400}) {
    auto sums = SumsOf(run, length);
    for (const auto* name : {"attempts", "deferred", "complaint"}) {
      EXPECT_EQ(sums[name], report["events"][name]) << arguments << name;
    }
    for (const auto* name : {"delivered", "hard", "soft", "block", "admin"}) {
      EXPECT_EQ(sums[name], report["outcomes"][name]) << arguments << name;
    }
    const auto base = sums["delivered"] + sums["hard"] + sums["soft"] +
                      sums["block"] + sums["undetermined"];
    for (const auto* name : {"hard", "block", "soft"}) {
      EXPECT_EQ(report["rates"][name]["count"], sums[name]);
      EXPECT_EQ(report["rates"][name]["of"], base);
    }
    EXPECT_EQ(report["rates"]["bounce"]["count"],
              sums["hard"] + sums["block"] + sums["soft"]);
    EXPECT_EQ(report["rates"]["deferral"]["count"], sums["deferred"]);
    EXPECT_EQ(report["rates"]["deferral"]["of"], sums["attempts"]);
  }
}

TEST(ReportRates, WindowsAddUpToTheReport) {
  ExpectSameUnits(kLogs + "samples/*.log");
  ExpectSameUnits(kLogs + "postfix/lab-postfix-rfc3339.log");
  ExpectSameUnits(kLogs + "postfix/lab-postfix-short-ids.log");
}

TEST(ReportRates, WindowsAreFinalAndAsTheSchemaSays) {
  const SchemaChecker schema("bounce-rate");
  const auto run = RatesOf(kLogs + "samples/*.log");
  ASSERT_FALSE(run.windows.empty());
  for (const auto& window : run.windows) {
    ASSERT_EQ(schema.CheckJson(window), "");
    EXPECT_EQ(window["window"]["final"], true);
    EXPECT_EQ(window["window"]["revision"], 0);
  }
}

TEST(ReportRates, EachWindowIsThereOnce) {
  const auto run = RatesOf(kLogs + "samples/*.log");
  std::map<std::string, int> seen;
  for (const auto& window : run.windows) {
    auto key =
        json::array({window["window"]["start"], window["window"]["length_s"]});
    for (const auto* name :
         {"tenant", "stream", "sender_domain", "provider", "egress"}) {
      key.push_back(window[name]);
    }
    EXPECT_EQ(++seen[key.dump()], 1) << key;
  }
}

TEST(ReportRates, OrderOfFilesDoesNotMatter) {
  const auto sorted = [](RatesRun run) {
    std::ranges::sort(run.windows);
    return run.windows;
  };
  const std::string folder = kLogs + "samples/";
  EXPECT_EQ(sorted(RatesOf(folder + "mta01.log " + folder + "mta02.log")),
            sorted(RatesOf(folder + "mta02.log " + folder + "mta01.log")));
}

TEST(ReportRates, ThresholdsOfTheConfigDecideTheState) {
  const LogFile config("[thresholds]\nmin_outcomes = 1\nhard_page = 100\n");
  const std::string log = kLogs + "samples/mta01.log";
  const auto worst = [](const RatesRun& run) {
    std::map<std::string, int> states;
    for (const auto& window : run.windows) ++states[window["state"]];
    return states;
  };
  EXPECT_EQ(worst(RatesOf(log)).count("critical"), 0U);
  const auto strict = worst(RatesOf("-c " + config.path() + " " + log));
  EXPECT_GT(strict.at("critical"), 0);
  EXPECT_EQ(strict.count("page"), 0U);
}

TEST(ReportRates, FileThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(
      RunReport("--rates /nonexistent/rates " + kLogs + "samples/mta01.log")
          .status,
      1);
}

}  // namespace
}  // namespace ricochet
