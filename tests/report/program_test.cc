// `ricochet report` as users run it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "report/log_file.h"
#include "report/report_program.h"

namespace ricochet {
namespace {

using nlohmann::json;

const std::string kSamples = RICOCHET_TEST_DATA "/samples/";

json DocumentOf(const std::string& arguments) {
  return json::parse(RunReport("--format json " + arguments).output);
}

TEST(ReportProgram, EmptyFileIsNoError) {
  const LogFile file("");
  const ReportRun run = RunReport(file.path());
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.output.starts_with("TOO FEW: no delivery outcomes\n"));
}

TEST(ReportProgram, StandardInputIsReadWhenNoFileIsGiven) {
  EXPECT_EQ(DocumentOf("")["inputs"][0]["name"], "standard input");
}

TEST(ReportProgram, BrokenFileIsReportedAndFails) {
  const std::string packed = Gzipped("Nov 21 19:37:57 mail postfix/qmgr: x\n");
  const LogFile file(packed.substr(0, packed.size() - 4));
  const ReportRun run = RunReport("--format json " + file.path());
  EXPECT_EQ(json::parse(run.output)["inputs"][0]["error"],
            file.path() + ": the compressed file is truncated");
  EXPECT_EQ(run.status, 1);
}

TEST(ReportProgram, FileOfAnotherPackerFailsAndTheOthersAreRead) {
  const LogFile packed("BZh91AY&SY\n");
  const LogFile plain(
      "Nov 21 09:00:00 mail postfix/qmgr[1]: 4F1c2S: removed\n");
  const ReportRun run =
      RunReport("--format json " + packed.path() + " " + plain.path());
  EXPECT_EQ(run.status, 1);
  const auto document = json::parse(run.output);
  EXPECT_EQ(document["inputs"][0]["error"],
            packed.path() +
                ": is compressed by bzip2; try 'bzip2 -dc FILE | ricochet "
                "report'");
  EXPECT_EQ(document["lines"]["total"], 1);
}

TEST(ReportProgram, MissingFileFailsWithoutAReport) {
  const ReportRun run = RunReport("/nonexistent/mail.log");
  EXPECT_EQ(run.output, "");
  EXPECT_EQ(run.status, 1);
}

std::string ContentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class OutputOption : public testing::TestWithParam<const char*> {
 protected:
  static constexpr std::string_view kLine =
      "Nov 21 19:37:57 mail postfix/qmgr[1]: 4F1c2T: removed\n";
  const LogFile log_{kLine};
  const std::string link_ = log_.path() + ".link";

  void TearDown() override { std::filesystem::remove(link_); }
  void ExpectRefused(const std::string& output, const std::string& input) {
    const ReportRun run =
        RunReport(std::string(GetParam()) + " " + output + " " + input);
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.output, "");
    EXPECT_EQ(ContentOf(log_.path()), kLine);
  }
};

TEST_P(OutputOption, NeverEmptiesAnInput) {
  ExpectRefused(log_.path(), log_.path());
}

TEST_P(OutputOption, SeesThroughASymbolicLink) {
  std::filesystem::create_symlink(log_.path(), link_);
  ExpectRefused(link_, log_.path());
  ExpectRefused(log_.path(), link_);
}

TEST_P(OutputOption, SeesThroughAHardLink) {
  std::filesystem::create_hard_link(log_.path(), link_);
  ExpectRefused(link_, log_.path());
}

TEST_P(OutputOption, ADashIsNoFile) {
  ExpectRefused("-", log_.path());
  EXPECT_FALSE(std::filesystem::exists("-"));
}

INSTANTIATE_TEST_SUITE_P(Each, OutputOption,
                         testing::Values("--events", "--suppressions",
                                         "--rates"));

TEST(ReportProgram, OutputsOfOneNameAreRefused) {
  const LogFile log("");
  const std::string out = log.path() + ".out";
  EXPECT_EQ(RunReport("--events " + out + " --rates " + out + " " + log.path())
                .status,
            2);
  EXPECT_FALSE(std::filesystem::exists(out));
  const LogFile old("old");
  EXPECT_EQ(RunReport("--events " + old.path() + " --rates " + old.path() +
                      " " + log.path())
                .status,
            2);
  EXPECT_EQ(ContentOf(old.path()), "old");
}

TEST(ReportProgram, OutputsMayShareADevice) {
  const LogFile log("");
  EXPECT_EQ(
      RunReport("--events /dev/null --rates /dev/null " + log.path()).status,
      0);
}

TEST(ReportProgram, TextIsPlainWithoutATerminal) {
  const ReportRun run = RunReport(kSamples + "*.log");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.output.find('\x1b'), std::string::npos);
  EXPECT_NE(run.output.find("\nTop reasons  "), std::string::npos);
}

TEST(ReportProgram, ColoursCanBeForced) {
  const ReportRun run = RunReport("--color always " + kSamples + "mta01.log");
  EXPECT_NE(run.output.find('\x1b'), std::string::npos);
}

TEST(ReportProgram, FilesMayComeInAnyOrder) {
  const LogFile packed(
      Gzipped("Nov 21 10:00:00 mail postfix/qmgr[1]: 4F1c2T: removed\n"));
  const LogFile plain(
      "Nov 21 09:00:00 mail postfix/qmgr[1]: 4F1c2S: removed\n");
  const auto first = DocumentOf(packed.path() + " " + plain.path());
  EXPECT_EQ(first["inputs"][0]["name"], plain.path());
  EXPECT_EQ(first, DocumentOf(plain.path() + " " + packed.path()));
}

TEST(ReportProgram, ConfigSaysHowManyOutcomesMakeARate) {
  const LogFile config("[thresholds]\nmin_outcomes = 1\n");
  const std::string log = RICOCHET_TEST_DATA "/postfix/lab-postfix-rfc3339.log";
  EXPECT_EQ(DocumentOf(log)["headline"]["state"], "too_few");
  EXPECT_EQ(DocumentOf("-c " + config.path() + " " + log)["headline"]["state"],
            "page");
}

}  // namespace
}  // namespace ricochet
