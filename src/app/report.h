#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_units.h"
#include "report/screen.h"
#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

struct ReportOptions {
  std::vector<std::string> files;  // "-": standard input
  bool json = false;
  std::string events;        // file to write; empty: none
  std::string suppressions;  // file to write; empty: none
  std::string rates;         // file to write; empty: none
  EventTime since = kNoTime;
  EventTime until = EventTime::max();
  std::optional<int> year;
  std::chrono::minutes zone{0};
  std::string config;  // file; empty: the defaults
  std::string rules;   // folder; empty: the config's, or the built-in ones
  ColorMode color = ColorMode::kAuto;
};

// Both stages chained in memory, over files, and what they show printed on
// standard output. Files are read in the order of their first lines. A file
// that cannot be read to its end is reported, then named in the error.
[[nodiscard]] Result<void> Report(const ReportOptions& options);

// "2026-11-21", "2026-11-21T19:59", "2026-11-21 19:59:23.5+01:00"; UTC unless
// it says.
[[nodiscard]] std::optional<EventTime> ParseTimeArgument(std::string_view text);

}  // namespace ricochet
