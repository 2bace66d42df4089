#include "decode/document.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

// "host program[pid] text", or the error.
std::string Read(std::string_view json, const std::string& pointer = "") {
  DocumentReader reader(pointer);
  Document document;
  if (!reader.Read(json, document)) {
    return "error: " + std::string(reader.error());
  }
  const auto or_dash = [](std::string_view text) {
    return std::string(text.empty() ? "-" : text);
  };
  return or_dash(document.host) + " " + or_dash(document.program) + "[" +
         std::to_string(document.pid) + "] " + std::string(document.text);
}

Stamp StampOf(std::string_view json) {
  DocumentReader reader("");
  Document document;
  EXPECT_TRUE(reader.Read(json, document)) << json << reader.error();
  return document.stamp;
}

TEST(Document, TextUnderAnyOfItsNames) {
  for (const char* json :
       {R"({"message":"x"})", R"({"MESSAGE":"x"})", R"({"log":"x"})",
        R"({"event":{"original":"x"}})", R"({"event.original":"x"})",
        R"({"msg":"x"})", R"({"short_message":"x"})", R"({"event":"x"})"}) {
    EXPECT_EQ(Read(json), "- -[0] x") << json;
  }
}

TEST(Document, MessageIsBelievedBeforeOtherTexts) {
  EXPECT_EQ(Read(R"({"log":"b","message":"a","event":{"original":"c"}})"),
            "- -[0] a");
  EXPECT_EQ(Read(R"({"log":{"offset":1,"file":{"path":"/x"}},"message":"a"})"),
            "- -[0] a");
}

TEST(Document, TextIsUnescaped) {
  EXPECT_EQ(Read(R"({"message":"<a\"b\\c\/>\n\u00e4\ud83d\ude00"})"),
            "- -[0] <a\"b\\c/>\n\xC3\xA4\xF0\x9F\x98\x80");
}

TEST(Document, EscapedKeyIsFound) {
  EXPECT_EQ(Read(R"({"mess\u0061ge":"x"})"), "- -[0] x");
}

TEST(Document, HostUnderAnyOfItsNames) {
  for (const char* json :
       {R"({"message":"x","host":"h"})", R"({"message":"x","HOST":"h"})",
        R"({"message":"x","host":{"name":"h"}})",
        R"({"message":"x","host":{"hostname":"h"}})",
        R"({"host":{"ip":["192.0.2.1"],"name":"h","os":{"name":"debian"}},)"
        R"("message":"x"})",
        R"({"message":"x","hostname":"h"})",
        R"({"message":"x","_HOSTNAME":"h"})",
        R"({"message":"x","source_host":"h"})",
        R"({"message":"x","logsource":"h","host":"collector"})",
        R"({"message":"x","beat":{"hostname":"h"}})",
        R"({"message":"x","agent":{"name":"h"}})",
        R"({"message":"x","log":{"syslog":{"hostname":"h"}},"host":"c"})",
        R"({"message":"x","host.name":"h"})",
        R"({"message":"x","host.hostname":"h"})",
        R"({"message":"x","agent.name":"h"})",
        R"({"message":"x","log.syslog.hostname":"h","host.name":"c"})",
        R"({"short_message":"x","host":"h"})",
        R"({"message":"x","host":"-","hostname":"h"})"}) {
    EXPECT_EQ(Read(json), "h -[0] x") << json;
  }
}

