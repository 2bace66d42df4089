#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ricochet {

// How much a log record matters to whoever runs the program.
enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
inline constexpr std::array<std::string_view, 4> kLogLevelNames = {
    "debug", "info", "warning", "error"};

}  // namespace ricochet
