#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ricochet::bench {

// Spreads the bits of `x` (SplitMix64's finaliser): a hash for small numbers.
[[nodiscard]] constexpr std::uint64_t Mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

// xoshiro256**: the same numbers from the same seed on every machine, which
// the distributions of <random> do not promise. Integers only, for that reason.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (auto& word : state_) word = seed = Mix(seed);
  }

  std::uint64_t Next() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // A number in [0, n); n > 0.
  std::uint64_t Below(std::uint64_t n) noexcept { return Scale(Next(), n); }
  // A number in [low, high].
  std::int64_t Between(std::int64_t low, std::int64_t high) noexcept {
    return low + static_cast<std::int64_t>(
                     Below(static_cast<std::uint64_t>(high - low) + 1));
  }
  // True `permille` times in a thousand.
  bool Chance(std::uint64_t permille) noexcept {
    return Below(1000) < permille;
  }

  // Roughly exponential with that mean, in whole numbers: -log2(u) taken
  // linearly between powers of two, so that no libm is asked.
  std::int64_t Exponential(std::int64_t mean) noexcept {
    const std::uint64_t u = Next() | 1;
    const int zeros = std::countl_zero(u);
    const std::uint64_t fraction = zeros == 63 ? 0 : (u << (zeros + 1)) >> 44;
    const std::uint64_t log2 =
        (static_cast<std::uint64_t>(zeros) << 20) + (1U << 20) - fraction;
    // ln 2 * 2^-20, less the 0.0573 that the straight lines add to the mean.
    const std::uint64_t scaled =
        (log2 * static_cast<std::uint64_t>(mean) >> 10) * 667 / 1000;
    return static_cast<std::int64_t>(scaled >> 10);
  }

  // Maps a 64-bit number evenly to [0, n).
  [[nodiscard]] static std::uint64_t Scale(std::uint64_t x,
                                           std::uint64_t n) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(x) * n) >> 64);
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace ricochet::bench
