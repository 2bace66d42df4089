#include "publish/time_text.h"

#include <chrono>

namespace ricochet {
namespace {

using std::chrono::floor;

constexpr auto kFirst = std::chrono::sys_days(std::chrono::year{0} / 1 / 1);
constexpr auto kEnd = std::chrono::sys_days(std::chrono::year{10000} / 1 / 1);

template <int kDigits>
void Digits(unsigned value, char* out) noexcept {
  for (int i = kDigits - 1; i >= 0; --i, value /= 10) {
    out[i] = static_cast<char>('0' + value % 10);
  }
}

// "2026-11-21T19:59:23.000Z", but for the milliseconds.
void FormatSecond(std::chrono::sys_seconds time, char* out) noexcept {
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  Digits<4>(static_cast<unsigned>(static_cast<int>(date.year())), out);
  out[4] = '-';
  Digits<2>(static_cast<unsigned>(date.month()), out + 5);
  out[7] = '-';
  Digits<2>(static_cast<unsigned>(date.day()), out + 8);
  out[10] = 'T';
  Digits<2>(static_cast<unsigned>(clock.hours().count()), out + 11);
  out[13] = ':';
  Digits<2>(static_cast<unsigned>(clock.minutes().count()), out + 14);
  out[16] = ':';
  Digits<2>(static_cast<unsigned>(clock.seconds().count()), out + 17);
  out[19] = '.';
  out[23] = 'Z';
}

}  // namespace

std::string_view TimeText::Format(EventTime time) noexcept {
  if (time < kFirst || time >= kEnd) return {};
  const auto second = floor<std::chrono::seconds>(time);
  if (const auto count = second.time_since_epoch().count(); count != second_) {
    FormatSecond(second, text_.data());
    second_ = count;
  }
  Digits<3>(static_cast<unsigned>((time - second).count()), &text_[20]);
  return {text_.data(), text_.size()};
}

std::string TextOf(EventTime time) {
  return std::string(TimeText().Format(time));
}

}  // namespace ricochet
