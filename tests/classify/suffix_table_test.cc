#include "classify/suffix_table.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

TEST(SuffixTable, LongestSuffixInWholeLabelsWins) {
  const SuffixTable table({{"alpha.test", 1}, {"mx.alpha.test", 2}});
  EXPECT_EQ(table.Find("in.alpha.test"), 1);
  EXPECT_EQ(table.Find("alpha.test"), 1);
  EXPECT_EQ(table.Find("in.mx.alpha.test"), 2);
  EXPECT_EQ(table.Find("notmx.alpha.test"), 1);
  EXPECT_EQ(table.Find("notalpha.test"), kOtherProvider);
  EXPECT_EQ(table.Find("alpha.test.example.org"), kOtherProvider);
  EXPECT_EQ(table.Find("beta.alphq.test"), kOtherProvider);
}

TEST(SuffixTable, CaseAndAFinalDotDoNotMatter) {
  const SuffixTable table({{"mx.alpha-mail.test", 1}, {"q.cn", 2}});
  EXPECT_EQ(table.Find("A.MX.Alpha-Mail.Test."), 1);
  EXPECT_EQ(table.Find("Q.CN"), 2);
  EXPECT_EQ(table.Find("MX.Q.CN."), 2);
  EXPECT_EQ(table.Find("mx.q.cn.."), kOtherProvider);
  // What differs from a letter by one bit only is no letter.
  EXPECT_EQ(table.Find("mx.alpha\rmail.test"), kOtherProvider);
  EXPECT_EQ(table.Find("q\x0e"
                       "cn"),
            kOtherProvider);
}

TEST(SuffixTable, ShortAndLongSuffixesMayEndAlike) {
  const SuffixTable table(
      {{"cn", 1}, {"qq.cn", 2}, {"smtp.mail.qq.cn", 3}, {"wqq.cn", 4}});
  EXPECT_EQ(table.Find("cn"), 1);
  EXPECT_EQ(table.Find("x.cn"), 1);
  EXPECT_EQ(table.Find("mx.qq.cn"), 2);
  EXPECT_EQ(table.Find("wqq.cn"), 4);
  EXPECT_EQ(table.Find("aqq.cn"), 1);
  EXPECT_EQ(table.Find("a.smtp.mail.qq.cn"), 3);
  EXPECT_EQ(table.Find("n"), kOtherProvider);
}

TEST(SuffixTable, NothingIsFoundInNoHostOrNoTable) {
  const SuffixTable table({{"alpha.test", 1}, {"", 2}});
  EXPECT_EQ(table.Find(""), kOtherProvider);
  EXPECT_EQ(table.Find("."), kOtherProvider);
  EXPECT_EQ(table.Find(std::string(100000, '.')), kOtherProvider);
  EXPECT_EQ(table.Find(std::string(300, 'a') + ".alpha.test"), kOtherProvider);
  EXPECT_EQ(SuffixTable().Find("alpha.test"), kOtherProvider);
}

}  // namespace
}  // namespace ricochet
