#include "decode/stamp.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

// "2026-11-21 70576512 +60" (year, month, day, milliseconds, zone), and in
// brackets what follows the stamp; "none" if there is none.
std::string Read(StampReader& reader, std::string_view text) {
  Stamp stamp;
  const std::size_t taken = reader.Read(text, stamp);
  if (taken == 0) return stamp.present() ? "half" : "none";
  char shown[96];
  std::snprintf(shown, sizeof shown, "%04d-%02d-%02d %d", stamp.year,
                stamp.month, stamp.day, stamp.millis);
  std::string out = shown;
  if (stamp.zone == Stamp::Zone::kUtc) out += " Z";
  if (stamp.zone == Stamp::Zone::kOffset) {
    out += " " + std::to_string(stamp.offset);
  }
  return out + " [" + std::string(text.substr(taken)) + "]";
}

std::string Read(std::string_view text) {
  StampReader reader;
  return Read(reader, text);
}

TEST(Stamp, ReadsRfc3164) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1"), "0000-11-21 70576000 [ mx1]");
  EXPECT_EQ(Read("Jan 01 00:00:00 x"), "0000-01-01 0 [ x]");
}

TEST(Stamp, DayMayBePaddedOrNot) {
  EXPECT_EQ(Read("Nov  1 19:36:16 x"), "0000-11-01 70576000 [ x]");
  EXPECT_EQ(Read("Nov 1 19:36:16 x"), "0000-11-01 70576000 [ x]");
  EXPECT_EQ(Read("Nov 01 19:36:16 x"), "0000-11-01 70576000 [ x]");
}

TEST(Stamp, Rfc3164MayHaveFractionAndZone) {
  EXPECT_EQ(Read("Nov 21 19:36:16.512 x"), "0000-11-21 70576512 [ x]");
  EXPECT_EQ(Read("Nov 21 19:36:16.5+01:00 x"), "0000-11-21 70576500 60 [ x]");
}

TEST(Stamp, ReadsYearInAllItsPlaces) {
  EXPECT_EQ(Read("2013 Jun 10 06:27:30.123 gds"), "2013-06-10 23250123 [ gds]");
  EXPECT_EQ(Read("Jun 10 2013 06:27:30 x"), "2013-06-10 23250000 [ x]");
  EXPECT_EQ(Read("Jun  1 2013 06:27:30 x"), "2013-06-01 23250000 [ x]");
  EXPECT_EQ(Read("Mon Jun 10 06:27:30 2013 x"), "2013-06-10 23250000 [ x]");
  EXPECT_EQ(Read("Jun 10 06:27:30 2013"), "2013-06-10 23250000 []");
}

TEST(Stamp, HostThatBeginsWithDigitsIsNoYear) {
  EXPECT_EQ(Read("Jun 10 06:27:30 2013a x"), "0000-06-10 23250000 [ 2013a x]");
  EXPECT_EQ(Read("Jun 10 06:27:30 9999 x"), "0000-06-10 23250000 [ 9999 x]");
}

TEST(Stamp, ReadsRfc3339) {
  EXPECT_EQ(Read("2026-11-21T19:36:16Z x"), "2026-11-21 70576000 Z [ x]");
  EXPECT_EQ(Read("2026-11-21t19:36:16z"), "2026-11-21 70576000 Z []");
  EXPECT_EQ(Read("2026-11-21T19:36:16.512345+00:00 vm"),
            "2026-11-21 70576512 0 [ vm]");
  EXPECT_EQ(Read("2026-11-21T19:36:16-05:30 x"),
            "2026-11-21 70576000 -330 [ x]");
  EXPECT_EQ(Read("2026-11-21T19:36:16-00:00 x"), "2026-11-21 70576000 Z [ x]");
}

TEST(Stamp, ThousandthsInUtcEndWhereTheyEnd) {
  const std::string stamp = "2026-11-21T19:36:16.512";
  const std::string read = "2026-11-21 70576512 Z ";
  EXPECT_EQ(Read(stamp + "Z"), read + "[]");
  EXPECT_EQ(Read(stamp + "Z,x"), read + "[,x]");
  EXPECT_EQ(Read(stamp + "Z 2027 x"), read + "[ 2027 x]");
  EXPECT_EQ(Read(stamp + "Zx"), "none");
  EXPECT_EQ(Read(stamp + "9Z,"), read + "[,]");
  EXPECT_EQ(Read("Nov 21 19:36:16.512Z 2026 x"), read + "[ x]");
}

TEST(Stamp, ReadsOtherIsoForms) {
  EXPECT_EQ(Read("2026-11-21T19:36:16+0100 x"), "2026-11-21 70576000 60 [ x]");
  EXPECT_EQ(Read("2026-11-21T19:36:16+01 x"), "2026-11-21 70576000 60 [ x]");
  EXPECT_EQ(Read("2026-11-21 19:36:16,512 x"), "2026-11-21 70576512 [ x]");
  EXPECT_EQ(Read("2026-11-21T19:36:16 x"), "2026-11-21 70576000 [ x]");
  EXPECT_EQ(Read("2026-11-21T19:36:16.1234567890Z"),
            "2026-11-21 70576123 Z []");
}

