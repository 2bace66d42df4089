#include "observe/log.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "observe/log_limit.h"
#include "observe/log_record.h"

namespace ricochet {
namespace {

using std::chrono::seconds;

std::string Text(std::string_view message,
                 std::initializer_list<Field> fields = {}) {
  return TextLine(
      {.time = {}, .event = "a.b", .message = message, .fields = fields});
}

std::string Json(std::string_view message,
                 std::initializer_list<Field> fields = {}) {
  return JsonLine(
      {.time = {}, .event = "a.b", .message = message, .fields = fields});
}

TEST(LogText, FieldsFollowTheMessage) {
  EXPECT_EQ(Text("it broke", {{"topic", "mail.logs"},
                              {"offset", std::int64_t{-1}},
                              {"ratio", 0.5},
                              {"fatal", false}}),
            "a.b: it broke topic=mail.logs offset=-1 ratio=0.5 fatal=false");
}

TEST(LogText, ValuesOfSeveralWordsAreQuoted) {
  EXPECT_EQ(Text("m", {{"a", "x y"}, {"b", ""}, {"c", "say \"no\""}}),
            R"(a.b: m a="x y" b="" c="say \"no\"")");
}

TEST(LogText, InputCannotForgeARecordOrSteerATerminal) {
  EXPECT_EQ(Text("x\ny\x1b[2J\x7f\xc2\x9b", {{"f", "\r\n \t"}}),
            R"(a.b: x\x0ay\x1b[2J\x7f\xc2\x9b f="\x0d\x0a \x09")");
}

TEST(LogText, Utf8IsKeptAndWhatIsNotIsEscaped) {
  EXPECT_EQ(Text("caf\u00e9 \u4e2d \U0001F600"),
            "a.b: caf\u00e9 \u4e2d \U0001F600");
  EXPECT_EQ(Text("\xff \xc3 \xe2\x82 \xed\xa0\x80 \xc0\xaf"),
            R"(a.b: \xff \xc3 \xe2\x82 \xed\xa0\x80 \xc0\xaf)");
  EXPECT_EQ(Text("\xf0\x9f\x98"), R"(a.b: \xf0\x9f\x98)");
  EXPECT_EQ(Text("\xf4\x90\x80\x80"), R"(a.b: \xf4\x90\x80\x80)");
}

TEST(LogText, SaysHowManyWereSuppressed) {
  EXPECT_EQ(
      TextLine({.event = "e", .message = "m", .fields = {}, .suppressed = 7}),
      "e: m suppressed=7");
}

TEST(LogJson, RecordIsOneObjectOnOneLine) {
  EXPECT_EQ(Json("x\ny", {{"topic", "mail.logs"},
                          {"offset", std::int64_t{3}},
                          {"ratio", 0.5},
                          {"fatal", true}}),
            R"({"time":"1970-01-01T00:00:00.000Z","level":"info",)"
            R"("event":"a.b","message":"x\ny","topic":"mail.logs",)"
            R"("offset":3,"ratio":0.5,"fatal":true})");
}

TEST(LogJson, HostileBytesStillMakeJson) {
  const auto json = nlohmann::json::parse(
      Json(std::string_view("\xff\0\x1b\"\\", 5), {{"f", "\xed\xa0\x80"}}));
  EXPECT_TRUE(json["message"].is_string());
  const auto nan = nlohmann::json::parse(
      Json("m", {{"f", std::numeric_limits<double>::quiet_NaN()}}));
  EXPECT_TRUE(nan["f"].is_null());
}

TEST(LogJson, TimeHasMilliseconds) {
  using std::chrono::milliseconds;
  const LogRecord record{.time = std::chrono::system_clock::time_point(
                             milliseconds(1'795'291'163'007)),
                         .event = "e",
                         .message = "m",
                         .fields = {}};
  EXPECT_TRUE(
      JsonLine(record).starts_with(R"({"time":"2026-11-21T19:59:23.007Z")"))
      << JsonLine(record);
}

TEST(LogLimit, BurstPassesThenIsCountedUntilTheWindowEnds) {
  LogLimit limit(2, seconds(10));
  const LogLimit::Time begin{};
  EXPECT_EQ(limit.Admit("a", begin), 0U);
  EXPECT_EQ(limit.Admit("a", begin), 0U);
  EXPECT_EQ(limit.Admit("a", begin), std::nullopt);
  EXPECT_EQ(limit.Admit("a", begin + seconds(9)), std::nullopt);
  EXPECT_EQ(limit.Admit("a", begin + seconds(10)), 2U);
  EXPECT_EQ(limit.Admit("a", begin + seconds(10)), 0U);
}

TEST(LogLimit, KindsDoNotDisturbEachOther) {
  LogLimit limit(1, seconds(10));
  EXPECT_TRUE(limit.Admit("a", {}));
  EXPECT_FALSE(limit.Admit("a", {}));
  EXPECT_TRUE(limit.Admit("b", {}));
}

TEST(LogLimit, KindsBeyondTheBoundShareOneAllowance) {
  LogLimit limit(1, seconds(10));
  for (std::size_t i = 0; i < LogLimit::kMaxKinds; ++i) {
    EXPECT_TRUE(limit.Admit(std::to_string(i), {}));
  }
  EXPECT_TRUE(limit.Admit("one more", LogLimit::Time(seconds(1))));
  EXPECT_FALSE(limit.Admit("another", LogLimit::Time(seconds(1))));
}

// What the program's log writes while `write` runs.
template <class Write>
std::vector<std::string> Captured(const LogOptions& options,
                                  const Write& write) {
  SetLog(options);
  testing::internal::CaptureStderr();
  write();
  std::istringstream lines(testing::internal::GetCapturedStderr());
  SetLog(LogOptions());
  std::vector<std::string> result;
  for (std::string line; std::getline(lines, line);) result.push_back(line);
  return result;
}

TEST(Log, TextNamesTimeLevelAndEvent) {
  const auto lines = Captured(LogOptions(), [] {
    Log(LogLevel::kWarning, "kafka.slow", "it is slow", {{"stage", "ledger"}});
  });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(
      lines[0].ends_with("Z warning kafka.slow: it is slow "
                         "stage=ledger"))
      << lines[0];
  EXPECT_EQ(lines[0].find('T'), 10U) << lines[0];
}

TEST(Log, LevelsBelowAreNotWritten) {
  const auto lines = Captured({.level = LogLevel::kWarning}, [] {
    Log(LogLevel::kInfo, "e", "no");
    Log(LogLevel::kWarning, "e", "yes");
  });
  EXPECT_EQ(lines.size(), 1U);
}

TEST(Log, RepeatsAreSuppressedByKind) {
  const auto lines = Captured({.format = LogFormat::kJson, .burst = 3}, [] {
    for (int i = 0; i < 100; ++i) Log(LogLevel::kError, "many", "m");
    Log(LogLevel::kError, "other", "m");
  });
  EXPECT_EQ(lines.size(), 4U);
}

TEST(Log, ErrorsAndWorkersAreNotSuppressedByWhatOthersRepeat) {
  const auto lines = Captured({.format = LogFormat::kJson, .burst = 3}, [] {
    for (int i = 0; i < 10; ++i) {
      Log(LogLevel::kInfo, "e", "m", {{"worker", "attempts-0"}});
    }
    Log(LogLevel::kInfo, "e", "m", {{"worker", "attempts-1"}});
    Log(LogLevel::kError, "e", "m", {{"worker", "attempts-0"}});
  });
  EXPECT_EQ(lines.size(), 5U);
}

TEST(Log, ThreadsWriteWholeLines) {
  const LogOptions options{.format = LogFormat::kJson, .burst = 1000};
  const auto lines = Captured(options, [] {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 100; ++i) {
          Log(LogLevel::kInfo, "e", std::string(200, 'x'));
        }
      });
    }
  });
  EXPECT_EQ(lines.size(), 400U);
  for (const auto& line : lines) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
}

}  // namespace
}  // namespace ricochet
