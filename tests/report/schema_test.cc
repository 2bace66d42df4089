// What `ricochet report --format json` prints, against
// config/schemas/report.schema.json.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "publish/schema_checker.h"
#include "publish/schema_names.h"
#include "report/document.h"
#include "report/log_file.h"
#include "report/report_program.h"
#include "report/sample_report.h"

namespace ricochet {
namespace {

using nlohmann::json;

const SchemaChecker& Schema() {
  static const SchemaChecker checker("report");
  return checker;
}

// What is wrong with the document of a report about `files`.
std::string CheckReport(const std::string& files) {
  return Schema().Check(RunReport("--format json " + files).output);
}

Names EnumAt(const char* pointer) { return EnumOf(Schema(), pointer); }

TEST(ReportSchema, ListsAreThoseOfTheCode) {
  EXPECT_EQ(EnumAt("/definitions/reason/enum"), ReasonNames());
  Names causes;
  for (const auto& cause : kCauses) causes.emplace(cause.name);
  EXPECT_EQ(EnumAt("/properties/lines/properties/causes/items/properties/"
                   "cause/enum"),
            causes);
  EXPECT_EQ(EnumAt("/properties/dead_letters/items/properties/reason/enum"),
            RejectNames());
  EXPECT_EQ(EnumAt("/definitions/kind/enum"), NamesOf(kKindNames));
  EXPECT_EQ(EnumAt("/definitions/state/enum"), NamesOf(kRateStateNames));
  EXPECT_EQ(EnumAt("/properties/reasons/items/properties/fault/enum"),
            NamesOf(kFaultNames));
  EXPECT_EQ(EnumAt("/definitions/templates/items/properties/decided_by/enum"),
            NamesOf(kDecidedByNames));
  EXPECT_EQ(EnumAt("/properties/suppressions/properties/entries/items/"
                   "properties/scope/enum"),
            NamesOf(kSuppressionScopeNames));
}

// Every property has a description, its own or that of what it refers to.
void ExpectDescribed(const json& schema, const std::string& path) {
  if (schema.contains("properties")) {
    for (const auto& [name, property] : schema["properties"].items()) {
      const std::string where = path + "/" + name;
      const bool grouped = property.value("type", json()) == "object";
      const json& described =
          property.contains("$ref") && !property.contains("description")
              ? Schema().json().at(json::json_pointer(
                    property["$ref"].get<std::string>().substr(1)))
              : property;
      EXPECT_TRUE(described.contains("description") || grouped) << where;
      ExpectDescribed(property, where);
    }
  }
  if (schema.contains("items")) ExpectDescribed(schema["items"], path + "[]");
}

TEST(ReportSchema, DescribesEveryProperty) {
  ExpectDescribed(Schema().json(), "");
  for (const auto& [name, schema] : Schema().json()["definitions"].items()) {
    ExpectDescribed(schema, name);
  }
}

TEST(ReportSchema, AcceptsAReportOfEverything) {
  EXPECT_EQ(Schema().Check(RenderJson(SampleSummary())), "");
}

TEST(ReportSchema, IsStrict) {
  auto document = json::parse(RenderJson(SampleSummary()));
  document["suppressions"]["entries"].clear();  // thousands: slow
  const auto with = [&](const char* pointer, const json& value) {
    auto copy = document;
    copy[json::json_pointer(pointer)] = value;
    return Schema().CheckJson(copy);
  };
  EXPECT_NE(with("/surprise", 1), "");
  EXPECT_NE(with("/rates/hard/surprise", 1), "");
  EXPECT_NE(with("/rates/hard/rate", 1.5), "");
  EXPECT_NE(with("/lines/total", -1), "");
  EXPECT_NE(with("/time/first", "yesterday"), "");
  EXPECT_NE(with("/reasons/0/reason", "folklore"), "");
  EXPECT_NE(with("/providers/0/outcomes/total", nullptr), "");
  for (const auto& [name, value] : document.items()) {
    auto copy = document;
    copy.erase(name);
    EXPECT_NE(Schema().CheckJson(copy), "") << name;
  }
}

TEST(ReportSchema, AcceptsAReportOfNothing) {
  EXPECT_EQ(CheckReport(LogFile("").path()), "");
  EXPECT_EQ(CheckReport("-"), "");
}

TEST(ReportSchema, AcceptsReportsOfRealLogs) {
  for (const std::string files :
       {"/samples/*.log", "/postfix/*.log", "/decode/*"}) {
    EXPECT_EQ(CheckReport(RICOCHET_TEST_DATA + files), "") << files;
  }
}

TEST(ReportSchema, AcceptsAReportOfABrokenFile) {
  const std::string packed = Gzipped("Nov 21 19:37:57 mail postfix/qmgr: x\n");
  const LogFile file(packed.substr(0, packed.size() - 4));
  EXPECT_EQ(CheckReport(file.path()), "");
}

TEST(ReportSchema, AcceptsAReportOfGarbage) {
  std::string garbage;
  for (int i = 0; i < 4096; ++i) {
    garbage += static_cast<char>(i * 167 + i / 256);
  }
  EXPECT_EQ(CheckReport(LogFile(garbage).path()), "");
}

}  // namespace
}  // namespace ricochet
