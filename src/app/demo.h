#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "ricochet/result.h"

namespace ricochet {

struct DemoOptions {
  std::vector<std::string> files;  // sample logs; empty: tests/data/samples
  std::string listen = "127.0.0.1:9464";  // of /metrics
  // When Gmail begins to refuse our mail, for four of every twelve minutes.
  std::chrono::seconds incident_after{120};
  bool serve = false;  // keep running and feeding until a signal comes
};

// The whole program in one process, without a broker of its own: starts
// librdkafka's in-process broker, feeds it sample logs as a shipper would,
// runs both stages over it and shows what came out.
[[nodiscard]] Result<void> Demo(const DemoOptions& options);

}  // namespace ricochet
