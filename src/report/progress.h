#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ricochet {

// What there is so much of.
enum class ProgressOf : std::uint8_t { kBytes, kRecords };

// What a progress bar says, in at most `columns`: share read, how much of what,
// lines a second, time left. Without a known total: no bar, no share.
[[nodiscard]] std::string ProgressText(std::uint64_t done, std::uint64_t total,
                                       std::uint64_t lines,
                                       std::chrono::duration<double> elapsed,
                                       std::size_t columns,
                                       ProgressOf what = ProgressOf::kBytes);

// One line on a terminal, redrawn at most ten times a second and erased at the
// end; writes nothing when `fd` is none. Update() costs a clock reading, so it
// may be called for every block. One thread.
class ProgressBar {
 public:
  using Clock = std::chrono::steady_clock;

  // `total` 0: not known.
  ProgressBar(int fd, std::uint64_t total, Clock::time_point now = Clock::now(),
              ProgressOf what = ProgressOf::kBytes);
  ~ProgressBar() { Erase(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Update(std::uint64_t done, std::uint64_t lines,
              Clock::time_point now = Clock::now());
  // Call it before writing anything else to the terminal.
  void Erase();

 private:
  int fd_;
  bool terminal_;
  std::size_t columns_;
  std::uint64_t total_;
  Clock::time_point start_;
  Clock::time_point next_;
  ProgressOf what_;
  bool drawn_ = false;
};

}  // namespace ricochet
