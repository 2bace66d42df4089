#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ricochet {

enum class ColorMode : std::uint8_t { kAuto, kAlways, kNever };

// What the report is written on.
struct Screen {
  bool color = false;
  std::size_t columns = 100;
};

// Looks at `fd`: coloured when it is a terminal that can (TERM is not "dumb")
// and the environment does not say NO_COLOR (https://no-color.org), or when
// forced. As wide as the terminal, within 60 to 140 columns; else 100.
[[nodiscard]] Screen ScreenOf(int fd, ColorMode mode = ColorMode::kAuto);

enum class Tone : std::uint8_t {
  kPlain,
  kBold,
  kDim,
  kRed,
  kYellow,
  kGreen,
  kCyan,
  kMagenta,
  kRedBadge,
  kYellowBadge,
  kGreenBadge,
  kGreyBadge,
};

// `text` in that tone, when the screen has colours.
[[nodiscard]] std::string Painted(const Screen& screen, Tone tone,
                                  std::string_view text);

// A bar of at most `columns` for count / of; empty on a screen without
// colours. What is not 0 has at least a sliver.
[[nodiscard]] std::string Bar(const Screen& screen, std::uint64_t count,
                              std::uint64_t of, std::size_t columns);

}  // namespace ricochet
