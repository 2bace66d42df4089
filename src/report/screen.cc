#include "report/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ricochet {
namespace {

// SGR parameters (ECMA-48, section 8.3.117), by Tone. The 16 basic colours
// only: the terminal's theme makes them fit its background.
constexpr std::array<std::string_view, 12> kSgr = {
    "",   "1",  "2",       "1;31",    "33",      "32",
    "36", "35", "1;97;41", "1;30;43", "1;30;42", "1;97;100"};

bool Forbidden() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return true;
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) == "dumb";
}

}  // namespace

Screen ScreenOf(int fd, ColorMode mode) {
  Screen screen;
  const bool terminal = ::isatty(fd) != 0;
  screen.color = mode == ColorMode::kAlways ||
                 (mode == ColorMode::kAuto && terminal && !Forbidden());
  winsize size = {};
  if (terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    screen.columns = std::clamp<std::size_t>(size.ws_col, 60, 140);
  }
  return screen;
}

std::string Painted(const Screen& screen, Tone tone, std::string_view text) {
  if (!screen.color || tone == Tone::kPlain || text.empty()) {
    return std::string(text);
  }
  std::string out = "\x1b[";
  out += kSgr[static_cast<std::size_t>(tone)];
  return out.append("m").append(text).append("\x1b[0m");
}

std::string Bar(const Screen& screen, std::uint64_t count, std::uint64_t of,
                std::size_t columns) {
  if (!screen.color || count == 0 || of == 0) return {};
  const double share = static_cast<double>(count) / static_cast<double>(of);
  const auto full = static_cast<std::size_t>(
      std::lround(std::min(share, 1.0) * static_cast<double>(columns)));
  if (full == 0) return "▏";
  std::string bar;
  for (std::size_t i = 0; i < full; ++i) bar += "▇";
  return bar;
}

}  // namespace ricochet
