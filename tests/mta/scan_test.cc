#include "mta/scan.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

TEST(Scan, NumbersStopAtTheirEndAndAtTheirLimit) {
  std::string_view rest = "25,x";
  EXPECT_EQ(TakeNumber(rest, 65535), 25);
  EXPECT_EQ(rest, ",x");
  rest = "65536";
  EXPECT_EQ(TakeNumber(rest, 65535), -1);
  rest = "99999999999999999999999";
  EXPECT_EQ(TakeNumber(rest, INT64_MAX), -1);
  rest = "x";
  EXPECT_EQ(TakeNumber(rest, 9), -1);
  EXPECT_EQ(rest, "x");
}

TEST(Scan, DecimalsReadAsPostfixPrintsThem) {
  const auto decimal = [](std::string_view text) {
    return TakeDecimal<double>(text);
  };
  EXPECT_EQ(decimal("0"), 0);
  EXPECT_EQ(decimal("0.07"), 0.07);
  EXPECT_EQ(decimal("1199"), 1199);
  EXPECT_EQ(decimal("5.4,"), 5.4);
  EXPECT_EQ(decimal("7."), 7);
  EXPECT_EQ(decimal(".5"), -1);
  EXPECT_EQ(decimal(""), -1);
  EXPECT_EQ(decimal("999999999999999999.5"), 999999999999999999.0);
  EXPECT_EQ(decimal(std::string(400, '9')), -1);
  EXPECT_NEAR(decimal("0.12345678901234567890"), 0.123456789, 1e-9);
}

TEST(Scan, TrimEndTakesWhatShippersLeave) {
  EXPECT_EQ(TrimEnd("a b \t\r\n"), "a b");
  EXPECT_EQ(TrimEnd(std::string_view("a\0", 2)), "a");
  EXPECT_EQ(TrimEnd(" \n"), "");
  EXPECT_EQ(TrimEnd("a\xff"), "a\xff");
}

TEST(Scan, FindLastFindsWhatRfindFinds) {
  const std::string text = "};{a};{ab};} ;{ };{=};{";
  for (const std::string_view part : {"};{", "{", "=", "b}", "a};{", "x",
                                      "};{b", "};{a};{ab};} ;{ };{=};{", " "}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const auto front = std::string_view(text).substr(0, size);
      EXPECT_EQ(FindLast(front, part), front.rfind(part)) << front << part;
    }
  }
  EXPECT_EQ(FindLast({}, "x"), std::string_view::npos);
}

}  // namespace
}  // namespace ricochet
