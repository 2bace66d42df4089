#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ricochet {

// How quantities are written in the configuration file. Parsers return nothing
// when the text is malformed or does not fit; formatters write what the parsers
// read, in the largest unit that divides evenly.

// "500ms", "10s", "5m", "12h", "7d": a whole number and one unit.
[[nodiscard]] std::optional<std::chrono::milliseconds> ParseDuration(
    std::string_view text);
[[nodiscard]] std::string FormatDuration(std::chrono::milliseconds duration);

// "512B", "64KiB", "1MiB", "1GiB": octets.
[[nodiscard]] std::optional<std::int64_t> ParseSize(std::string_view text);
[[nodiscard]] std::string FormatSize(std::int64_t octets);

// "+01:00", "-03:30": an offset from UTC, at most 14 hours.
[[nodiscard]] std::optional<std::chrono::minutes> ParseZone(
    std::string_view text);
[[nodiscard]] std::string FormatZone(std::chrono::minutes offset);

// "mx.example.org:25", "192.0.2.7:25", "[2001:db8::1]:25".
struct HostPort {
  std::string host;  // without brackets
  int port = 0;
};
[[nodiscard]] std::optional<HostPort> ParseHostPort(std::string_view text);

}  // namespace ricochet