TEST(Document, ProgramAndPidUnderAnyOfTheirNames) {
  for (const char* json :
       {R"({"message":"x","ident":"p/q","pid":"5"})",
        R"({"message":"x","appname":"p/q","procid":5})",
        R"({"message":"x","PROGRAM":"p/q","PID":"5"})",
        R"({"message":"x","syslogtag":"p/q[5]:","programname":"p"})",
        R"({"message":"x","program":"p","syslog-tag":"p/q[5]:","procid":"5"})",
        R"({"message":"x","SYSLOG_IDENTIFIER":"p/q","SYSLOG_PID":"5"})",
        R"({"message":"x","SYSLOG_IDENTIFIER":"p/q","_PID":"5"})",
        R"({"message":"x","process":{"name":"p/q","pid":5}})",
        R"({"message":"x","process.name":"p/q","process.pid":5})",
        R"({"message":"x","log":{"syslog":{"appname":"p/q","procid":"5"}}})",
        R"({"message":"x","log.syslog.appname":"p/q","log.syslog.procid":"5"})",
        R"({"short_message":"x","_program":"p/q","_pid":"5"})",
        R"({"short_message":"x","_ident":"p/q","_pid":5})",
        R"({"short_message":"x","_appname":"p/q","_procid":5})",
        R"({"short_message":"x","_application_name":"p/q","_process_id":"5"})",
        R"({"message":"x","application_name":"p/q","process_id":"5"})",
        R"({"message":"x","tag":"p/q[5]:"})"}) {
    EXPECT_EQ(Read(json), "- p/q[5] x") << json;
  }
}

TEST(Document, NilValuesAreNothing) {
  EXPECT_EQ(Read(R"({"message":"x","syslog-tag":"exim:","procid":"-"})"),
            "- exim[0] x");
  EXPECT_EQ(Read(R"({"message":"x","appname":"-","app_name":"exim"})"),
            "- exim[0] x");
  EXPECT_EQ(Read(R"({"message":"x","pid":null,"host":null})"), "- -[0] x");
}

TEST(Document, FluentTagIsNoProgram) {
  EXPECT_EQ(Read(R"({"message":"x","tag":"mail.exim"})"), "- -[0] x");
  EXPECT_EQ(Read(R"({"message":"x","tag":"f2c1a9b0d3e4"})"), "- -[0] x");
}

TEST(Document, OddPidsAreNone) {
  for (const char* json :
       {R"({"message":"x","pid":-1})", R"({"message":"x","pid":1e300})",
        R"({"message":"x","pid":"12a"})", R"({"message":"x","pid":true})",
        R"({"message":"x","pid":"99999999999"})"}) {
    EXPECT_EQ(Read(json), "- -[0] x") << json;
  }
}

TEST(Document, TimeInAnyForm) {
  const Stamp expected = ReadWholeStamp("2026-11-21T19:36:16.512Z");
  for (
      const char* json :
      {R"({"message":"x","@timestamp":"2026-11-21T19:36:16.512345678Z"})",
       R"({"message":"x","time":"2026-11-21T19:36:16.512Z"})",
       R"({"message":"x","timestamp":1795289776.512})",
       R"({"message":"x","timestamp":1795289776512})",
       R"({"message":"x","__REALTIME_TIMESTAMP":"1795289776512345"})",
       R"({"message":"x","ts":1795289776512345678})",
       R"({"message":"x","time":"Nov 21 19:36:16","@timestamp":1795289776.512})",
       R"({"message":"x","timestamp":"soon","ISODATE":"2026-11-21T19:36:16.512Z"})",
       R"({"time":"2026-11-21T19:36:16.512Z","message":"x","@timestamp":1})"}) {
    EXPECT_EQ(StampOf(json), expected) << json;
  }
}

TEST(Document, TimeWithoutYearIsBetterThanNone) {
  EXPECT_EQ(StampOf(R"({"message":"x","DATE":"Nov 21 19:36:16"})"),
            ReadWholeStamp("Nov 21 19:36:16"));
  EXPECT_FALSE(StampOf(R"({"message":"x"})").present());
}

TEST(Document, TextPointer) {
  EXPECT_EQ(
      Read(R"({"a":{"b/c":["y","x"]},"message":"z","host":"h"})", "/a/b~1c/1"),
      "h -[0] x");
  EXPECT_EQ(Read(R"({"host":"long enough to be overwritten","a":"x"})", "/a"),
            "long enough to be overwritten -[0] x");
}

TEST(Document, TextPointerThatLeadsNowhere) {
  EXPECT_EQ(Read(R"({"message":"z"})", "/a"), "error: no text field");
  EXPECT_EQ(Read(R"({"a":[]})", "/a/0"), "error: no text field");
  EXPECT_EQ(Read(R"({"a":1})", "/a"), "error: text field is not a string");
  EXPECT_EQ(Read(R"({"a":{"b":"x"}})", "/a"),
            "error: text field is not a string");
}

