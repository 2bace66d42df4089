#include "decode/framer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ricochet {
namespace {

using Pieces = std::vector<std::string>;

// The pieces of a record: "j:" before documents. A document for which
// `is_document` has a closing brace too few or too many is cut again, as the
// decoder would.
Pieces Cut(std::string_view record) {
  Framer framer(record);
  Framer::Piece piece;
  Pieces pieces;
  while (framer.Next(piece)) {
    if (piece.json) {
      if (const auto cut = framer.Recut(piece)) {
        framer.Accept(*cut);
        piece.bytes = *cut;
      }
    }
    pieces.push_back((piece.json ? "j:" : "") + std::string(piece.bytes));
  }
  return pieces;
}

TEST(Framer, EmptyRecordIsOneEmptyLine) { EXPECT_EQ(Cut(""), Pieces{""}); }

TEST(Framer, FinalNewlineIsOptional) {
  EXPECT_EQ(Cut("a"), Pieces{"a"});
  EXPECT_EQ(Cut("a\n"), Pieces{"a"});
  EXPECT_EQ(Cut("a\nb"), (Pieces{"a", "b"}));
  EXPECT_EQ(Cut("a\r\nb\r\n"), (Pieces{"a", "b"}));
}

TEST(Framer, OnlyNewlinesAreEmptyLines) {
  EXPECT_EQ(Cut("\n"), Pieces{""});
  EXPECT_EQ(Cut("\n\r\n\n"), (Pieces{"", "", ""}));
}

TEST(Framer, CarriageReturnWithinALineStays) {
  EXPECT_EQ(Cut("a\rb\r\r\n"), Pieces{"a\rb\r"});
}

TEST(Framer, DocumentPerLine) {
  EXPECT_EQ(Cut("{\"a\":1}\n {\"b\":2} \r\nplain\n"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":2}", "plain"}));
}

TEST(Framer, DocumentOverSeveralLines) {
  EXPECT_EQ(Cut("{\n \"a\": \"}\\\"}\",\n \"b\": {}\n}\nplain"),
            (Pieces{"j:{\n \"a\": \"}\\\"}\",\n \"b\": {}\n}", "plain"}));
}

TEST(Framer, DocumentsOnOneLine) {
  EXPECT_EQ(Cut("{\"a\":1}{\"b\":2} {}\nx"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":2}", "j:{}", "x"}));
}

TEST(Framer, RestOfALineBehindADocumentIsALine) {
  EXPECT_EQ(Cut("{\"a\":1} tail\nx"), (Pieces{"j:{\"a\":1}", "tail", "x"}));
}

TEST(Framer, CutDocumentLeavesTheOtherLines) {
  EXPECT_EQ(Cut("{\"a\":\"x\n{\"b\":2}\n"),
            (Pieces{"j:{\"a\":\"x", "j:{\"b\":2}"}));
  EXPECT_EQ(Cut("{\"a\":\n{\"b\":2}\n"), (Pieces{"j:{\"a\":", "j:{\"b\":2}"}));
}

TEST(Framer, Arrays) {
  EXPECT_EQ(Cut("[{\"a\":1},{\"b\":[{}]}]"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":[{}]}"}));
  EXPECT_EQ(Cut(" [\n {\"a\":1},\r\n {\"b\":2}\n]\nplain\n"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":2}", "plain"}));
  EXPECT_EQ(Cut("[{\"a\":1}]\n[{\"b\":1}]"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":1}"}));
}

TEST(Framer, EmptyArrayIsOneEmptyLine) {
  EXPECT_EQ(Cut("[]"), Pieces{""});
  EXPECT_EQ(Cut("[ \n ]\nx"), (Pieces{"", "x"}));
}

TEST(Framer, OtherArrayElementsComeOutToo) {
  EXPECT_EQ(Cut("[{\"a\":1},2,\"x\",null,[1,2]]"),
            (Pieces{"j:{\"a\":1}", "j:2", "j:\"x\"", "j:null", "j:[1,2]"}));
}

TEST(Framer, BrokenArrayLeavesTheOtherLines) {
  EXPECT_EQ(Cut("[{\"a\":1},{\"b\":\nplain"),
            (Pieces{"j:{\"a\":1}", "j:{\"b\":", "plain"}));
  EXPECT_EQ(Cut("[{\"a\":1}"), (Pieces{"j:{\"a\":1}"}));
  EXPECT_EQ(Cut("[{\"a\":1},"), (Pieces{"j:{\"a\":1}"}));
}

TEST(Framer, PlainLineMayBeginWithABracket) {
  EXPECT_EQ(Cut("[25402] exim"), Pieces{"[25402] exim"});
  EXPECT_EQ(Cut("["), Pieces{"["});
  EXPECT_EQ(Cut("]\n}"), (Pieces{"]", "}"}));
}

// Would take minutes if each line searched the rest for its brace.
TEST(Framer, HostileRecordTakesLinearTime) {
  std::string record;
  for (int i = 0; i < 500'000; ++i) record += "{\n";
  EXPECT_EQ(Cut(record).size(), 500'000u);
  record.clear();
  for (int i = 0; i < 300'000; ++i) record += "[{\n";
  EXPECT_EQ(Cut(record).size(), 300'000u);
}

}  // namespace
}  // namespace ricochet
