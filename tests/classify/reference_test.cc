// The rules against labelled replies that are not part of the repository; they
// lie where RICOCHET_REFERENCE_DATA says. Unset: these tests do not exist.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "classify/command_name.h"
#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

std::vector<std::string> Files() {
  const char* dir = std::getenv("RICOCHET_REFERENCE_DATA");
  if (dir == nullptr) return {};
  return {std::string(dir) + "/truth.dev.jsonl",
          std::string(dir) + "/providers.dev.jsonl"};
}

class Reference : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Reference);
INSTANTIATE_TEST_SUITE_P(Labelled, Reference, testing::ValuesIn(Files()));

TEST_P(Reference, ReasonsAreAcceptableAndHardIsHard) {
  std::ifstream in(GetParam());
  ASSERT_TRUE(in) << GetParam();
  int total = 0;
  int right = 0;
  int unclassified = 0;
  int judged = 0;  // whether hard or not
  int rightly = 0;
  int wrongly_hard = 0;
  for (std::string line; std::getline(in, line); ++total) {
    const auto row = nlohmann::json::parse(line);
    const std::string text = row["response"];
    const std::string host = row["remote_mta"];
    const std::string domain = row["recipient_domain"];
    const std::string command = row["command"];
    const auto verdict = Classified({.text = text,
                                     .command = *ReadCommandName(command),
                                     .remote_host = host,
                                     .recipient_domain = domain});
    const auto accepted = row["accept"].get<std::vector<std::string>>();
    const auto reason = Info(verdict.reason).name;
    if (std::ranges::find(accepted, reason) != accepted.end()) {
      ++right;
    } else {
      std::cout << "miss: " << reason << " [" << verdict.rule << "] " << text
                << "\n";
    }
    unclassified += verdict.reason == Reason::kUnclassified ? 1 : 0;
    if (!row["hard"].is_boolean()) continue;
    const bool hard = verdict.kind == Kind::kHard;
    ++judged;
    rightly += hard == row["hard"].get<bool>() ? 1 : 0;
    wrongly_hard += hard && !row["hard"].get<bool>() ? 1 : 0;
    if (hard != row["hard"].get<bool>()) {
      std::cout << (hard ? "wrongly hard: " : "not hard: ") << text << "\n";
    }
  }
  EXPECT_GE(right, 0.97 * total);
  EXPECT_LE(unclassified, 0.03 * total);
  EXPECT_GE(rightly, 0.98 * judged);
  EXPECT_EQ(wrongly_hard, 0);
}

}  // namespace
}  // namespace ricochet
