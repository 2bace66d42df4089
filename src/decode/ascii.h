#pragma once

#include <cstddef>
#include <string_view>

namespace ricochet {

// Character classes of ASCII, whatever the locale.
[[nodiscard]] constexpr bool IsDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool IsAlpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool IsAlnum(char c) noexcept {
  return IsDigit(c) || IsAlpha(c);
}
[[nodiscard]] constexpr bool IsBlank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r';
}

constexpr void SkipSpaces(std::string_view& text) noexcept {
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  text.remove_prefix(i);
}

[[nodiscard]] constexpr bool IsBlank(std::string_view text) noexcept {
  for (const char c : text) {
    if (!IsBlank(c)) return false;
  }
  return true;
}

}  // namespace ricochet
