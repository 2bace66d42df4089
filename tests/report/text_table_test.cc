#include "report/text_table.h"

#include <gtest/gtest.h>

#include <string>

#include "report/text.h"

namespace ricochet {
namespace {

constexpr Screen kPlain{.color = false, .columns = 60};
constexpr Screen kNarrow{.color = false, .columns = 30};

TEST(TextTable, AlignsLeftAndRight) {
  TextTable table({{"kind", Align::kLeft}, {"count"}});
  table.Row({{"hard"}, {"1,234"}});
  table.Row({{"undetermined"}, {"5"}});
  EXPECT_EQ(table.Render(kPlain),
            "  kind          count\n"
            "  hard          1,234\n"
            "  undetermined      5\n");
}

TEST(TextTable, AlignsByColumnsNotOctets) {
  TextTable table({{"", Align::kLeft}, {""}});
  table.Row({{"用户"}, {"1"}});
  table.Row({{"Büro"}, {"2"}});
  table.Row({{"name"}, {"3"}});
  EXPECT_EQ(table.Render(kPlain),
            "  用户  1\n"
            "  Büro  2\n"
            "  name  3\n");
}

TEST(TextTable, EmptyTitlesMakeNoLine) {
  TextTable table({{""}, {""}});
  table.Row({{"1"}, {"2"}});
  EXPECT_EQ(table.Render(kPlain), "  1  2\n");
}

TEST(TextTable, MissingCellsAreEmpty) {
  TextTable table({{"a", Align::kLeft}, {"b"}});
  table.Row({{"x"}});
  EXPECT_EQ(table.Render(kPlain), "  a  b\n  x\n");
}

TEST(TextTable, NoLineEndsInBlanks) {
  TextTable table({{"", Align::kLeft}, {"", Align::kLeft}});
  table.Row({{"long enough"}, {"also long"}});
  table.Row({{"short"}, {""}});
  EXPECT_EQ(table.Render(kPlain), "  long enough  also long\n  short\n");
}

TEST(TextTable, ElasticColumnIsCutToTheScreen) {
  TextTable table({{"n"}, {"reply", Align::kLeft, true}});
  table.Row({{"1"}, {"550 5.1.1 No such user here, nor anywhere else"}});
  EXPECT_EQ(table.Render(kNarrow),
            "  n  reply\n"
            "  1  550 5.1.1 No such user h…\n");
}

TEST(TextTable, WideCharactersAreCutToTheScreen) {
  TextTable table({{"n"}, {"reply", Align::kLeft, true}});
  table.Row({{"1"}, {"用户不存在用户不存在用户不存在用户不存在"}});
  EXPECT_EQ(table.Render(kNarrow),
            "  n  reply\n"
            "  1  用户不存在用户不存在用户…\n");
}

TEST(TextTable, ElasticColumnIsNoWiderThanItsText) {
  TextTable table({{"", Align::kLeft, true}, {""}});
  table.Row({{"example.org"}, {"9"}});
  EXPECT_EQ(table.Render(kPlain), "  example.org  9\n");
}

TEST(TextTable, OptionalColumnsGoLastFirst) {
  TextTable table({{"need"},
                   {"first one", Align::kRight, false, true},
                   {"last one", Align::kRight, false, true},
                   {"text", Align::kLeft, true}});
  table.Row({{"1"}, {"2"}, {"3"}, {"sixteen columns."}});
  EXPECT_EQ(table.Render({.color = false, .columns = 36}),
            "  need  first one  text\n"
            "     1          2  sixteen columns.\n");
  EXPECT_EQ(table.Render({.color = false, .columns = 24}),
            "  need  text\n"
            "     1  sixteen columns.\n");
}

TEST(TextTable, OptionalColumnsGoWithoutAnElasticOneToo) {
  TextTable table({{"need"}, {"not needed", Align::kRight, false, true}});
  table.Row({{"1"}, {"2"}});
  EXPECT_EQ(table.Render({.color = false, .columns = 10}), "  need\n     1\n");
}

TEST(TextTable, NotesAreWrappedBelowTheirRow) {
  TextTable table({{"", Align::kLeft}});
  table.Row({{"user_unknown"}});
  table.Note("Remove the address from every list.");
  table.Row({{"blocklisted"}});
  EXPECT_EQ(table.Render(kNarrow),
            "  user_unknown\n"
            "      Remove the address from\n"
            "      every list.\n"
            "  blocklisted\n");
}

TEST(TextTable, ColoursDoNotChangeTheLayout) {
  TextTable table({{"kind", Align::kLeft}, {"count"}});
  table.Row({{"hard", Tone::kRed}, {"7", Tone::kBold}});
  EXPECT_EQ(table.Render({.color = true, .columns = 60}),
            "  \x1b[2mkind\x1b[0m  \x1b[2mcount\x1b[0m\n"
            "  \x1b[1;31mhard\x1b[0m      \x1b[1m7\x1b[0m\n");
}

TEST(TextTable, SurvivesAScreenNarrowerThanItsColumns) {
  TextTable table({{"n"}, {"text", Align::kLeft, true}});
  table.Row({{"1"}, {"reply"}});
  table.Note("a note");
  EXPECT_EQ(table.Render({.color = false, .columns = 7}),
            "  n  text\n  1  reply\n      a\n      note\n");
}

TEST(TextTable, WithoutRowsHasItsTitles) {
  const TextTable table({{"a"}, {"b"}});
  EXPECT_EQ(table.Render(kPlain), "  a  b\n");
}

}  // namespace
}  // namespace ricochet
