#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/time.h"

namespace ricochet {

inline constexpr std::array<std::string_view, 4> kTimeQualityNames = {
    "exact", "inferred", "clamped", "unknown"};

// The name of an enumerator in its enum's list of names.
template <std::size_t N, class E>
[[nodiscard]] constexpr std::string_view NameIn(
    const std::array<std::string_view, N>& names, E value) noexcept {
  return names[static_cast<std::size_t>(value)];
}

// The text at an index that came from outside, or what stands for none.
[[nodiscard]] inline std::string_view TextAt(
    const std::vector<std::string>& texts, std::size_t index,
    std::string_view otherwise) noexcept {
  return index < texts.size() ? std::string_view(texts[index]) : otherwise;
}

}  // namespace ricochet
