#include "decode/event_time.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "decode/decoding.h"

namespace ricochet {
namespace {

using std::chrono::minutes;

struct Setting {
  EventTime record = kNoTime;
  std::string_view beside = {};
  std::optional<int> year = {};
  minutes zone{0};
  EventTime now = Utc(2026, 11, 21);
};

std::string At(std::string_view own, const Setting& setting) {
  EventClock clock(setting.year, setting.zone, setting.now);
  clock.StartRecord(setting.record);
  const Moment moment =
      clock.At(ReadWholeStamp(own), ReadWholeStamp(setting.beside));
  return Show(moment.time) + " " + Show(moment.quality);
}

TEST(EventClock, YearAndZoneInTheLineAreExact) {
  EXPECT_EQ(At("2026-11-21T19:36:16.512+01:00",
               {.record = Utc(2026, 11, 21, 18, 40)}),
            "2026-11-21T18:36:16.512Z exact");
  EXPECT_EQ(At("2026-11-21T19:36:16Z", {}), "2026-11-21T19:36:16.000Z exact");
}

TEST(EventClock, ConfiguredZoneIsForStampsWithout) {
  EXPECT_EQ(At("2026-11-21T19:36:16", {.zone = minutes{60}}),
            "2026-11-21T18:36:16.000Z inferred");
  EXPECT_EQ(At("2026-11-21T19:36:16Z", {.zone = minutes{60}}),
            "2026-11-21T19:36:16.000Z exact");
}

TEST(EventClock, YearComesFromTheRecord) {
  EXPECT_EQ(At("Nov 21 19:36:16", {.record = Utc(2019, 11, 21, 19, 36, 20)}),
            "2019-11-21T19:36:16.000Z inferred");
}

TEST(EventClock, DecemberLineInJanuaryIsOfLastYear) {
  EXPECT_EQ(At("Dec 31 23:59:58", {.record = Utc(2027, 1, 1, 0, 0, 3)}),
            "2026-12-31T23:59:58.000Z inferred");
}

TEST(EventClock, NewYearInThreeZones) {
  // Tokyo is in the new year while the record's time is in the old one.
  EXPECT_EQ(At("Jan  1 08:59:58",
               {.record = Utc(2026, 12, 31, 23, 59, 59), .zone = minutes{540}}),
            "2026-12-31T23:59:58.000Z inferred");
  EXPECT_EQ(At("Jan  1 00:00:01", {.record = Utc(2027, 1, 1, 0, 0, 2)}),
            "2027-01-01T00:00:01.000Z inferred");
  // New York is still in the old one.
  EXPECT_EQ(At("Dec 31 19:00:01",
               {.record = Utc(2027, 1, 1, 0, 0, 2), .zone = minutes{-300}}),
            "2027-01-01T00:00:01.000Z inferred");
}

TEST(EventClock, Feb29IsOfTheLastLeapYear) {
  EXPECT_EQ(At("Feb 29 12:00:00", {.record = Utc(2026, 3, 1)}),
            "2024-02-29T12:00:00.000Z inferred");
  EXPECT_EQ(At("Feb 29 12:00:00", {.record = Utc(2103, 3, 1)}),
            "2096-02-29T12:00:00.000Z inferred");
}

TEST(EventClock, LinesOfAYearlongFileStayBehindItsTime) {
  const Setting file{.record = Utc(2026, 12, 20)};
  EXPECT_EQ(At("Jan 25 12:00:00", file), "2026-01-25T12:00:00.000Z inferred");
  EXPECT_EQ(At("Dec 20 00:04:00", file), "2026-12-20T00:04:00.000Z inferred");
}

TEST(EventClock, ConfiguredYearBeatsTheRecords) {
  EXPECT_EQ(At("Jun 10 06:27:30", {.record = Utc(2026, 1, 1), .year = 2013}),
            "2013-06-10T06:27:30.000Z inferred");
  EXPECT_EQ(At("Feb 29 06:27:30", {.record = Utc(2026, 1, 1), .year = 2013}),
            "2026-01-01T00:00:00.000Z unknown");
}

TEST(EventClock, WithoutRecordTimeTheYearIsTheLatestPast) {
  EXPECT_EQ(At("Nov 20 10:00:00", {.now = Utc(2026, 11, 21)}),
            "2026-11-20T10:00:00.000Z inferred");
  EXPECT_EQ(At("Nov 20 10:00:00", {.now = Utc(2026, 2, 1)}),
            "2025-11-20T10:00:00.000Z inferred");
}

TEST(EventClock, DocumentGivesTheYear) {
  EXPECT_EQ(At("Dec 31 23:59:59",
               {.record = Utc(2026, 5, 5), .beside = "2019-01-01T00:00:01.5Z"}),
            "2018-12-31T23:59:59.000Z inferred");
}

TEST(EventClock, DocumentsOffsetIsTheLinesToo) {
  EXPECT_EQ(At("Nov 21 20:36:16", {.record = Utc(2026, 11, 21, 19, 37),
                                   .beside = "2026-11-21T20:36:16.5+01:00"}),
            "2026-11-21T19:36:16.000Z exact");
}

TEST(EventClock, ShippersZuluDoesNotOverrideTheConfiguredZone) {
  EXPECT_EQ(At("Nov 21 20:36:16", {.record = Utc(2026, 11, 21, 19, 37),
                                   .beside = "2026-11-21T19:36:16.5Z",
                                   .zone = minutes{60}}),
            "2026-11-21T19:36:16.000Z inferred");
}

TEST(EventClock, DocumentsTimeServesALineWithoutStamp) {
  EXPECT_EQ(At("", {.beside = "2026-11-21T19:36:16.5Z"}),
            "2026-11-21T19:36:16.500Z exact");
  EXPECT_EQ(At("", {.record = Utc(2026, 11, 22), .beside = "Nov 21 19:36:16"}),
            "2026-11-21T19:36:16.000Z inferred");
}

TEST(EventClock, AheadOfItsRecordIsClamped) {
  const Setting setting{.record = Utc(2026, 11, 21, 19)};
  EXPECT_EQ(At("2026-11-21T19:05:00Z", setting),
            "2026-11-21T19:05:00.000Z exact");
  EXPECT_EQ(At("2026-11-21T19:05:00.001Z", setting),
            "2026-11-21T19:00:00.000Z clamped");
  EXPECT_EQ(At("Nov 21 20:00:00", setting), "2026-11-21T19:00:00.000Z clamped");
}

TEST(EventClock, SlackIsForStampsNotForLinesWithout) {
  EventClock clock({}, minutes{0}, Utc(2026, 11, 21), std::chrono::hours{24});
  clock.StartRecord(Utc(2026, 11, 21, 19));
  const auto at = [&clock](std::string_view own) {
    const Moment moment = clock.At(ReadWholeStamp(own), {});
    return Show(moment.time) + " " + Show(moment.quality);
  };
  EXPECT_EQ(at("Nov 22 19:05:00"), "2026-11-22T19:05:00.000Z inferred");
  EXPECT_EQ(at("Nov 22 19:05:01"), "2026-11-21T19:00:00.000Z clamped");
  EXPECT_EQ(at(""), "2026-11-21T19:00:00.000Z unknown");
  clock.StartRecord(Utc(2025, 12, 31, 19));
  EXPECT_EQ(at("Jan 1 06:00:00"), "2026-01-01T06:00:00.000Z inferred");
}

TEST(EventClock, NoStampTakesTheRecordsTime) {
  EXPECT_EQ(At("", {.record = Utc(2026, 11, 21)}),
            "2026-11-21T00:00:00.000Z unknown");
  EXPECT_EQ(At("", {}), "- unknown");
}

TEST(EventClock, AnswersDoNotStickToTheNextRecord) {
  EventClock clock({}, minutes{0}, Utc(2026, 1, 1));
  const Stamp stamp = ReadWholeStamp("Jun 10 06:27:30");
  clock.StartRecord(Utc(2020, 7, 1));
  EXPECT_EQ(Show(clock.At(stamp, {}).time), "2020-06-10T06:27:30.000Z");
  EXPECT_EQ(Show(clock.At(stamp, {}).time), "2020-06-10T06:27:30.000Z");
  clock.StartRecord(Utc(2021, 7, 1));
  EXPECT_EQ(Show(clock.At(stamp, {}).time), "2021-06-10T06:27:30.000Z");
}

}  // namespace
}  // namespace ricochet
