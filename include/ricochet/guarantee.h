#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ricochet {

// What happens to outputs when a worker dies between writing and committing.
enum class Guarantee : std::uint8_t {
  kExactlyOnce,  // one transaction holds outputs and offsets
  kAtLeastOnce,  // outputs may come again, with the same ids
};
inline constexpr std::array<std::string_view, 2> kGuaranteeNames = {
    "exactly_once", "at_least_once"};

}  // namespace ricochet
