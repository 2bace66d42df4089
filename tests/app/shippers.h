#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/pipeline.h"

namespace ricochet {

// How a shipper hands over a line of syslog of November 2026:
// "Nov 21 19:38:09 mta postfix/smtp[12]: text".
using Wrap = std::function<std::string(const std::string& line)>;

// By the shipper and what it makes of the line: as it is, or taken apart.
[[nodiscard]] const std::map<std::string, Wrap>& ShipperWraps();

// Of each event its message, recipient, reasons and time.
[[nodiscard]] std::vector<std::string> VerdictsOf(const Pipeline& pipeline);

}  // namespace ricochet
