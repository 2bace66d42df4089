#include "decode/stamp.h"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstring>

#include "decode/ascii.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

// A scan over the front of a text. Each Take function moves on only when it
// succeeds.
struct Cursor {
  const char* at;
  const char* end;

  [[nodiscard]] char Peek() const noexcept { return at < end ? *at : '\0'; }
  bool Take(char c) noexcept {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  // Exactly `count` digits.
  bool TakeDigits(int count, int& value) noexcept {
    if (end - at < count) return false;
    int sum = 0;
    for (int i = 0; i < count; ++i) {
      if (!IsDigit(at[i])) return false;
      sum = sum * 10 + (at[i] - '0');
    }
    value = sum;
    at += count;
    return true;
  }
};

// "Nov" -> 11; 0: not a month.
int MonthOf(const char* name) noexcept {
  static constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int i = 0; i < 12; ++i) {
    if (std::memcmp(kMonths + 3 * i, name, 3) == 0) return i + 1;
  }
  return 0;
}

bool TakeMonth(Cursor& in, Stamp& stamp) noexcept {
  if (in.end - in.at < 4) return false;
  const int month = MonthOf(in.at);
  if (month == 0 || in.at[3] != ' ') return false;
  stamp.month = static_cast<std::uint8_t>(month);
  in.at += 4;
  return true;
}

void SkipDayOfWeek(Cursor& in) noexcept {
  static constexpr char kDays[] = "MonTueWedThuFriSatSun";
  if (in.end - in.at < 4 || in.at[3] != ' ') return;
  for (int i = 0; i < 7; ++i) {
    if (std::memcmp(kDays + 3 * i, in.at, 3) != 0) continue;
    in.at += 4;
    return;
  }
}

// "21 ", " 1 " or "1 ".
bool TakeDay(Cursor& in, Stamp& stamp) noexcept {
  in.Take(' ');
  int day = 0;
  if (!in.TakeDigits(2, day) && !in.TakeDigits(1, day)) return false;
  stamp.day = static_cast<std::uint8_t>(day);
  return in.Take(' ');
}

// "2026 ", if that is what comes next.
void TakeYear(Cursor& in, Stamp& stamp) noexcept {
  Cursor ahead = in;
  int year = 0;
  if (!ahead.TakeDigits(4, year) || !ahead.Take(' ')) return;
  stamp.year = static_cast<std::int16_t>(year);
  in = ahead;
}

// "19:36:16"; a leap second is let through.
bool TakeTime(Cursor& in, Stamp& stamp) noexcept {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!in.TakeDigits(2, hour) || !in.Take(':') || !in.TakeDigits(2, minute) ||
      !in.Take(':') || !in.TakeDigits(2, second)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  stamp.millis = ((hour * 60 + minute) * 60 + second) * 1000;
  return true;
}

// "Nov 21 19:36:16", "Nov 21 2026 19:36:16", with or without day of week.
bool TakeMonthFirst(Cursor& in, Stamp& stamp) noexcept {
  SkipDayOfWeek(in);
  if (!TakeMonth(in, stamp) || !TakeDay(in, stamp)) return false;
  TakeYear(in, stamp);
  return TakeTime(in, stamp);
}

// "2026-11-21T19:36:16" and "2026 Nov 21 19:36:16".
bool TakeYearFirst(Cursor& in, Stamp& stamp) noexcept {
  int year = 0;
  if (!in.TakeDigits(4, year) || year == 0) return false;
  stamp.year = static_cast<std::int16_t>(year);
  if (in.Take(' ')) {
    return TakeMonth(in, stamp) && TakeDay(in, stamp) && TakeTime(in, stamp);
  }
  int month = 0;
  int day = 0;
  if (!in.Take('-') || !in.TakeDigits(2, month) || !in.Take('-') ||
      !in.TakeDigits(2, day)) {
    return false;
  }
  stamp.month = static_cast<std::uint8_t>(month);
  stamp.day = static_cast<std::uint8_t>(day);
  stamp.spaced = in.Peek() == ' ';
  return (in.Take('T') || in.Take(' ') || in.Take('t')) && TakeTime(in, stamp);
}

// ".512345" or ",512": thousandths count, the rest is passed over.
void TakeFraction(Cursor& in, Stamp& stamp) noexcept {
  if (in.end - in.at < 2 || (*in.at != '.' && *in.at != ',')) return;
  if (!IsDigit(in.at[1])) return;
  ++in.at;
  for (int unit = 100; IsDigit(in.Peek()); ++in.at, unit /= 10) {
    stamp.millis += unit * (*in.at - '0');
  }
}

