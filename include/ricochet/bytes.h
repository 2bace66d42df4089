#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__  // part of every x86-64
#include <emmintrin.h>
#endif

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

// Eight octets, the capitals of ASCII among them made small.
[[nodiscard]] constexpr std::uint64_t LowerOctets(
    std::uint64_t eight) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = kOnes * 0x80;
  const std::uint64_t lows = eight & ~kHighs;
  const std::uint64_t from_a = lows + kOnes * (0x80 - 'A');
  const std::uint64_t beyond_z = lows + kOnes * (0x7F - 'Z');
  return eight | (from_a & ~beyond_z & ~eight & kHighs) >> 2;
}

// Sixteen octets; Is(any...) and In(first, last) have a bit for each, that of
// the first one lowest.
class Sixteen {
 public:
#ifdef __SSE2__
  explicit Sixteen(const char* at) noexcept
      : octets_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}

  template <std::same_as<char>... Chars>
  [[nodiscard]] unsigned Is(Chars... any) const noexcept {
    return Bits((_mm_cmpeq_epi8(octets_, _mm_set1_epi8(any)) | ...));
  }
  [[nodiscard]] unsigned In(char first, char last) const noexcept {
    const __m128i from = _mm_sub_epi8(octets_, _mm_set1_epi8(first));
    const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
    return Bits(_mm_cmpeq_epi8(_mm_min_epu8(from, most), from));
  }
  [[nodiscard]] bool operator==(const Sixteen& other) const noexcept {
    return Bits(_mm_cmpeq_epi8(octets_, other.octets_)) == 0xFFFF;
  }

 private:
  static unsigned Bits(__m128i octets) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(octets));
  }

  __m128i octets_;
#else
  explicit Sixteen(const char* at) noexcept {
    std::memcpy(octets_.data(), at, octets_.size());
  }

  template <std::same_as<char>... Chars>
  [[nodiscard]] unsigned Is(Chars... any) const noexcept {
    return (In(any, any) | ...);
  }
  [[nodiscard]] unsigned In(char first, char last) const noexcept {
    unsigned bits = 0;
    for (unsigned i = 0; i < octets_.size(); ++i) {
      if (octets_[i] >= first && octets_[i] <= last) bits |= 1U << i;
    }
    return bits;
  }
  [[nodiscard]] bool operator==(const Sixteen& other) const noexcept {
    return octets_ == other.octets_;
  }

 private:
  std::array<char, 16> octets_;
#endif
};

// Where the first of the octets `any` is; text.size() if nowhere.
template <std::same_as<char>... Chars>
[[nodiscard]] std::size_t FindNear(std::string_view text,
                                   Chars... any) noexcept {
  const auto find = [&](const char* at) { return Sixteen(at).Is(any...); };
  std::size_t i = 0;
  for (; i + 16 <= text.size(); i += 16) {
    const unsigned found = find(text.data() + i);
    if (found != 0) return i + static_cast<unsigned>(std::countr_zero(found));
  }
  if (i < text.size() && text.size() >= 16) {
    // The last sixteen, of which some were searched before.
    const std::size_t last = text.size() - 16;
    const unsigned found = find(text.data() + last) >> (i - last);
    return found == 0 ? text.size()
                      : i + static_cast<unsigned>(std::countr_zero(found));
  }
  while (i < text.size() && ((text[i] != any) && ...)) ++i;
  return i;
}

// Are the first `size` octets of both the same? At least eight.
[[nodiscard]] inline bool SameOctets(const char* a, const char* b,
                                     std::size_t size) noexcept {
  if (size >= 16) {
    const std::size_t end = size - 16;
    for (std::size_t i = 0; i < end; i += 16) {
      if (!(Sixteen(a + i) == Sixteen(b + i))) return false;
    }
    return Sixteen(a + end) == Sixteen(b + end);
  }
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
