// Lines as shippers wrap them (tests/data/decode), and whole logs of the
// reference data where it is at hand (RICOCHET_REFERENCE_DATA).

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "decode/decoding.h"

namespace ricochet {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string Sample(const char* name) {
  return ReadFile(std::filesystem::path(RICOCHET_TEST_DATA) / "decode" / name);
}

std::vector<Decoded> Decode(const std::string& value) {
  Decoding decoding;
  decoding.record_time = Utc(2026, 11, 21, 19, 55);
  return decoding.All(value);
}

class DeliveryLine : public testing::TestWithParam<const char*> {};

// The same Postfix line comes out of every wrapping.
TEST_P(DeliveryLine, ComesOutTheSame) {
  const auto lines = Decode(Sample(GetParam()));
  ASSERT_FALSE(lines.empty());
  for (const auto& line : lines) {
    EXPECT_EQ(line.Show(),
              "mx1 postfix/smtp[2345] 4XvYkz1abcz9rxn: to=<bob@example.net>, "
              "relay=mx.example.net[192.0.2.25]:25, delay=0.42, "
              "delays=0.1/0/0.2/0.12, dsn=2.0.0, status=sent "
              "(250 2.0.0 Ok: queued as ABC123)");
    const auto second = std::chrono::floor<std::chrono::seconds>(line.time);
    const bool old = std::string_view(GetParam()).starts_with("filebeat-6");
    if (old) continue;
    EXPECT_EQ(second, Utc(2026, 11, 21, 19, 36, 16));
  }
}

INSTANTIATE_TEST_SUITE_P(Shippers, DeliveryLine,
                         testing::Values("filebeat-6-log.jsonl",
                                         "filebeat-8-filestream.jsonl",
                                         "fluentbit.jsonl", "vector.jsonl"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase_if(name, [](char c) {
                             return c == '.' || c == '-';
                           });
                           return name;
                         });

TEST(Shippers, RsyslogFormsAgree) {
  const auto json = Decode(Sample("rsyslog-jsonf.jsonl"));
  const auto plain = Decode(Sample("rsyslog-line-rfc3339.txt"));
  const auto rfc5424 = Decode(Sample("rsyslog-rfc5424.txt"));
  ASSERT_EQ(json.size(), 3u);
  ASSERT_EQ(plain.size(), 3u);
  ASSERT_EQ(rfc5424.size(), 3u);
  EXPECT_EQ(plain[2].Show(),
            "vm exim[0] 2026-11-21 19:49:34 Start queue run: pid=12244");
  EXPECT_EQ(plain[2].When(), "2026-11-21T19:52:45.187Z exact");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(json[i].Show(), plain[i].Show());
    EXPECT_EQ(rfc5424[i].Show(), plain[i].Show());
    EXPECT_EQ(rfc5424[i].When(), plain[i].When());
  }
}

TEST(Shippers, SyslogNg) {
  const auto plain = Decode(Sample("syslog-ng-default.txt"));
  ASSERT_EQ(plain.size(), 3u);
  EXPECT_EQ(plain[0].Show(),
            "mta postfix/qmgr[32193] 4jX2bg5hZ8z1Wnd5: removed");
  EXPECT_EQ(plain[0].When(), "2026-11-21T19:40:12.000Z exact");
  const auto json = Decode(Sample("syslog-ng-format-json.jsonl"));
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[1].Show(),
            "mta postfix/cleanup[32278] 4jX2bh34rjz1Wnf1: "
            "message-id=<weird\"id with space@x>");
  EXPECT_EQ(json[1].When(), "2026-11-21T19:40:00.000Z inferred");
}

TEST(Shippers, RsyslogJsonmesg) {
  const auto lines = Decode(
      R"({"msg":" 4Xv: removed","rawmsg":"<22>Nov 21 19:36:16 mx1 x",)"
      R"("timereported":"2026-11-21T19:36:16.187534+00:00","hostname":"mx1",)"
      R"("syslogtag":"postfix\/qmgr[12]:","fromhost":"relay","pri":"22",)"
      R"("timegenerated":"2026-11-21T19:36:20.2+00:00","programname":"postfix",)"
      R"("structured-data":"-","app-name":"postfix","procid":"12","msgid":"-",)"
      R"("uuid":null,"$!":null})");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].Show(), "mx1 postfix/qmgr[12] 4Xv: removed");
  EXPECT_EQ(lines[0].When(), "2026-11-21T19:36:16.187Z exact");
}

TEST(Shippers, DockerJsonFile) {
  const auto lines =
      Decode(R"({"log":"Nov 21 19:36:16 mx1 postfix/qmgr[12]: 4Xv: removed\n",)"
             R"("stream":"stdout","time":"2026-11-21T19:36:16.512345678Z"})");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].Show(), "mx1 postfix/qmgr[12] 4Xv: removed");
}

TEST(Shippers, JournalExport) {
  const auto lines = Decode(
      R"({"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795289776512345",)"
      R"("_HOSTNAME":"mx1","SYSLOG_IDENTIFIER":"postfix/qmgr","_PID":"12",)"
      R"("_COMM":"qmgr","MESSAGE":"4Xv: removed"})");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].Show(), "mx1 postfix/qmgr[12] 4Xv: removed");
  EXPECT_EQ(lines[0].When(), "2026-11-21T19:36:16.512Z exact");
}

TEST(Shippers, LogstashSyslogInput) {
  const auto lines = Decode(
      R"({"@version":"1","@timestamp":"2026-11-21T19:36:16.000Z",)"
      R"("host":"collector","logsource":"mx1","program":"postfix/qmgr",)"
      R"("pid":"12","timestamp":"Nov 21 19:36:16","message":"4Xv: removed\n"})");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].Show(), "mx1 postfix/qmgr[12] 4Xv: removed");
  EXPECT_EQ(lines[0].When(), "2026-11-21T19:36:16.000Z exact");
}

// Whole logs: every line has its header read.
class ReferenceLog : public testing::TestWithParam<const char*> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ReferenceLog);

std::filesystem::path ReferenceLogs() {
  const char* root = std::getenv("RICOCHET_REFERENCE_DATA");
  return root == nullptr ? "" : std::filesystem::path(root) / "logs";
}

TEST_P(ReferenceLog, EveryLineHasHostProgramAndTime) {
  Decoding decoding;
  decoding.record_time = Utc(2026, 11, 22);
  const std::string log = ReadFile(ReferenceLogs() / GetParam());
  const auto lines = decoding.All(log);
  std::size_t bytes = 0;
  for (const auto& line : lines) {
    bytes += line.raw.size() + 1;
    EXPECT_EQ(line.status, Decoder::Status::kLine);
    EXPECT_TRUE(line.program.starts_with("postfix")) << line.raw;
    EXPECT_NE(line.host, "");
    EXPECT_TRUE(line.quality == TimeQuality::kExact ||
                line.quality == TimeQuality::kInferred);
  }
  EXPECT_EQ(bytes, log.size());
}

std::vector<const char*> PostfixLogs() {
  std::vector<const char*> names;
  for (const char* name :
       {"lab-postfix-long-ids.log", "lab-postfix-short-ids.log",
        "lab-postfix-rfc3339.log", "site-postfix-2013.log"}) {
    if (std::filesystem::exists(ReferenceLogs() / name)) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Logs, ReferenceLog, testing::ValuesIn(PostfixLogs()),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase_if(name, [](char c) {
                             return c == '.' || c == '-';
                           });
                           return name;
                         });

}  // namespace
}  // namespace ricochet
