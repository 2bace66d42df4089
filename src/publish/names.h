#pragma once

#include <array>
#include <cstddef>
#include <string_view>

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

}  // namespace ricochet
