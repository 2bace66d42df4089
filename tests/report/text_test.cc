#include "report/text.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

using Lines = std::vector<std::string>;

TEST(Printable, KeepsTextInAnyScript) {
  for (const std::string text :
       {"550 No such user", "Empfänger unbekannt", "用户不存在", "📪 full"}) {
    EXPECT_EQ(Printable(text), text);
  }
}

TEST(Printable, WhiteSpaceIsABlank) {
  EXPECT_EQ(Printable("a\tb\r\nc"), "a b  c");
}

TEST(Printable, EscapeSequencesLoseTheirEscape) {
  EXPECT_EQ(Printable("\x1b[2Jgone"), "\uFFFD[2Jgone");
  EXPECT_EQ(Printable("\x1b]0;owned\x07"), "\uFFFD]0;owned\uFFFD");
}

TEST(Printable, C1ControlsAreHidden) {
  // U+009B is CSI: "\x1b[" in one character.
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "\uFFFD31m");
}

TEST(Printable, DirectionAndZeroWidthMarksAreHidden) {
  EXPECT_EQ(Printable("a\u202Eb\u2066c\u200Bd\uFEFFe"),
            "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe");
}

TEST(Printable, NulAndDelAreHidden) {
  EXPECT_EQ(Printable(std::string_view("a\0b\x7f", 4)), "a\uFFFDb\uFFFD");
}

TEST(Printable, OctetsThatAreNoUtf8AreHiddenOneByOne) {
  EXPECT_EQ(Printable("\xff\xfe!"), "\uFFFD\uFFFD!");
  EXPECT_EQ(Printable("caf\xe9"), "caf\uFFFD");  // ISO 8859-1
}

TEST(Printable, CutCharacterIsHidden) {
  EXPECT_EQ(Printable("\xe7\x94"), "\uFFFD\uFFFD");
}

TEST(Printable, OverlongFormsAndSurrogatesAreHidden) {
  EXPECT_EQ(Printable("\xc0\x9b"), "\uFFFD\uFFFD");
  EXPECT_EQ(Printable("\xe0\x80\x9b"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Printable, NothingIsNothing) { EXPECT_EQ(Printable(""), ""); }

TEST(Columns, CountsWhatATerminalDraws) {
  EXPECT_EQ(Columns(""), 0U);
  EXPECT_EQ(Columns("user"), 4U);
  EXPECT_EQ(Columns("Empfänger"), 9U);
  EXPECT_EQ(Columns("用户"), 4U);
  EXPECT_EQ(Columns("a\u0308"), 1U);  // a combining diaeresis
  EXPECT_EQ(Columns("…"), 1U);
}

TEST(Shortened, LeavesWhatFits) { EXPECT_EQ(Shortened("four", 4), "four"); }

TEST(Shortened, EndsInAnEllipsis) { EXPECT_EQ(Shortened("fives", 4), "fiv…"); }

TEST(Shortened, NeverHalvesAWideCharacter) {
  EXPECT_EQ(Shortened("用户不存在", 6), "用户…");
  EXPECT_EQ(Shortened("用户不存在", 5), "用户…");
}

TEST(Shortened, KeepsACombiningMarkWithItsLetter) {
  EXPECT_EQ(Shortened("a\u0308bc", 2), "a\u0308…");
}

TEST(Shortened, HasNoRoomInNoColumns) {
  EXPECT_EQ(Shortened("text", 0), "");
  EXPECT_EQ(Shortened("text", 1), "…");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(Wrapped("remove the address", 10),
            (Lines{"remove the", "address"}));
}

TEST(Wrapped, LeavesALongerWordWhole) {
  EXPECT_EQ(Wrapped("a overlong b", 4), (Lines{"a", "overlong", "b"}));
}

TEST(Wrapped, CountsColumnsNotOctets) {
  EXPECT_EQ(Wrapped("ää ää", 5), (Lines{"ää ää"}));
  EXPECT_EQ(Wrapped("用户 存在", 8), (Lines{"用户", "存在"}));
}

TEST(Wrapped, ManyBlanksAreOne) {
  EXPECT_EQ(Wrapped("  a   b ", 9), (Lines{"a b"}));
}

TEST(Wrapped, NothingHasNoLines) { EXPECT_EQ(Wrapped("", 9), Lines{}); }

}  // namespace
}  // namespace ricochet
