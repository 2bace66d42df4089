#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Scans of a few octets at a time, for what is only some octets away: a call of
// memchr or memcmp would cost more than it does. Nothing beyond the view is
// read; none allocates.
namespace ricochet {

// The eight octets at `at`, the first one lowest.
[[nodiscard]] inline std::uint64_t LoadEight(const char* at) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  if constexpr (std::endian::native == std::endian::big) {
    bits = __builtin_bswap64(bits);
  }
  return bits;
}

// The highest bit of each octet of `eight` that is `c`.
[[nodiscard]] constexpr std::uint64_t EqualOctets(std::uint64_t eight,
                                                  char c) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kLows = 0x7F7F7F7F7F7F7F7F;
  const std::uint64_t x = eight ^ (kOnes * static_cast<unsigned char>(c));
  return ~(((x & kLows) + kLows) | x | kLows);
}

// Where the first `c` is; text.size() if nowhere.
[[nodiscard]] inline std::size_t FindNear(std::string_view text,
                                          char c) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t pattern = kOnes * static_cast<unsigned char>(c);
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    const std::uint64_t x = LoadEight(text.data() + i) ^ pattern;
    const std::uint64_t found = (x - kOnes) & ~x & kHighs;
    if (found != 0) {
      return i + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  if (i < text.size() && text.size() >= 8) {
    // The last eight, of which some were searched before.
    const std::size_t last = text.size() - 8;
    const std::uint64_t x = LoadEight(text.data() + last) ^ pattern;
    const std::uint64_t found =
        ((x - kOnes) & ~x & kHighs) >> (8 * (i - last)) << (8 * (i - last));
    return found == 0
               ? text.size()
               : last + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (i < text.size() && text[i] != c) ++i;
  return i;
}

// Are the first `size` octets of both the same? At least eight.
[[nodiscard]] inline bool SameOctets(const char* a, const char* b,
                                     std::size_t size) noexcept {
  const std::size_t last = size - 8;
  for (std::size_t i = 0; i < last; i += 8) {
    if (LoadEight(a + i) != LoadEight(b + i)) return false;
  }
  return LoadEight(a + last) == LoadEight(b + last);
}

// a == b of short texts.
[[nodiscard]] inline bool SameShort(std::string_view a,
                                    std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  if (a.size() >= 8) return SameOctets(a.data(), b.data(), a.size());
  const auto four = [](const char* at) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, at, sizeof bits);
    return bits;
  };
  if (a.size() >= 4) {
    const std::size_t last = a.size() - 4;
    return four(a.data()) == four(b.data()) &&
           four(a.data() + last) == four(b.data() + last);
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// memcpy of a short text, without a call.
inline void CopyShort(std::string_view from, char* to) noexcept {
  const std::size_t size = from.size();
  if (size >= 8) {
    std::size_t i = 0;
    for (; i + 8 < size; i += 8) std::memcpy(to + i, from.data() + i, 8);
    std::memcpy(to + size - 8, from.data() + size - 8, 8);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

}  // namespace ricochet