// ".512Z" and no more of a stamp, as most that have a fraction end.
constexpr int kMillisUtc = 5;
bool TakeMillisUtc(const Cursor& in, Stamp& stamp) noexcept {
  const char* const at = in.at;
  if (in.end - at <= kMillisUtc || at[0] != '.' || !IsDigit(at[1]) ||
      !IsDigit(at[2]) || !IsDigit(at[3]) || at[4] != 'Z' || IsAlnum(at[5])) {
    return false;
  }
  if (at[5] == ' ' && stamp.year == 0) return false;  // a year may follow
  stamp.millis += (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
  stamp.zone = Stamp::Zone::kUtc;
  return true;
}

// "Z", "+01:00", "+0100", "+01". False: an offset that cannot be.
bool TakeZone(Cursor& in, Stamp& stamp) noexcept {
  if (in.Take('Z') || in.Take('z')) {
    stamp.zone = Stamp::Zone::kUtc;
    return true;
  }
  const bool west = in.Peek() == '-';
  if (!in.Take('+') && !in.Take('-')) return true;
  int hours = 0;
  int minutes = 0;
  if (!in.TakeDigits(2, hours)) return false;
  if ((in.Take(':') || IsDigit(in.Peek())) && !in.TakeDigits(2, minutes)) {
    return false;
  }
  if (hours > 23 || minutes > 59) return false;
  const int offset = hours * 60 + minutes;
  stamp.offset = static_cast<std::int16_t>(west ? -offset : offset);
  // "-00:00": the local offset is unknown (RFC 3339, section 4.3).
  const bool unknown = west && offset == 0;
  stamp.zone = unknown ? Stamp::Zone::kUtc : Stamp::Zone::kOffset;
  return true;
}

// What stands a space apart from the second: Exim's zone (log_timezone), and
// the year of "Nov 21 19:36:16 2026".
void TakeAfterSpace(Cursor& in, Stamp& stamp) noexcept {
  Cursor ahead = in;
  if (!ahead.Take(' ')) return;
  if (stamp.spaced && stamp.zone == Stamp::Zone::kNone) {
    const bool sign = ahead.Peek() == '+' || ahead.Peek() == '-';
    Stamp zoned = stamp;
    if (!sign || ahead.end - ahead.at < 5 || ahead.at[3] == ':' ||
        !TakeZone(ahead, zoned) || IsAlnum(ahead.Peek())) {
      return;
    }
    stamp = zoned;
    in = ahead;
  } else if (stamp.year == 0) {
    int year = 0;
    if (!ahead.TakeDigits(4, year) || year < 1970 || year > 2199) return;
    if (ahead.Peek() != ' ' && ahead.at != ahead.end) return;
    stamp.year = static_cast<std::int16_t>(year);
    in = ahead;
  }
}

// February 29 is let through when no year is known.
bool IsDate(const Stamp& stamp) noexcept {
  const std::chrono::year_month_day date{
      std::chrono::year{stamp.year == 0 ? 2000 : stamp.year},
      std::chrono::month{stamp.month}, std::chrono::day{stamp.day}};
  return date.ok();
}

}  // namespace

// Reads up to the second.
std::size_t StampReader::ReadPrefix(std::string_view text) noexcept {
  Cursor in{text.data(), text.data() + text.size()};
  Stamp stamp;
  const bool read =
      IsDigit(in.Peek()) ? TakeYearFirst(in, stamp) : TakeMonthFirst(in, stamp);
  if (!read || !IsDate(stamp)) return 0;
  prefix_size_ = static_cast<std::size_t>(in.at - text.data());
  std::memcpy(prefix_.data(), text.data(), prefix_size_);
  stamp_ = stamp;
  return prefix_size_;
}

std::size_t StampReader::Read(std::string_view text, Stamp& stamp) noexcept {
  std::size_t taken = prefix_size_;
  if (taken == 0 || text.size() < taken ||
      !SameOctets(text.data(), prefix_.data(), taken)) {
    taken = ReadPrefix(text);
    if (taken == 0) {
      stamp = Stamp{};
      return 0;
    }
  }
  stamp = stamp_;
  Cursor in{text.data() + taken, text.data() + text.size()};
  // The usual cases: a host follows, or there is no year to come, and no zone.
  if (in.end - in.at > 1 && in.at[0] == ' ') {
    const char next = in.at[1];
    const bool zone = next == '+' || next == '-';
    if (IsAlpha(next) || (stamp.year != 0 && !zone)) return taken;
  }
  if (TakeMillisUtc(in, stamp)) return taken + std::size_t{kMillisUtc};
  TakeFraction(in, stamp);
  const bool zoned = TakeZone(in, stamp);
  TakeAfterSpace(in, stamp);
  const bool same_year = stamp.year == stamp_.year;
  if (!zoned || IsAlnum(in.Peek()) || !(same_year || IsDate(stamp))) {
    stamp = Stamp{};
    return 0;
  }
  return static_cast<std::size_t>(in.at - text.data());
}

Stamp StampFromEpoch(double number) noexcept {
  if (!(number >= 0 && number < 1e20)) return {};
  double millis = number * 1e3;         // seconds
  if (number >= 1e11) millis = number;  // milliseconds
  if (number >= 1e14) millis = number / 1e3;
  if (number >= 1e17) millis = number / 1e6;
  // An eighth of a millisecond makes up for 1795289776.512 being a little less.
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds{static_cast<std::int64_t>(millis + 0.125)}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  Stamp stamp;
  stamp.year = static_cast<std::int16_t>(static_cast<int>(date.year()));
  stamp.month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month()));
  stamp.day = static_cast<std::uint8_t>(static_cast<unsigned>(date.day()));
  stamp.millis = static_cast<std::int32_t>((time - day).count());
  stamp.zone = Stamp::Zone::kUtc;
  return stamp;
}

Stamp ReadWholeStamp(std::string_view text) noexcept {
  StampReader reader;
  Stamp stamp;
  if (reader.Read(text, stamp) == text.size()) return stamp;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end) return {};
  return StampFromEpoch(number);
}

}  // namespace ricochet
