#pragma once

#include <cstddef>
#include <string_view>

namespace ricochet {

// ASCII only, whatever the locale: protocol words are ASCII, and bytes above
// 0x7F are left as they are.
[[nodiscard]] constexpr char AsciiLower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

[[nodiscard]] constexpr bool EqualsIgnoreCase(std::string_view a,
                                              std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (AsciiLower(a[i]) != AsciiLower(b[i])) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool EndsWithIgnoreCase(
    std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() &&
         EqualsIgnoreCase(text.substr(text.size() - suffix.size()), suffix);
}

}  // namespace ricochet
