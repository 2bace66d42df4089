#include "app/stored_letter.h"

#include <gtest/gtest.h>

#include <string>

#include "app/letter_text.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

EventTime At(int seconds) {
  return std::chrono::sys_days(std::chrono::year{2026} / 11 / 21) + 19h +
         std::chrono::seconds(seconds);
}

TopicRecord Dead(std::string value, Offset offset = 7,
                 std::string reason = "bad_syntax") {
  return {.partition = 2,
          .offset = offset,
          .key = "mx1",
          .value = std::move(value),
          .headers = {{"ce_type", "ricochet.dead-letter.v1"},
                      {"reason", std::move(reason)},
                      {"error", "no queue id"},
                      {"topic", "mail.logs"},
                      {"partition", "3"},
                      {"offset", "918273"}},
          .time = At(static_cast<int>(offset))};
}

std::string Place(std::string_view text) {
  const auto place = ReadPlace(text);
  return place ? TextOf(*place) : "none";
}

TEST(RecordPlace, IsReadWithAndWithoutATopic) {
  EXPECT_EQ(Place("3:918273"), "3:918273");
  EXPECT_EQ(Place("mail.logs:0:12"), "mail.logs:0:12");
}

TEST(RecordPlace, IsNothingElse) {
  for (const auto* text :
       {"", ":", "::", "3", "3:", ":3", ":3:4", "x:3", "3:x", "3:-1", "-3:1",
        "a:b:1", "t:1:2x", "3:99999999999999999999", "99999999999:1"}) {
    EXPECT_EQ(Place(text), "none") << text;
  }
}

TEST(StoredLetter, IsWhatItsHeadersSay) {
  const auto letter = ReadLetter(Dead("a line"));
  EXPECT_EQ(TextOf(letter.place), "2:7");
  EXPECT_EQ(TextOf(letter.source), "mail.logs:3:918273");
  EXPECT_EQ(letter.reason, "bad_syntax");
  EXPECT_EQ(letter.error, "no queue id");
  EXPECT_EQ(letter.key, "mx1");
  EXPECT_EQ(letter.value, "a line");
  EXPECT_EQ(letter.size, 6u);
  EXPECT_FALSE(letter.truncated);
}

TEST(StoredLetter, HeadersThatAreMissingOrNoNumbersAreNoSource) {
  auto record = Dead("a line");
  record.headers[4].second = "3x";
  EXPECT_EQ(TextOf(ReadLetter(std::move(record)).source), "mail.logs");
  EXPECT_EQ(ReadLetter({.value = "x"}).source, RecordPlace());
}

std::string Kept(LetterList& list) {
  std::string out;
  for (const auto& letter : list.Take()) out += letter.value + " ";
  return out;
}

TEST(LetterList, KeepsTheNewestInOrderAndCountsAll) {
  LetterList list({}, 2, 1);
  for (const Offset offset : {5, 1, 4, 2, 3}) {
    list.Add(ReadLetter(Dead(std::to_string(offset) + "...", offset,
                             offset > 3 ? "decode" : "bad_syntax")));
  }
  EXPECT_EQ(Kept(list), "4 5 ");
  EXPECT_EQ(TallyText(list.tally()), "5 dead letters: 3 bad_syntax, 2 decode");
}

TEST(LetterList, FiltersByReasonTopicAndTime) {
  const auto kept = [](const LetterFilter& filter) {
    LetterList list(filter);
    for (const Offset offset : {1, 2}) {
      list.Add(ReadLetter(Dead(std::to_string(offset), offset,
                               offset == 1 ? "decode" : "bad_syntax")));
    }
    return Kept(list);
  };
  EXPECT_EQ(kept({}), "1 2 ");
  EXPECT_EQ(kept({.reason = "decode"}), "1 ");
  EXPECT_EQ(kept({.topic = "mail.logs"}), "1 2 ");
  EXPECT_EQ(kept({.topic = "other"}), "");
  EXPECT_EQ(kept({.since = At(2)}), "2 ");
}

TEST(LetterText, ATableHasOneLineALetterAndItsTitles) {
  EXPECT_EQ(
      LetterTable({ReadLetter(Dead("Nov 21 oops"))}, {.columns = 140}),
      "  letter  time                 from                reason      error   "
      "     octets  begins with\n"
      "  2:7     2026-11-21T19:00:07  mail.logs:3:918273  bad_syntax  no queue"
      " id      11  Nov 21 oops\n");
}

TEST(LetterText, JsonIsAsciiAndHasWhatScriptsNeed) {
  auto letter = ReadLetter(Dead("\x9B\xC2\x9B\x7F\x1B[31m\xC3\xBC"));
  letter.truncated = true;
  EXPECT_EQ(
      LetterJson(letter),
      R"({"partition":2,"offset":7,"time":"2026-11-21T19:00:07.000Z",)"
      R"("reason":"bad_syntax","error":"no queue id","source":{"topic":)"
      R"("mail.logs","partition":3,"offset":918273},"key":"mx1","size":11,)"
      R"("truncated":true,"begins":"\ufffd\u009b\u007f\u001b[31m\u00fc"})");
}

TEST(LetterText, LinesAreShownAsTheyAre) {
  EXPECT_EQ(OctetsShown("a\tline\nand \xC3\xBC"), "a\tline\nand \xC3\xBC\n");
  EXPECT_EQ(OctetsShown(""), "");
}

TEST(LetterText, OtherOctetsAreShownInHexadecimal) {
  EXPECT_EQ(OctetsShown(std::string_view("ab\0\x1B[2J|9 after that", 20)),
            "00000000  61 62 00 1b 5b 32 4a 7c  39 20 61 66 74 65 72 20  "
            "|ab..[2J|9 after |\n"
            "00000010  74 68 61 74                                       "
            "|that|\n");
}

// What a terminal would obey: ESC, C1, CR, backspace, a direction override.
TEST(LetterText, NothingHostileReachesTheTerminal) {
  for (const std::string_view evil :
       {"\x1B[2J",
        "\xC2\x9B"
        "2J",
        "a\rb", "a\bb", "\xE2\x80\xAE", "\x9B", "\x07", "\x7F"}) {
    auto record = Dead("ok " + std::string(evil));
    record.key = evil;
    for (auto& [name, value] : record.headers) {
      name += evil;
      value += evil;
    }
    record.headers.emplace_back("reason", evil);
    record.headers.emplace_back("topic", evil);
    record.headers.emplace_back("error", evil);
    auto shown = WholeLetter(record);
    LetterList list({});
    list.Add(ReadLetter(TopicRecord(record)));
    shown += TallyText(list.tally());
    const auto letters = list.Take();
    shown += LetterTable(letters, {});
    shown += LetterJson(letters.front());
    EXPECT_EQ(shown.find(evil), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace ricochet
