#include "mta/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

// The fields as "[a][b]", or what is wrong.
std::string Split(std::string_view line) {
  static CsvFields fields;  // as a worker's: what a line leaves must not show
  static std::string unescaped;
  if (!fields.Split(line, unescaped)) return "no fields";
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out.append("[").append(fields[i]).append("]");
  }
  return out;
}

TEST(Csv, CommasSeparateFields) {
  EXPECT_EQ(Split(""), "[]");
  EXPECT_EQ(Split("a"), "[a]");
  EXPECT_EQ(Split("a,b"), "[a][b]");
  EXPECT_EQ(Split(","), "[][]");
  EXPECT_EQ(Split(",,c,"), "[][][c][]");
  EXPECT_EQ(Split(" a , b"), "[ a ][ b]");
}

TEST(Csv, QuotedFieldsMayHoldCommasAndQuotes) {
  EXPECT_EQ(Split(R"("a,b",c)"), "[a,b][c]");
  EXPECT_EQ(Split(R"("say ""no"", twice",c)"), R"([say "no", twice][c])");
  EXPECT_EQ(Split("\"\"\"\",\"\"\"\"\"\""), "[\"][\"\"]");
  EXPECT_EQ(Split(R"("",x,"")"), "[][x][]");
  EXPECT_EQ(Split(R"("a""b","c""d",e)"), R"([a"b][c"d][e])");
}

TEST(Csv, QuotesWithinAPlainFieldArePartOfIt) {
  EXPECT_EQ(Split(R"(5" disk,a"b"c)"), R"([5" disk][a"b"c])");
}

TEST(Csv, QuotedFieldsMustEndWhereTheyEnd) {
  EXPECT_EQ(Split(R"("a)"), "no fields");
  EXPECT_EQ(Split(R"(a,"b,c)"), "no fields");
  EXPECT_EQ(Split(R"("a"b,c)"), "no fields");
  EXPECT_EQ(Split(R"("a"" ,b)"), "no fields");
  EXPECT_EQ(Split("\""), "no fields");
}

TEST(Csv, FieldsOfAnyLengthEndAtTheirComma) {
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string field(size, 'x');
    EXPECT_EQ(Split(field), "[" + field + "]");
    EXPECT_EQ(Split(field + "," + field), "[" + field + "][" + field + "]");
    EXPECT_EQ(Split("\"" + field + "\",y"), "[" + field + "][y]");
  }
}

TEST(Csv, NoMoreFieldsThanThereIsRoomFor) {
  EXPECT_NE(Split(std::string(CsvFields::kMost - 1, ',')), "no fields");
  EXPECT_EQ(Split(std::string(CsvFields::kMost, ',')), "no fields");
  EXPECT_NE(Split("\"\"" + std::string(CsvFields::kMost - 1, ',')),
            "no fields");
  EXPECT_EQ(Split("\"\"" + std::string(CsvFields::kMost, ',')), "no fields");
}

TEST(Csv, FieldsBeyondTheLastAreEmpty) {
  CsvFields fields;
  std::string unescaped;
  ASSERT_TRUE(fields.Split("a,b,c", unescaped));
  ASSERT_TRUE(fields.Split("a", unescaped));
  EXPECT_EQ(fields.size(), 1U);
  for (const std::size_t column : {1U, 2U, 127U}) EXPECT_EQ(fields[column], "");
}

TEST(Csv, ByteOrderMarkIsSkippedOnce) {
  std::string_view text = "\xEF\xBB\xBF\xEF\xBB\xBFx";
  SkipByteOrderMark(text);
  EXPECT_EQ(text, "\xEF\xBB\xBFx");
  text = "\xEF\xBB";
  SkipByteOrderMark(text);
  EXPECT_EQ(text, "\xEF\xBB");
}

}  // namespace
}  // namespace ricochet
