#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace ricochet {

// Delays from a millisecond to weeks, in buckets a quarter octave wide: a
// quantile is right within an eighth. Adding costs no more than a few ns.
class DelayHistogram {
 public:
  // In seconds; negative: not known, ignored.
  void Add(double delay_s) noexcept {
    if (!(delay_s >= 0)) return;
    const double capped = delay_s < kMaxDelay ? delay_s : kMaxDelay;
    const auto ms = static_cast<std::uint64_t>(capped * 1000 + 0.5);
    ++buckets_[BucketOf(ms)];
    ++count_;
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  // The delay that the share `q` of all stays at or below; 0 when empty.
  [[nodiscard]] double Quantile(double q) const noexcept {
    const auto rank =
        static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= rank && seen > 0) return MiddleOf(i);
    }
    return 0;
  }

 private:
  static constexpr double kMaxDelay = 1e8;  // three years

  // Below 4 ms one bucket each; then four for each doubling.
  static std::size_t BucketOf(std::uint64_t ms) noexcept {
    if (ms < 4) return static_cast<std::size_t>(ms);
    const auto octave = static_cast<unsigned>(std::bit_width(ms)) - 1;
    return 4 * (octave - 1) + ((ms >> (octave - 2)) & 3U);
  }
  static double MiddleOf(std::size_t bucket) noexcept {
    if (bucket < 4) return static_cast<double>(bucket) / 1000;
    const double low = std::ldexp(4.0 + static_cast<double>(bucket % 4),
                                  static_cast<int>(bucket / 4) - 1);
    const double width = std::ldexp(1.0, static_cast<int>(bucket / 4) - 1);
    return (low + (width - 1) / 2) / 1000;
  }

  std::array<std::uint64_t, 148> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace ricochet
