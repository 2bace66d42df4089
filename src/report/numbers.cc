#include "report/numbers.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace ricochet {
namespace {

// A percentage with three digits at most, rounded down.
std::string Digits(double percent) {
  const int decimals = percent >= 10 ? 1 : 2;
  const double scale = percent >= 10 ? 10 : 100;
  // 1e-9: 0.29 * 100 is 28.999...
  return fmt::format("{:.{}f} %", std::floor(percent * scale + 1e-9) / scale,
                     decimals);
}

}  // namespace

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0;
       at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

std::string Percent(std::uint64_t count, std::uint64_t of) {
  if (of == 0) return "-";
  if (count == 0) return "0 %";
  if (count == of) return "100 %";
  double percent = 100 * static_cast<double>(count) / static_cast<double>(of);
  if (percent < 0.01) return "<0.01 %";
  // As doubles, huge numbers that differ may be equal.
  if (count < of) percent = std::min(percent, 99.9);
  // To nearest, where that does not claim all or another number of digits.
  const double half = percent >= 10 ? 0.05 : 0.005;
  const bool rounds = percent + half < (percent >= 10 ? 100 : 10);
  return Digits(rounds ? percent + half : percent);
}

std::string Percent(double share) {
  const double percent = 100 * share;
  std::string text = fmt::format("{:.{}f}", percent, percent >= 10 ? 1 : 2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

std::string ByteSize(std::uint64_t bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; size >= 999.5 && unit + 1 < kUnits.size(); ++unit) size /= 1000;
  return fmt::format("{:.{}f} {}", size, size < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string Duration(double seconds) {
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto all = static_cast<std::uint64_t>(std::llround(seconds));
  const auto minutes = all / 60;
  const auto hours = minutes / 60;
  if (hours == 0) return fmt::format("{} min {} s", minutes, all % 60);
  if (hours < 24) return fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

namespace {

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Civil Split(EventTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day),
          std::chrono::hh_mm_ss<std::chrono::milliseconds>(time - day)};
}

}  // namespace

std::string Date(EventTime time) {
  if (time == kNoTime) return "-";
  const auto date = Split(time).date;
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string DateTime(EventTime time) {
  if (time == kNoTime) return "-";
  const auto clock = Split(time).time;
  return fmt::format("{} {:02}:{:02}:{:02}", Date(time), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string Timestamp(EventTime time) {
  if (time == kNoTime) return {};
  const auto [date, clock] = Split(time);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"),
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace ricochet
