#include "decode/decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "decode/decoding.h"

namespace ricochet {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kLine =
    "Nov 21 19:36:16 mx1 postfix/smtp[2345]: 4Xv: to=<bob@example.net>";

TEST(Decoder, PlainLine) {
  Decoding decoding;
  const auto line = decoding.One(kLine);
  EXPECT_EQ(line.Show(), "mx1 postfix/smtp[2345] 4Xv: to=<bob@example.net>");
  EXPECT_EQ(line.When(), "2026-11-21T19:36:16.000Z inferred");
  EXPECT_EQ(line.raw, kLine);
  EXPECT_EQ(line.index, 0u);
}

TEST(Decoder, IndexCountsEveryLine) {
  Decoding decoding;
  const auto lines = decoding.All(
      "Nov 21 19:36:16 mx1 a[1]: x\n\n{\n{\"message\":\"b[2]: y\\n\\nz\"}\nw");
  ASSERT_EQ(lines.size(), 7u);
  for (std::uint32_t i = 0; i < 7; ++i) EXPECT_EQ(lines[i].index, i);
  EXPECT_EQ(lines[0].Show(), "mx1 a[1] x");
  EXPECT_EQ(lines[1].Show(), "EMPTY");
  EXPECT_EQ(lines[2].status, Decoder::Status::kRejected);
  EXPECT_EQ(lines[2].raw, "{");
  EXPECT_EQ(lines[3].Show(), "- b[2] y");
  EXPECT_EQ(lines[4].Show(), "EMPTY");
  EXPECT_EQ(lines[5].Show(), "- -[0] z");
  EXPECT_EQ(lines[6].Show(), "- -[0] w");
}

TEST(Decoder, BlankLinesAreEmpty) {
  Decoding decoding;
  EXPECT_EQ(decoding.Show(""), Lines{"EMPTY"});
  EXPECT_EQ(decoding.Show("\n \t\r\n\n"), (Lines{"EMPTY", "EMPTY", "EMPTY"}));
  EXPECT_EQ(decoding.Show(R"({"message":""})"), Lines{"EMPTY"});
  EXPECT_EQ(decoding.Show(R"({"message":"\n"})"), Lines{"EMPTY"});
  EXPECT_EQ(decoding.Show("[]"), Lines{"EMPTY"});
}

TEST(Decoder, LineWithoutHeaderIsALine) {
  Decoding decoding;
  const auto line = decoding.One("Envelope-from: <alice@exim.test>");
  EXPECT_EQ(line.Show(), "- -[0] Envelope-from: <alice@exim.test>");
  EXPECT_EQ(line.When(), "2026-11-21T19:40:00.000Z unknown");
}

TEST(Decoder, EximsOwnLogKeepsItsTextAndGivesItsTime) {
  Decoding decoding;
  const auto line =
      decoding.One("2026-11-21 19:38:52.012 +0100 [25402] Start queue run");
  EXPECT_EQ(line.Show(),
            "- -[0] 2026-11-21 19:38:52.012 +0100 [25402] Start queue run");
  EXPECT_EQ(line.When(), "2026-11-21T18:38:52.012Z exact");
}

TEST(Decoder, InvalidStampIsNoHeader) {
  Decoding decoding;
  const auto line = decoding.One("Feb 30 19:36:16 mx1 postfix/smtp[5]: x");
  EXPECT_EQ(line.Show(), "- -[0] Feb 30 19:36:16 mx1 postfix/smtp[5]: x");
  EXPECT_EQ(line.When(), "2026-11-21T19:40:00.000Z unknown");
}

TEST(Decoder, BytesPassUntouched) {
  Decoding decoding;
  using namespace std::string_literals;
  const std::string line = "Nov 21 19:36:16 mx1 a[1]: \0\xff\xfe x\r y\0"s;
  const auto decoded = decoding.One(line);
  EXPECT_EQ(decoded.text, line.substr(26));
  EXPECT_EQ(decoded.raw, line);
}

TEST(Decoder, OversizeLineIsRejectedWithItsBytes) {
  Decoding decoding({.max_line = 100});
  const std::string line = std::string(kLine) + std::string(100, 'x');
  const auto lines = decoding.All(line + "\n" + std::string(kLine));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].Show(), "oversize: line too long");
  EXPECT_EQ(lines[0].raw, line);
  EXPECT_EQ(lines[1].status, Decoder::Status::kLine);
}