TEST(Document, TextPointerSyntax) {
  EXPECT_TRUE(IsTextPointer("/a"));
  EXPECT_TRUE(IsTextPointer("/a/0/b~0c~1"));
  EXPECT_FALSE(IsTextPointer(""));
  EXPECT_FALSE(IsTextPointer("a"));
  EXPECT_FALSE(IsTextPointer("/a~"));
  EXPECT_FALSE(IsTextPointer("/a~2"));
}

TEST(Document, NoTextIsAnError) {
  EXPECT_EQ(Read("{}"), "error: no text field");
  EXPECT_EQ(Read(R"({"a":"x"})"), "error: no text field");
  EXPECT_EQ(Read(R"({"message":null})"), "error: no text field");
  EXPECT_EQ(Read(R"({"message":1})"), "error: text field is not a string");
  EXPECT_EQ(Read(R"({"message":["x"]})"), "error: text field is not a string");
  EXPECT_EQ(Read(R"({"message":{"a":"x"}})"),
            "error: text field is not a string");
}

TEST(Document, EmptyTextIsAText) {
  EXPECT_EQ(Read(R"({"message":""})"), "- -[0] ");
}

TEST(Document, BrokenJsonIsAnError) {
  for (const char* json : {"",
                           " ",
                           "{",
                           "}",
                           "{}}",
                           "{} {}",
                           "[]",
                           "null",
                           "\"x\"",
                           "{\"",
                           R"({"message)",
                           R"({"message")",
                           R"({"message":)",
                           R"({"message":"x)",
                           R"({"message":"x")",
                           R"({"message":"x",)",
                           R"({"message":"x",})",
                           R"({"message":"x" "a":1})",
                           R"({"message":"x"]})",
                           R"({message:"x"})",
                           R"({"message":"\q"})",
                           R"({"message":"\ud800"})",
                           R"({"message":"x","host":{"name":"h"})",
                           R"({"message":"x","pid":01})",
                           R"({"message":"x","pid":nul})",
                           "{\"message\":\"\xff\"}",
                           "{\"message\":\"a\nb\"}"}) {
    EXPECT_TRUE(Read(json).starts_with("error: ")) << json << " " << Read(json);
  }
}

TEST(Document, EveryCutIsAnError) {
  const std::string_view whole =
      R"({"a":[1,{"b":null}],"host":{"name":"h"},"time":1.5,"message":"x\n"})";
  ASSERT_EQ(Read(whole), "h -[0] x\n");
  DocumentReader reader("");
  Document document;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A whole document leaves its octets in the buffer: they must not complete
    // the cut one.
    ASSERT_TRUE(reader.Read(whole, document));
    EXPECT_FALSE(reader.Read(whole.substr(0, size), document)) << size;
  }
}

TEST(Document, DeepNestingIsNoDanger) {
  const std::string open(100'000, '[');
  const std::string close(100'000, ']');
  EXPECT_EQ(Read(R"({"message":"x","a":)" + open + close + "}"), "- -[0] x");
  EXPECT_TRUE(
      Read(R"({"message":"x","a":)" + open + "}").starts_with("error: "));
  std::string hosts;
  for (int i = 0; i < 50'000; ++i) hosts += R"({"host":)";
  EXPECT_TRUE(Read(hosts).starts_with("error: "));
}

TEST(Document, ReaderIsGoodAfterAnError) {
  DocumentReader reader("");
  Document document;
  EXPECT_FALSE(reader.Read("{\"message\":", document));
  EXPECT_TRUE(reader.Read(R"({"message":"x"})", document));
  EXPECT_EQ(document.text, "x");
}

TEST(Document, LargeDocumentGrowsTheBuffers) {
  const std::string text(1'000'000, 'x');
  EXPECT_EQ(Read(R"({"message":")" + text + "\"}"), "- -[0] " + text);
}

}  // namespace
}  // namespace ricochet
