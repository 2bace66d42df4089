#include "classify/literal_finder.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "classify/rule_regex.h"

namespace ricochet {
namespace {

std::vector<std::string> Found(const std::vector<std::string>& literals,
                               std::string text) {
  const auto size = text.size();
  text.append(LiteralFinder::kPadding, 'l');
  std::set<std::string> found;
  const LiteralFinder finder(literals);
  finder.Find(std::string_view(text).substr(0, size),
              [&](std::uint32_t literal) { found.insert(literals[literal]); });
  return {found.begin(), found.end()};
}

using Strings = std::vector<std::string>;

TEST(LiteralFinder, FindsAtBothEndsAndWithinOneAnother) {
  const Strings literals = {"box", "full", "mailbox", "mailbox full", "quota"};
  EXPECT_EQ(Found(literals, "mailbox full"),
            (Strings{"box", "full", "mailbox", "mailbox full"}));
}

TEST(LiteralFinder, WhatIsCutIsNotFound) {
  EXPECT_EQ(Found({"mailbox"}, "mailbo"), Strings{});
  EXPECT_EQ(Found({"mailbox"}, "ailbox"), Strings{});
  EXPECT_EQ(Found({"full"}, "ful"), Strings{});  // the padding reads "l"
  EXPECT_EQ(Found({"mailbox"}, ""), Strings{});
  EXPECT_EQ(Found({}, "mailbox"), Strings{});
}

TEST(LiteralFinder, FindsWhereverItStandsInALongText) {
  for (std::size_t at = 0; at < 300; ++at) {
    std::string text(400, '-');
    text.replace(at, 8, "mail ptr");
    ASSERT_EQ(Found({"mail ptr", "ptr"}, text), (Strings{"mail ptr", "ptr"}))
        << at;
  }
}

TEST(LiteralFinder, TellsApartWhatIsFiledTogether) {
  EXPECT_EQ(Found({"xyza", "xyzb"}, "xyzb"), Strings{"xyzb"});
}

TEST(LiteralFinder, OctetsMayBeAny) {
  const std::string nulls(3, '\0');
  const Strings literals = {nulls, "\xff\xfe\xfd"};
  EXPECT_EQ(Found(literals, nulls + "\xff\xfe\xfd"), literals);
}

TEST(LiteralFinder, EveryPlaceIsTold) {
  int places = 0;
  const std::string text(5 + LiteralFinder::kPadding, 'a');
  LiteralFinder({"aaa"}).Find(std::string_view(text).substr(0, 5),
                              [&](std::uint32_t) { ++places; });
  EXPECT_EQ(places, 3);
}

TEST(FoldOctet, MakesEqualWhatRe2TakesForEqual) {
  for (int i = 0; i < 256; ++i) {
    const std::string a(1, static_cast<char>(i));
    const RE2 regex(RE2::QuoteMeta(a), RuleRegexOptions());
    ASSERT_TRUE(regex.ok()) << i;
    for (int j = 0; j < 256; ++j) {
      const std::string b(1, static_cast<char>(j));
      EXPECT_EQ(RE2::FullMatch(b, regex), FoldOctet(a[0]) == FoldOctet(b[0]))
          << i << ' ' << j;
    }
  }
}

}  // namespace
}  // namespace ricochet
