// The rules against the labelled replies of tests/data/replies.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "classify/command_name.h"
#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

std::vector<std::string> Names() {
  std::vector<std::string> names;
  const std::filesystem::path folder(RICOCHET_TEST_DATA "/replies");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class Replies : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Labelled, Replies, testing::ValuesIn(Names()));

Verdict VerdictOn(const nlohmann::json& row) {
  const std::string text = row["response"];
  const std::string host = row["remote_mta"];
  const std::string command = row.value("command", "");
  return Classified({.text = text,
                     .command = *ReadCommandName(command),
                     .remote_host = host});
}

TEST_P(Replies, HaveAnAcceptableReasonAndAreHardOnlyIfTheyMust) {
  std::ifstream in(std::string(RICOCHET_TEST_DATA "/replies/") + GetParam() +
                   ".jsonl");
  ASSERT_TRUE(in) << GetParam();
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto row = nlohmann::json::parse(line);
    const auto verdict = VerdictOn(row);
    const auto accepted = row["accept"].get<std::vector<std::string>>();
    const auto reason = Info(verdict.reason).name;
    EXPECT_NE(std::ranges::find(accepted, reason), accepted.end())
        << "line " << number << ": " << reason << " by '" << verdict.rule
        << "': " << row["response"];
    if (!row["hard"].is_boolean()) continue;
    EXPECT_EQ(verdict.kind == Kind::kHard, row["hard"].get<bool>())
        << "line " << number << ": " << reason << " by '" << verdict.rule
        << "': " << row["response"];
  }
  EXPECT_GT(number, 0);
}

}  // namespace
}  // namespace ricochet
