#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/event.h"

namespace ricochet {

// What an id is of: one line may give both a delivery event and a suppression.
// The numbers enter the ids, so they never change.
enum class EventType : std::uint8_t {
  kDelivery = 1,
  kDeadLetter = 2,
  kSuppression = 3,
  kBounceRate = 4,
  kSuppressionChange = 5,
};

// Makes the ids of events that come from input records.
// Immutable once built; costs one hash of 40 octets a call.
class EventIds {
 public:
  // `topics` are the names that Partition::topic indexes; for files, their
  // names. Keeps no view.
  EventIds(std::string_view cluster, std::span<const std::string> topics);

  [[nodiscard]] EventId Make(const Source& source,
                             EventType type) const noexcept;

 private:
  std::vector<EventId> topics_;  // of (cluster, topic)
};

// The id of an event that a state change gave: of the state's key and of the
// evidence that changed it (for a timer, an id that names the deadline).
[[nodiscard]] EventId DeriveId(EventType type, std::string_view state_key,
                               EventId because) noexcept;

// 32 lower-case hex digits.
[[nodiscard]] std::array<char, 32> ToHex(EventId id) noexcept;

// Writes 16 lower-case hex digits.
void WriteHex(std::uint64_t value, char* out) noexcept;

}  // namespace ricochet
