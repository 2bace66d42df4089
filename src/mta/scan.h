#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Small scanners over a string_view that the caller owns. None allocates.
namespace ricochet {

[[nodiscard]] inline bool Contains(std::string_view text,
                                   std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

[[nodiscard]] inline bool IsDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] inline bool IsAlnum(char c) noexcept {
  return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Without the blanks, CR, LF and NUL that shippers leave at a line's end.
[[nodiscard]] inline std::string_view TrimEnd(std::string_view text) noexcept {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
    text.remove_suffix(1);
  }
  return text;
}

// Takes `prefix` off the front of `rest`; false, and nothing taken, if `rest`
// does not begin with it.
[[nodiscard]] inline bool Take(std::string_view& rest,
                               std::string_view prefix) noexcept {
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

// Takes what stands before the first `c`, or all; leaves `c`.
[[nodiscard]] inline std::string_view TakeUntil(std::string_view& rest,
                                                char c) noexcept {
  const auto taken = rest.substr(0, rest.find(c));
  rest.remove_prefix(taken.size());
  return taken;
}

// Takes the letters and digits at the front.
[[nodiscard]] inline std::string_view TakeAlnum(
    std::string_view& rest) noexcept {
  std::size_t n = 0;
  while (n < rest.size() && IsAlnum(rest[n])) ++n;
  const auto taken = rest.substr(0, n);
  rest.remove_prefix(n);
  return taken;
}

// Takes decimal digits; -1 if there are none or the number exceeds `max`.
[[nodiscard]] inline std::int64_t TakeNumber(std::string_view& rest,
                                             std::int64_t max) noexcept {
  std::size_t n = 0;
  std::uint64_t value = 0;
  for (; n < rest.size() && IsDigit(rest[n]); ++n) {
    value = value * 10 + static_cast<std::uint64_t>(rest[n] - '0');
  }
  rest.remove_prefix(n);
  const bool fits =
      n > 0 && n <= 18 && value <= static_cast<std::uint64_t>(max);
  return fits ? static_cast<std::int64_t>(value) : -1;
}

// Takes "12" or "0.07"; -1 if there is no number. Digits that a double cannot
// hold are dropped.
template <class Real>
[[nodiscard]] Real TakeDecimal(std::string_view& rest) noexcept {
  constexpr std::array<Real, 10> kPowers = {1,   1e1, 1e2, 1e3, 1e4,
                                            1e5, 1e6, 1e7, 1e8, 1e9};
  std::size_t n = 0;
  Real value = 0;
  for (; n < rest.size() && IsDigit(rest[n]); ++n) {
    value = value * 10 + static_cast<Real>(rest[n] - '0');
  }
  if (n == 0) return -1;
  if (n + 1 < rest.size() && rest[n] == '.' && IsDigit(rest[n + 1])) {
    std::uint32_t fraction = 0;
    std::size_t digits = 0;
    for (++n; n < rest.size() && IsDigit(rest[n]); ++n) {
      if (digits == 9) continue;
      fraction = fraction * 10 + static_cast<std::uint32_t>(rest[n] - '0');
      ++digits;
    }
    value += static_cast<Real>(fraction) / kPowers[digits];
  }
  rest.remove_prefix(n);
  return value;
}

}  // namespace ricochet