TEST(Decoder, LineOfTheLimitIsNotOversize) {
  Decoding decoding({.max_line = kLine.size()});
  EXPECT_EQ(decoding.One(kLine).status, Decoder::Status::kLine);
  EXPECT_EQ(decoding.One(std::string(kLine) + "x").reject, Reject::kOversize);
}

TEST(Decoder, OversizeTextInADocument) {
  Decoding decoding({.max_line = 10});
  const std::string json = R"({"message":"short\n0123456789a\nend"})";
  const auto lines = decoding.All(json);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].Show(), "- -[0] short");
  EXPECT_EQ(lines[1].Show(), "oversize: line too long");
  EXPECT_EQ(lines[1].raw, json);
  EXPECT_EQ(lines[2].Show(), "- -[0] end");
}

TEST(Decoder, OversizeDocument) {
  Decoding decoding({.max_line = 10});
  const std::string json =
      R"({"message":"x","a":")" + std::string(200, 'a') + "\"}";
  EXPECT_EQ(decoding.Show(json), Lines{"oversize: document too long"});
}

TEST(Decoder, DocumentWithHeaderInItsText) {
  Decoding decoding;
  const auto line = decoding.One(
      R"({"@timestamp":"2026-11-21T19:36:17.5Z","host":{"name":"collector"},)"
      R"("message":"Nov 21 19:36:16 mx1 postfix/smtp[2345]: x"})");
  EXPECT_EQ(line.Show(), "mx1 postfix/smtp[2345] x");
  EXPECT_EQ(line.When(), "2026-11-21T19:36:16.000Z inferred");
}

TEST(Decoder, DocumentWithBareText) {
  Decoding decoding;
  const auto line = decoding.One(
      R"({"@timestamp":"2026-11-21T19:36:16.5Z","host":"mx1",)"
      R"("ident":"postfix/smtp","pid":"2345","message":" 4Xv: x"})");
  EXPECT_EQ(line.Show(), "mx1 postfix/smtp[2345] 4Xv: x");
  EXPECT_EQ(line.When(), "2026-11-21T19:36:16.500Z exact");
}

TEST(Decoder, DocumentsTagKeepsEximsTextWhole) {
  Decoding decoding;
  const auto line = decoding.One(
      R"({"@timestamp":"2026-11-21T19:39:45.187534+00:00","host":"vm",)"
      R"("syslog-tag":"exim:","message":"2026-11-21 19:38:34 exim 4.96 x"})");
  EXPECT_EQ(line.Show(), "vm exim[0] 2026-11-21 19:38:34 exim 4.96 x");
  EXPECT_EQ(line.When(), "2026-11-21T19:38:34.000Z exact");
}

TEST(Decoder, LinesOfADocumentShareWhatItSays) {
  Decoding decoding;
  const auto lines = decoding.All(
      R"({"timestamp":1795289776.5,"host":"h","program":"p","pid":7,)"
      R"("message":"a\r\nb\nNov 21 19:36:15 mx1 q[1]: c\nd\n"})"
      "\nplain");
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].Show(), "h p[7] a");
  EXPECT_EQ(lines[1].Show(), "h p[7] b");
  EXPECT_EQ(lines[2].Show(), "mx1 q[1] c");
  EXPECT_EQ(lines[3].Show(), "h p[7] d");
  EXPECT_EQ(lines[3].When(), "2026-11-21T19:36:16.500Z exact");
  EXPECT_EQ(lines[0].raw, lines[3].raw);
  EXPECT_EQ(lines[4].Show(), "- -[0] plain");
}

TEST(Decoder, BatchesOfDocuments) {
  const Lines expected = {"h -[0] a", "h -[0] b"};
  Decoding decoding;
  for (const char* batch :
       {R"([{"host":"h","message":"a"},{"host":"h","message":"b"}])",
        "{\"host\":\"h\",\"message\":\"a\"}\n{\"host\":\"h\",\"message\":"
        "\"b\"}",
        R"({"host":"h","message":"a"}{"host":"h","message":"b"})",
        "[\n {\n\"host\":\"h\",\"message\":\"a\"\n},\n {\"host\":\"h\","
        "\"message\":\"b\"}\n]\n",
        "{\n\"host\":\"h\",\n\"message\":\"a\"\n}\n{\"host\":\"h\","
        "\"message\":\"b\"}\n"}) {
    EXPECT_EQ(decoding.Show(batch), expected) << batch;
  }
}

