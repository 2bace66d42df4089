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

#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

struct ReferenceFile {
  std::string path;
  double floor;  // share of acceptable reasons
};

std::vector<ReferenceFile> Files() {
  const char* dir = std::getenv("RICOCHET_REFERENCE_DATA");
  if (dir == nullptr) return {};
  return {{std::string(dir) + "/truth.dev.jsonl", 0.97},
          {std::string(dir) + "/providers.dev.jsonl", 0.97}};
}

SmtpCommand CommandOf(std::string_view name) {
  if (name == "RCPT") return SmtpCommand::kRcptTo;
  if (name == "MAIL") return SmtpCommand::kMailFrom;
  if (name == "DATA") return SmtpCommand::kData;
  if (name == "EHLO" || name == "HELO") return SmtpCommand::kEhlo;
  if (name == "CONN") return SmtpCommand::kConnect;
  return SmtpCommand::kUnknown;
}

class Reference : public testing::TestWithParam<ReferenceFile> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Reference);
INSTANTIATE_TEST_SUITE_P(Labelled, Reference, testing::ValuesIn(Files()));

TEST_P(Reference, ReasonsAreAcceptableAndHardIsNeverWrong) {
  std::ifstream in(GetParam().path);
  ASSERT_TRUE(in) << GetParam().path;
  int total = 0;
  int right = 0;
  int wrongly_hard = 0;
  for (std::string line; std::getline(in, line); ++total) {
    const auto row = nlohmann::json::parse(line);
    const std::string text = row["response"];
    const std::string host = row["remote_mta"];
    const std::string domain = row["recipient_domain"];
    const std::string command = row["command"];
    const auto verdict = Classified({.text = text,
                                     .command = CommandOf(command),
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
    const bool never_hard =
        row["hard"].is_boolean() && !row["hard"].get<bool>();
    if (never_hard && verdict.kind == Kind::kHard) {
      ++wrongly_hard;
      std::cout << "wrongly hard: " << text << "\n";
    }
  }
  EXPECT_GE(right, GetParam().floor * total);
  EXPECT_EQ(wrongly_hard, 0);
}

}  // namespace
}  // namespace ricochet
