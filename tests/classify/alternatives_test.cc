#include "classify/alternatives.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ricochet {
namespace {

using Needs = std::vector<AnyOf>;

// Of a pattern with one alternative.
Needs NeedsOf(std::string_view pattern) {
  const auto alternatives = AlternativesOf(pattern);
  EXPECT_EQ(alternatives.size(), 1U) << pattern;
  return alternatives.front().needs;
}

std::vector<std::string> PatternsOf(std::string_view pattern) {
  std::vector<std::string> patterns;
  for (const auto& one : AlternativesOf(pattern)) {
    patterns.push_back(one.pattern);
  }
  return patterns;
}

bool IsLiteral(std::string_view pattern) {
  return AlternativesOf(pattern).front().is_literal;
}

using Patterns = std::vector<std::string>;

TEST(Alternatives, AreCutAtTheTopOnly) {
  EXPECT_EQ(PatternsOf(R"(user (un|not )known|a\|b|[|]c)"),
            (Patterns{"user (un|not )known", R"(a\|b)", "[|]c"}));
  EXPECT_EQ(PatternsOf(R"([]|]|[^]|]|[\]|]|[[:alpha:]|])"),
            (Patterns{"[]|]", "[^]|]", R"([\]|])", "[[:alpha:]|]"}));
}

TEST(Alternatives, OfNothingIsNothing) {
  EXPECT_EQ(PatternsOf(""), Patterns{""});
  EXPECT_EQ(PatternsOf("a|"), (Patterns{"a", ""}));
  EXPECT_EQ(NeedsOf(""), Needs{});
}

TEST(Alternatives, WordsAreNeededFolded) {
  EXPECT_EQ(NeedsOf("No Such User"), Needs{{"no such user"}});
  EXPECT_EQ(NeedsOf("\xc0\xd7"
                    "A"),
            Needs{{"\xe0\xd7"
                   "a"}});
}

TEST(Alternatives, EachPartIsNeeded) {
  EXPECT_EQ(NeedsOf(R"(mailbox \S+ is (\S+ ){0,4}full)"),
            (Needs{{"mailbox "}, {" is "}, {"full"}}));
}

TEST(Alternatives, AnyOfAGroupMeetsANeed) {
  EXPECT_EQ(NeedsOf("(user|alias) unknown"),
            (Needs{{"user unknown", "alias unknown"}}));
  EXPECT_EQ(NeedsOf("e-?mail[sz] to"),
            (Needs{{"emails to", "emailz to", "e-mails to", "e-mailz to"}}));
}

TEST(Alternatives, OfAGroupTheBestOfEachIsNeeded) {
  EXPECT_EQ(NeedsOf(R"((quota.*exceeded|is \S+ full))"),
            (Needs{{" full", "exceeded"}, {"is ", "quota"}}));
  EXPECT_EQ(NeedsOf(R"((quota|.*))"), Needs{});
}

TEST(Alternatives, WhatMayBeMissingIsNotNeeded) {
  EXPECT_EQ(NeedsOf("abc(def)*"), Needs{{"abc"}});
  EXPECT_EQ(NeedsOf("(abc){0,3}"), Needs{});
  EXPECT_EQ(NeedsOf("(abc)+?x"), Needs{});
  EXPECT_EQ(NeedsOf("(abc){2}"), Needs{{"abc"}});
  EXPECT_EQ(NeedsOf("fail(ed|ure)?"), Needs{{"fail"}});
}

TEST(Alternatives, BracesThatRepeatNothingAreText) {
  EXPECT_EQ(NeedsOf("a{b}c{,2}"), Needs{{"a{b}c{,2}"}});
}

TEST(Alternatives, ShortStringsAreNotLookedFor) {
  EXPECT_EQ(NeedsOf(R"(\bIP\b)"), Needs{});
  EXPECT_EQ(NeedsOf(R"(ab\S+cd\S+efg)"), Needs{{"efg"}});
}

TEST(Alternatives, FewMembersOfAClassAreSpeltOut) {
  EXPECT_EQ(NeedsOf("IB1[2-4]"), (Needs{{"ib12", "ib13", "ib14"}}));
  EXPECT_EQ(NeedsOf("IB[]3-]"), (Needs{{"ib]", "ib3", "ib-"}}));
  EXPECT_EQ(NeedsOf(R"(AB\d)").front().size(), 10U);
  EXPECT_EQ(NeedsOf("IB[a-z]"), Needs{});
  EXPECT_EQ(NeedsOf("IB[^2-4]"), Needs{});
  EXPECT_EQ(NeedsOf(R"(IB[\d])"), Needs{});
}

TEST(Alternatives, WhatIsRepeatedBeginsAndEndsSomehow) {
  EXPECT_EQ(NeedsOf("bl[:=]+x"),
            (Needs{{"bl:", "bl="}}));  // and ":x" and "=x", which are short
  EXPECT_EQ(NeedsOf("(ab)+cde"), (Needs{{"abcde"}}));
  EXPECT_EQ(NeedsOf("x(ab|cd)+y"), (Needs{{"xab", "xcd"}, {"aby", "cdy"}}));
  const auto needs = NeedsOf(R"((no\d+|yes)\b.*full)");
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[0], AnyOf{"full"});
  EXPECT_EQ(needs[1].size(), 11U);  // "no0" to "no9", "yes"
}

TEST(Alternatives, WhatAnotherNeedSaysIsNotSaidAgain) {
  EXPECT_EQ(NeedsOf("(abc)+(abc)+"), (Needs{{"abcabc"}}));
}

TEST(Alternatives, OfTooManyStringsTheEndsAreNeeded) {
  const std::string_view pattern = "(a|b|c)?(d|e|f)?xy(k|l|m)";
  EXPECT_EQ(NeedsOf(pattern), (Needs{{"xyk", "xyl", "xym"}}));
  EXPECT_FALSE(IsLiteral(pattern));
}

TEST(Alternatives, ManyStringsOfManyGroupsAreNeededApart) {
  EXPECT_EQ(NeedsOf("(aa|bb|cc|dd|ee|ff)(gggg|hhhh|iiii|jjjj|kkkk|llll)"),
            (Needs{{"gggg", "hhhh", "iiii", "jjjj", "kkkk", "llll"}}));
}

TEST(Alternatives, WordsAloneNeedNoRegex) {
  EXPECT_TRUE(IsLiteral("user unknown"));
  EXPECT_TRUE(IsLiteral("(user|alias) unknown"));
  EXPECT_FALSE(IsLiteral(R"(user unknown\b)"));
  EXPECT_FALSE(IsLiteral("^user unknown"));
  EXPECT_FALSE(IsLiteral("user.unknown"));
  EXPECT_FALSE(IsLiteral("ip"));
  const auto second = AlternativesOf(R"(user\b|alias)")[1];
  EXPECT_TRUE(second.is_literal);
}

TEST(Alternatives, WhatIsNotReadAsRe2DoesIsLeftWhole) {
  for (const auto* pattern :
       {R"(abc|\Qdef|g\E)", R"(abc|\x41bc)", R"(\pNabc|def)", "(?i)abc|def",
        "abc|(?s:d.f)", R"(abc|def\z)", R"(abc|\101bc)"}) {
    EXPECT_EQ(PatternsOf(pattern), Patterns{pattern});
    EXPECT_EQ(NeedsOf(pattern), Needs{}) << pattern;
  }
}

}  // namespace
}  // namespace ricochet
