#include "app/report_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/report_outputs.h"
#include "report/log_file.h"

namespace ricochet {
namespace {

constexpr std::string_view kEarly =
    "2026-11-21T09:00:00Z mail postfix/qmgr[1]: x\n";
constexpr std::string_view kLate =
    "2026-11-21T10:00:00Z mail postfix/qmgr[1]: x\n";

std::vector<std::string> NamesInOrder(const std::vector<std::string>& names) {
  std::vector<std::string> order;
  const auto files = OpenReportFiles(names, {});
  EXPECT_TRUE(files.has_value());
  for (const auto& file : *files) order.emplace_back(file.input->name());
  return order;
}

TEST(OpenReportFiles, PutsThemIntoTheOrderOfTime) {
  const LogFile early(kEarly);
  const LogFile late(Gzipped(kLate));
  const std::vector<std::string> order = {early.path(), late.path()};
  EXPECT_EQ(NamesInOrder({early.path(), late.path()}), order);
  EXPECT_EQ(NamesInOrder({late.path(), early.path()}), order);
}

TEST(OpenReportFiles, TimeIsThatOfTheFirstLineThatHasOne) {
  const LogFile early("no time here\n" + std::string(kEarly));
  const LogFile late(kLate);
  const std::vector<std::string> order = {early.path(), late.path()};
  EXPECT_EQ(NamesInOrder({late.path(), early.path()}), order);
}

TEST(OpenReportFiles, FilesOfOneTimeStayInTheOrderGiven) {
  const LogFile one(kEarly);
  const LogFile two(kEarly);
  const std::vector<std::string> order = {two.path(), one.path()};
  EXPECT_EQ(NamesInOrder(order), order);
}

TEST(OpenReportFiles, KeepsTheFirstBlock) {
  const LogFile file(kEarly);
  const auto files = OpenReportFiles({file.path()}, {});
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(files->front().first_block.lines, kEarly);
  EXPECT_EQ(files->front().error, "");
}

TEST(CheckOutputs, SaysWhichFilesAreOne) {
  const LogFile log(kEarly);
  const auto files = OpenReportFiles({log.path()}, {});
  ASSERT_TRUE(files.has_value());
  const auto refusal = [&](const ReportOptions& options) {
    const auto checked = CheckOutputs(options, *files);
    return checked ? "" : checked.error().message;
  };
  const std::string& path = log.path();
  EXPECT_EQ(refusal({.events = path}),
            "--events " + path + ": is also an input (" + path +
                "), which would be lost; nothing was written");
  EXPECT_EQ(refusal({.events = "-"}),
            "--events -: standard output is the report's; name a file");
  const std::string out = path + ".out";
  EXPECT_EQ(refusal({.events = out, .suppressions = out}),
            "--suppressions " + out + ": is the same file as --events " + out +
                "; nothing was written");
  const std::string link = path + ".link";
  std::filesystem::create_symlink(out, link);
  EXPECT_NE(refusal({.events = out, .rates = link}), "")
      << "a link to a file that is not there yet";
  std::filesystem::remove(link);
  EXPECT_EQ(refusal({.events = out, .suppressions = out + "2"}), "");
}

TEST(OpenReportFiles, MissingFileIsAnError) {
  const auto files = OpenReportFiles({"/nonexistent/mail.log"}, {});
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().message,
            "/nonexistent/mail.log: No such file or directory");
}

TEST(OpenReportFiles, UnreadableFileSaysSoItself) {
  const LogFile good(kEarly);
  const LogFile bad("\x1f\x8b\x08 no gzip at all");
  const auto files = OpenReportFiles({good.path(), bad.path()}, {});
  ASSERT_TRUE(files.has_value());
  // Without a time it is first.
  EXPECT_NE(files->front().error.find(bad.path()), std::string::npos);
}

}  // namespace
}  // namespace ricochet
