// The rules against labelled replies that are not part of the repository; they
// lie where RICOCHET_REFERENCE_DATA says. Unset: these tests do not exist.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "classify/built_in.h"
#include "classify/command_name.h"
#include "classify/explanations.h"
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

// A line of a table with a header, as column name → cell.
using Row = std::map<std::string, std::string>;

std::vector<Row> ReadTable(const std::string& path) {
  const auto cells = [](const std::string& line) {
    std::vector<std::string> found;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, '\t');) found.push_back(cell);
    return found;
  };
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  const auto header = cells(line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto values = cells(line);
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < values.size(); ++i) row[header[i]] = values[i];
  }
  return rows;
}

// Is `name` one of "a|b"?
bool IsOneOf(const std::string& name, const std::string& names) {
  return ("|" + names + "|").find("|" + name + "|") != std::string::npos;
}

// "hard" of "hard (text says unknown user)"; "Soft" of "Sent late, Soft".
std::string FirstWord(const std::string& text) {
  return text.substr(0, text.find_first_of(" |"));
}
std::string LastWord(const std::string& text) {
  return text.substr(text.rfind(' ') + 1);
}

class TaxonomyMap : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TaxonomyMap);
INSTANTIATE_TEST_SUITE_P(Reference, TaxonomyMap,
                         testing::ValuesIn([]() -> std::vector<std::string> {
                           const char* dir =
                               std::getenv("RICOCHET_REFERENCE_DATA");
                           if (dir == nullptr) return {};
                           return {std::string(dir) + "/taxonomy_map.tsv"};
                         }()));

// Where our kind is another than the map's, and why.
const std::map<std::string, std::string>& OtherKinds() {
  static const std::map<std::string, std::string> kinds = {
      {"smtp_auth_required", "our own login at a relay, so admin"},
      {"message_format", "soft: the same mail may pass when it is mended"},
      {"expired", "counts as its last reply, which is not known here"},
      {"recipient_restricted", "the map's is hard only if the text says so"}};
  return kinds;
}

// Reasons that are no bounces; the map has other words for these.
bool IsNoBounce(Reason reason) {
  const auto kind = Info(reason).kind;
  return kind == Kind::kNone || kind == Kind::kDelivered;
}

TEST_P(TaxonomyMap, AgreesInKindOrIsANamedException) {
  const auto rows = ReadTable(GetParam());
  const auto explanations = *Explanations::Read(BuiltInFiles());
  std::set<std::string> exceptions;
  int compared = 0;
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (IsNoBounce(reason)) continue;
    const std::string name(Info(reason).name);
    const auto& names = explanations.names(reason);
    const auto row = std::ranges::find_if(rows, [&](const Row& candidate) {
      return candidate.at("sisimai_reason") == names.sisimai;
    });
    ASSERT_NE(row, rows.end()) << name << " is " << names.sisimai;
    const std::string kind(
        kKindNames[static_cast<std::size_t>(Info(reason).kind)]);
    if (FirstWord(row->at("disposition")) != kind) exceptions.insert(name);
    ++compared;
  }
  std::set<std::string> named;
  for (const auto& [name, why] : OtherKinds()) named.insert(name);
  EXPECT_EQ(exceptions, named);
  EXPECT_GT(compared, 35);
}

TEST_P(TaxonomyMap, HasOurNamesForEachSystem) {
  const auto rows = ReadTable(GetParam());
  const auto explanations = *Explanations::Read(BuiltInFiles());
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (IsNoBounce(reason)) continue;
    const auto name = Info(reason).name;
    const auto& names = explanations.names(reason);
    const auto is_in = [&](const std::string& ours, const char* column) {
      return std::ranges::any_of(rows, [&](const Row& row) {
        return row.at("sisimai_reason") == names.sisimai &&
               IsOneOf(ours, row.at(column));
      });
    };
    EXPECT_TRUE(is_in(names.powermta, "powermta_bouncecat")) << name;
    EXPECT_TRUE(is_in(names.postal, "postalsys_label")) << name;
    EXPECT_TRUE(is_in(names.zonemta, "zonemta_category")) << name;
    EXPECT_TRUE(
        is_in(FirstWord(names.ses.substr(0, names.ses.find('/'))), "ses_type"))
        << name << " " << names.ses;
    if (names.kumomta != "none") {
      EXPECT_TRUE(is_in(names.kumomta, "kumomta_class")) << name;
    }
  }
}

// A code of SparkPost has one name and one category, whatever reason has it.
TEST_P(TaxonomyMap, HasTheCategoryOfEachSparkPostCode) {
  std::map<std::string, std::string> categories;
  for (const auto& row : ReadTable(GetParam())) {
    if (row.at("sparkpost_code").find('|') != std::string::npos) continue;
    categories[FirstWord(row.at("sparkpost_code"))] =
        row.at("sparkpost_category");
  }
  const auto explanations = *Explanations::Read(BuiltInFiles());
  int compared = 0;
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    const auto reason = static_cast<Reason>(i);
    const auto category =
        categories.find(std::to_string(Info(reason).sparkpost_code));
    if (category == categories.end()) continue;
    EXPECT_EQ(LastWord(explanations.names(reason).sparkpost), category->second)
        << Info(reason).name;
    ++compared;
  }
  EXPECT_GT(compared, 25);
}

}  // namespace
}  // namespace ricochet
