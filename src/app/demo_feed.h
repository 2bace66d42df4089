#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

// One log line as a shipper sends it: a record of its own, keyed by the host.
struct ShippedLine {
  std::string host;
  std::string text;
};

// The lines of the sample logs, file after file.
[[nodiscard]] Result<std::vector<ShippedLine>> ReadSamples(
    const std::vector<std::string>& files);

// The sample logs that come with the source, found beside the working folder
// or beside the program; empty: not found.
[[nodiscard]] std::vector<std::string> FindSamples();

// `line` with an RFC 3164 stamp (section 4.1.2) in front replaced by `now`;
// as it is when it has none.
[[nodiscard]] std::string Restamped(std::string_view line, EventTime now);

// `line` as it reads when the same is sent to others: in each round of the
// samples but the first, to=<ann@...> is another address of that domain.
[[nodiscard]] std::string ToOthers(std::string line, int round);

// `line` as it reads when Gmail refuses what it took, for its content; lines of
// other servers, and of what was not delivered, as they are.
[[nodiscard]] std::string RefusedByGmail(std::string_view line);

}  // namespace ricochet
