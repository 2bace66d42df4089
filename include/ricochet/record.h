#pragma once

#include <cstdint>
#include <string_view>

#include "ricochet/time.h"

namespace ricochet {

// A partition of an input topic; `topic` indexes the input topics of the
// running program (for files: the file's number on the command line).
struct Partition {
  std::int32_t topic = 0;
  std::int32_t number = 0;

  friend bool operator==(Partition, Partition) = default;
  friend auto operator<=>(Partition, Partition) = default;
};

using Offset = std::int64_t;

// "No offset": nothing was ever committed.
inline constexpr Offset kNoOffset = -1;

// One input record: a Kafka message, or a block of lines of a file.
// The views are owned by the transport and die when Process() returns.
struct Record {
  std::string_view value;
  std::string_view key;
  Partition partition;
  Offset offset = 0;
  // When the broker or the producer stamped it; for a file, its modification
  // time. Year and zone of a line are inferred from it.
  EventTime time = kNoTime;
};

}  // namespace ricochet
