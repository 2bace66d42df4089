#include "app/config_units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>

namespace ricochet {
namespace {

// A unit's name and how many of the smallest unit it holds.
struct Unit {
  std::string_view name;
  std::int64_t scale;
};

// Smallest first.
constexpr std::array<Unit, 5> kDurations = {{{"ms", 1},
                                             {"s", 1'000},
                                             {"m", 60'000},
                                             {"h", 3'600'000},
                                             {"d", 86'400'000}}};
constexpr std::array<Unit, 4> kSizes = {
    {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};

// Takes the digits off the front of `text`.
std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return number;
}

std::optional<std::int64_t> ParseQuantity(std::string_view text,
                                          std::span<const Unit> units) {
  const auto number = TakeNumber(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (text != unit.name) continue;
    std::int64_t product = 0;
    if (__builtin_mul_overflow(*number, unit.scale, &product)) break;
    return product;
  }
  return std::nullopt;
}

std::string FormatQuantity(std::int64_t quantity, std::span<const Unit> units) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (quantity != 0 && quantity % units[i].scale == 0) best = i;
  }
  return fmt::format("{}{}", quantity / units[best].scale, units[best].name);
}

// Exactly two digits.
std::optional<int> TwoDigits(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !digit(text[0]) || !digit(text[1])) {
    return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto count = ParseQuantity(text, kDurations);
  if (!count) return std::nullopt;
  return std::chrono::milliseconds(*count);
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  return FormatQuantity(duration.count(), kDurations);
}

std::optional<std::int64_t> ParseSize(std::string_view text) {
  return ParseQuantity(text, kSizes);
}

std::string FormatSize(std::int64_t octets) {
  return FormatQuantity(octets, kSizes);
}

std::optional<std::chrono::minutes> ParseZone(std::string_view text) {
  if (text.size() != 6 || text[3] != ':') return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const auto hours = TwoDigits(text.substr(1, 2));
  const auto minutes = TwoDigits(text.substr(4, 2));
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  if (offset > 14 * 60) return std::nullopt;
  return std::chrono::minutes(text[0] == '-' ? -offset : offset);
}

std::string FormatZone(std::chrono::minutes offset) {
  const auto minutes = offset.count() < 0 ? -offset.count() : offset.count();
  return fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+',
                     minutes / 60, minutes % 60);
}

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address needs its brackets
  }
  std::string_view digits = text.substr(colon + 1);
  const auto port = TakeNumber(digits);
  if (host.empty() || !port || !digits.empty() || *port > 65535) {
    return std::nullopt;
  }
  if (host.find_first_of(" \t\r\n[]") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostPort{std::string(host), static_cast<int>(*port)};
}

}  // namespace ricochet
