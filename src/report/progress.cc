#include "report/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "report/numbers.h"
#include "report/screen.h"
#include "report/text.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPause{100};
// Short runs are over before a bar is of use.
constexpr milliseconds kDelay{300};

std::string Gauge(double share, std::size_t columns) {
  const auto full = static_cast<std::size_t>(
      std::lround(share * static_cast<double>(columns)));
  std::string gauge;
  for (std::size_t i = 0; i < columns; ++i) gauge += i < full ? "▇" : "·";
  return gauge;
}

std::string Amount(std::uint64_t number, ProgressOf what) {
  return what == ProgressOf::kBytes ? ByteSize(number) : Grouped(number);
}

void Write(int fd, std::string_view text) {
  // A terminal that takes nothing loses its bar, not the report.
  [[maybe_unused]] const auto written = ::write(fd, text.data(), text.size());
}

}  // namespace

std::string ProgressText(std::uint64_t done, std::uint64_t total,
                         std::uint64_t lines,
                         std::chrono::duration<double> elapsed,
                         std::size_t columns, ProgressOf what) {
  const double seconds = std::max(elapsed.count(), 1e-3);
  const auto speed = static_cast<std::uint64_t>(
      std::llround(static_cast<double>(lines) / seconds));
  const std::string pace =
      fmt::format("{} lines, {} a second", Grouped(lines), Grouped(speed));
  if (total == 0) {
    return Shortened(fmt::format("{}, {}", Amount(done, what), pace), columns);
  }
  const double share =
      std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string text =
      fmt::format("{:3.0f} %  {} of {}{}, {}", std::floor(100 * share),
                  Amount(done, what), Amount(total, what),
                  what == ProgressOf::kRecords ? " records" : "", pace);
  if (share > 0) {
    text += fmt::format(", {} left",
                        Duration(std::ceil(seconds * (1 - share) / share)));
  }
  constexpr std::size_t kGauge = 20;
  if (Columns(text) + kGauge + 1 <= columns) {
    text.insert(0, Gauge(share, kGauge) + " ");
  }
  return Shortened(text, columns);
}

ProgressBar::ProgressBar(int fd, std::uint64_t total, Clock::time_point now,
                         ProgressOf what)
    : fd_(fd),
      terminal_(::isatty(fd) != 0),
      columns_(ScreenOf(fd).columns),
      total_(total),
      start_(now),
      next_(now + kDelay),
      what_(what) {}

void ProgressBar::Update(std::uint64_t done, std::uint64_t lines,
                         Clock::time_point now) {
  if (!terminal_ || now < next_) return;
  next_ = now + kPause;
  drawn_ = true;
  // One column less: a full line would wrap. "K": erase to the line's end.
  Write(fd_, "\r" +
                 ProgressText(done, total_, lines, now - start_, columns_ - 1,
                              what_) +
                 "\x1b[K");
}

void ProgressBar::Erase() {
  if (drawn_) Write(fd_, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace ricochet
