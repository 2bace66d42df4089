#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Small scanners over a string_view that the caller owns. None allocates.
namespace ricochet {

[[nodiscard]] inline bool Contains(std::string_view text,
                                   std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

// text.rfind(part), for which libstdc++ 12 compares at every octet; this one
// where the last octet of `part` is. `part` is not empty.
[[nodiscard]] inline std::size_t FindLast(std::string_view text,
                                          std::string_view part) noexcept {
  const std::size_t before = part.size() - 1;
  while (text.size() > before) {
    const void* last =
        ::memrchr(text.data() + before, part.back(), text.size() - before);
    if (last == nullptr) break;
    const char* const at = static_cast<const char*>(last) - before;
    const auto found = static_cast<std::size_t>(at - text.data());
    if (std::memcmp(at, part.data(), before) == 0) return found;
    text.remove_suffix(text.size() - before - found);
  }
  return std::string_view::npos;
}

[[nodiscard]] inline bool IsDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// text.starts_with(prefix) and text == word; of those, libstdc++ 12 makes calls
// of memcmp, of these, a comparison or two, when the second is a literal.
[[nodiscard]] inline bool StartsWith(std::string_view text,
                                     std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         std::memcmp(text.data(), prefix.data(), prefix.size()) == 0;
}
[[nodiscard]] inline bool Is(std::string_view text,
                             std::string_view word) noexcept {
  return text.size() == word.size() && StartsWith(text, word);
}

inline constexpr auto kAlnum = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = true;
  return table;
}();
[[nodiscard]] inline bool IsAlnum(char c) noexcept {
  return kAlnum[static_cast<unsigned char>(c)];
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
  if (!StartsWith(rest, prefix)) return false;
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

// Takes "12" or "0.07"; -1 if there is no number, or one of more than 18
// digits.
template <class Real>
[[nodiscard]] Real TakeDecimal(std::string_view& rest) noexcept {
  constexpr std::array<Real, 10> kPowers = {1,   1e1, 1e2, 1e3, 1e4,
                                            1e5, 1e6, 1e7, 1e8, 1e9};
  std::size_t n = 0;
  std::uint64_t value = 0;
  for (; n < rest.size() && n <= 18 && IsDigit(rest[n]); ++n) {
    value = value * 10 + static_cast<std::uint64_t>(rest[n] - '0');
  }
  if (n == 0 || n > 18) return -1;
  std::size_t decimals = 0;
  if (n + 1 < rest.size() && rest[n] == '.' && IsDigit(rest[n + 1])) {
    for (++n; n < rest.size() && IsDigit(rest[n]); ++n) {
      if (n >= 18 || decimals == 9) continue;  // beyond any clock
      value = value * 10 + static_cast<std::uint64_t>(rest[n] - '0');
      ++decimals;
    }
  }
  rest.remove_prefix(n);
  return static_cast<Real>(value) / kPowers[decimals];
}

}  // namespace ricochet