TEST(Decoder, BrokenDocumentLeavesTheOthers) {
  Decoding decoding;
  const auto lines = decoding.All(
      "{\"message\":\"a\"}\n{\"message\":\"b\n{\"message\":\"c\"}\n{\"x\":1}\n"
      "{\"message\":tru}\n{\"message\":\"\xff\"}\n{\"message\":\"d\"}");
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0].Show(), "- -[0] a");
  EXPECT_EQ(lines[1].reject, Reject::kDecode);
  EXPECT_FALSE(lines[1].error.empty());
  EXPECT_EQ(lines[1].raw, "{\"message\":\"b");
  EXPECT_EQ(lines[2].Show(), "- -[0] c");
  EXPECT_EQ(lines[3].Show(), "- -[0] {\"x\":1}");
  EXPECT_TRUE(lines[3].document);
  EXPECT_FALSE(lines[2].document);
  EXPECT_EQ(lines[4].status, Decoder::Status::kRejected);
  EXPECT_EQ(lines[5].status, Decoder::Status::kRejected);
  EXPECT_EQ(lines[6].Show(), "- -[0] d");
}

TEST(Decoder, FailedCutOverSeveralLinesTakesOnlyTheFirst) {
  Decoding decoding;
  const auto lines = decoding.All("{\"a\":{ nonsense\n{\"message\":\"x\"}\n}}");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].raw, "{\"a\":{ nonsense");
  EXPECT_EQ(lines[1].Show(), "- -[0] x");
}

TEST(Decoder, ArrayElementsThatAreNoDocumentsAreRejected) {
  Decoding decoding;
  const auto lines = decoding.All(R"([{"message":"a"},7,{"message":"b"}])");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].reject, Reject::kDecode);
  EXPECT_EQ(lines[1].raw, "7");
  EXPECT_EQ(lines[2].Show(), "- -[0] b");
}

TEST(Decoder, TextPointer) {
  Decoding decoding({.text_pointer = "/a/b"});
  EXPECT_EQ(decoding.Show(R"({"a":{"b":"x\ny"},"message":"z","host":"h"})"),
            (Lines{"h -[0] x", "h -[0] y"}));
}

TEST(Decoder, KeyIsTheHostOfLastResort) {
  Decoding decoding;
  decoding.key = "mx9";
  EXPECT_EQ(decoding.One("x").host, "mx9");
  EXPECT_EQ(decoding.One(R"({"message":"x"})").host, "mx9");
  EXPECT_EQ(decoding.One(R"({"message":"x","host":"h"})").host, "h");
  EXPECT_EQ(decoding.One(kLine).host, "mx1");
  decoding.key = "{\"id\":1}";
  EXPECT_EQ(decoding.One("x").host, "");
}

TEST(Decoder, NothingOfARecordReachesTheNext) {
  Decoding decoding;
  Record first;
  first.value = R"({"host":"h","program":"p","message":"a\nb"})";
  decoding.decoder.Start(first);
  LogLine line;
  ASSERT_EQ(decoding.decoder.Next(line), Decoder::Status::kLine);
  EXPECT_EQ(decoding.Show("x"), Lines{"- -[0] x"});
}

TEST(Decoder, YearAndZoneFromTheOptions) {
  Decoding decoding({.year = 2013, .zone = std::chrono::minutes{120}});
  EXPECT_EQ(decoding.One("Jun 10 06:27:30 mx1 a[1]: x").When(),
            "2013-06-10T04:27:30.000Z inferred");
}

TEST(Decoder, WithoutRecordTimeTheYearIsStillInferred) {
  Decoding decoding;
  decoding.record_time = kNoTime;
  const auto line = decoding.One("Jan  1 00:00:00 mx1 a[1]: x");
  EXPECT_EQ(line.quality, TimeQuality::kInferred);
  EXPECT_GE(line.time, Utc(2026, 1, 1));
  EXPECT_EQ(decoding.One("x").time, kNoTime);
}

TEST(Decoder, AheadOfTheRecordIsClamped) {
  Decoding decoding;
  EXPECT_EQ(decoding.One("2026-11-21T19:46:00Z mx1 a[1]: x").When(),
            "2026-11-21T19:40:00.000Z clamped");
}

TEST(Decoder, EndStaysTheEnd) {
  Decoding decoding;
  decoding.Show("x");
  LogLine line;
  EXPECT_EQ(decoding.decoder.Next(line), Decoder::Status::kEnd);
  EXPECT_EQ(decoding.decoder.Next(line), Decoder::Status::kEnd);
}

TEST(Decoder, BeforeAnyRecordIsTheEnd) {
  Decoder decoder({});
  LogLine line;
  EXPECT_EQ(decoder.Next(line), Decoder::Status::kEnd);
}

}  // namespace
}  // namespace ricochet
