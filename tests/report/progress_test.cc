#include "report/progress.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "report/terminal.h"
#include "report/text.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressText, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(
      ProgressText(500'000'000, 2'000'000'000, 3'000'000, seconds(2), 120),
      "▇▇▇▇▇···············  25 %  500 MB of 2.0 GB, 3,000,000 lines, "
      "1,500,000 a second, 6.0 s left");
}

TEST(ProgressText, WithoutATotalHasNoShare) {
  EXPECT_EQ(ProgressText(500'000'000, 0, 3'000'000, seconds(2), 120),
            "500 MB, 3,000,000 lines, 1,500,000 a second");
}

TEST(ProgressText, MayBeOfRecords) {
  EXPECT_EQ(ProgressText(500'000, 2'000'000, 3'000'000, seconds(2), 120,
                         ProgressOf::kRecords),
            "▇▇▇▇▇···············  25 %  500,000 of 2,000,000 records, "
            "3,000,000 lines, 1,500,000 a second, 6.0 s left");
}

TEST(ProgressText, FitsIntoItsColumns) {
  for (const std::size_t columns : {0U, 1U, 20U, 60U, 90U}) {
    const auto text = ProgressText(1, 2, 3, seconds(4), columns);
    EXPECT_LE(Columns(text), columns) << text;
  }
}

TEST(ProgressText, SurvivesAFileThatGrew) {
  const auto text = ProgressText(30, 10, 1, seconds(1), 120);
  EXPECT_NE(text.find("100 %"), std::string::npos) << text;
}

TEST(ProgressText, SurvivesTheFirstMoment) {
  EXPECT_EQ(ProgressText(0, 10, 0, seconds(0), 50),
            "  0 %  0 B of 10 B, 0 lines, 0 a second");
}

class ProgressBarTest : public testing::Test {
 protected:
  const ProgressBar::Clock::time_point start_{};
};

TEST_F(ProgressBarTest, WritesNothingWhereThereIsNoTerminal) {
  const Pipe pipe;
  {
    ProgressBar bar(pipe.fd(), 100, start_);
    bar.Update(50, 5, start_ + seconds(10));
    bar.Erase();
  }
  EXPECT_TRUE(pipe.Empty());
}

TEST_F(ProgressBarTest, DrawsOverItselfAndGoes) {
  Terminal terminal(80);
  ProgressBar bar(terminal.fd(), 100, start_);
  bar.Update(50, 5, start_ + seconds(1));
  const std::string drawn = terminal.Written();
  EXPECT_TRUE(drawn.starts_with("\r")) << drawn;
  EXPECT_NE(drawn.find("50 %"), std::string::npos) << drawn;
  EXPECT_TRUE(drawn.ends_with("\x1b[K")) << drawn;
  bar.Erase();
  EXPECT_EQ(terminal.Written(), "\r\x1b[K");
}

TEST_F(ProgressBarTest, ShortRunsHaveNone) {
  Terminal terminal(80);
  {
    ProgressBar bar(terminal.fd(), 100, start_);
    bar.Update(100, 5, start_ + milliseconds(299));
  }
  EXPECT_EQ(terminal.Written(), "");
}

TEST_F(ProgressBarTest, IsDrawnTenTimesASecondAtMost) {
  Terminal terminal(80);
  ProgressBar bar(terminal.fd(), 100, start_);
  bar.Update(10, 1, start_ + milliseconds(300));
  EXPECT_NE(terminal.Written(), "");
  bar.Update(20, 2, start_ + milliseconds(399));
  EXPECT_EQ(terminal.Written(), "");
  bar.Update(30, 3, start_ + milliseconds(400));
  EXPECT_NE(terminal.Written(), "");
}

TEST_F(ProgressBarTest, IsErasedAtTheEnd) {
  Terminal terminal(80);
  {
    ProgressBar bar(terminal.fd(), 100, start_);
    bar.Update(50, 5, start_ + seconds(1));
    static_cast<void>(terminal.Written());
  }
  EXPECT_EQ(terminal.Written(), "\r\x1b[K");
}

}  // namespace
}  // namespace ricochet