TEST(Stamp, EximsZoneStandsApart) {
  EXPECT_EQ(Read("2026-11-21 19:36:16 +0100 1abc"),
            "2026-11-21 70576000 60 [ 1abc]");
  EXPECT_EQ(Read("2026-11-21 19:36:16.012 -0500 [25]"),
            "2026-11-21 70576012 -300 [ [25]]");
  EXPECT_EQ(Read("2026-11-21T19:36:16 +0100 x"),
            "2026-11-21 70576000 [ +0100 x]");
}

TEST(Stamp, LeapSecondIsLetThrough) {
  EXPECT_EQ(Read("2016-12-31T23:59:60Z"), "2016-12-31 86400000 Z []");
}

TEST(Stamp, ImpossibleDatesAreNone) {
  for (const char* text :
       {"Feb 30 10:00:00 x", "Nov 31 10:00:00 x", "Nov  0 10:00:00 x",
        "2026-02-29T10:00:00Z", "Feb 29 2026 10:00:00 x", "2026-13-01T10:00:00",
        "2026-00-01T10:00:00", "0000-01-01T00:00:00Z", "Nov 21 25:00:00 x",
        "Nov 21 10:60:00 x", "Nov 21 10:00:61 x", "2026-11-21T10:00:00+24:00",
        "2026-11-21T10:00:00+01:60"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
}

TEST(Stamp, Feb29WithoutYearIsLetThrough) {
  EXPECT_EQ(Read("Feb 29 10:00:00 x"), "0000-02-29 36000000 [ x]");
  EXPECT_EQ(Read("Feb 29 10:00:00 2024 x"), "2024-02-29 36000000 [ x]");
  EXPECT_EQ(Read("Feb 29 10:00:00 2023 x"), "none");
}

TEST(Stamp, OtherTextsAreNone) {
  for (const char* text :
       {"", "N", "Nov", "Nov 21", "Nov 21 19:36:1", "nov 21 19:36:16 x",
        "Nov 21 19:36:161 x", "Nov 2119:36:16", "2026", "2026-11-21",
        "2026-11-21T19:36", "2026-11-21T19:36:16x", "2026-11-21T19:36:16Zulu",
        "Sat", "Sat ", "4XvYkz1abcz9rxn: to=<bob@example.net>"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
}

TEST(Stamp, EveryCutIsNoneOrComplete) {
  const std::string_view whole = "2026-11-21T19:36:16.512+01:00 x";
  for (std::size_t size = 0; size < 19; ++size) {
    EXPECT_EQ(Read(whole.substr(0, size)), "none") << size;
  }
  EXPECT_EQ(Read(whole.substr(0, 24)), "none");  // "...512+"
}

TEST(Stamp, RepeatedSecondReadsTheSame) {
  StampReader reader;
  const std::string first = Read(reader, "Nov 21 19:36:16.5 a");
  EXPECT_EQ(Read(reader, "Nov 21 19:36:16.5 a"), first);
  EXPECT_EQ(Read(reader, "Nov 21 19:36:16 b"), "0000-11-21 70576000 [ b]");
  EXPECT_EQ(Read(reader, "Nov 21 19:36:167"), "none");
  EXPECT_EQ(Read(reader, "Nov 21 19:36:17 b"), "0000-11-21 70577000 [ b]");
}

TEST(Stamp, EpochUnitIsToldBySize) {
  const Stamp expected = ReadWholeStamp("2026-11-21T19:36:16.512Z");
  EXPECT_EQ(StampFromEpoch(1795289776.512), expected);
  EXPECT_EQ(StampFromEpoch(1795289776512.0), expected);
  EXPECT_EQ(StampFromEpoch(1795289776512345.0), expected);
  EXPECT_EQ(StampFromEpoch(1795289776512345678.0), expected);
  EXPECT_EQ(ReadWholeStamp("1795289776.512"), expected);
  EXPECT_EQ(ReadWholeStamp("1795289776512345"), expected);
}

TEST(Stamp, ImpossibleEpochsAreNone) {
  EXPECT_FALSE(StampFromEpoch(-1).present());
  EXPECT_FALSE(StampFromEpoch(1e300).present());
  EXPECT_FALSE(ReadWholeStamp("").present());
  EXPECT_FALSE(ReadWholeStamp("soon").present());
  EXPECT_FALSE(ReadWholeStamp("2026-11-21T19:36:16Z soon").present());
  EXPECT_FALSE(ReadWholeStamp("nan").present());
}

}  // namespace
}  // namespace ricochet
