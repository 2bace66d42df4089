#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace ricochet {

// The topics that the stages write; names come from the config.
enum class Topic : std::uint8_t {
  kDeliveryEvents,  // mail.delivery-events
  kDeadLetters,     // mail.dead-letters
  kEvidence,        // ricochet.evidence
  kSuppressions,    // mail.suppressions
  kBounceRates,     // mail.bounce-rates
  kState,           // the stage's own changelog
  kCounts,  // what is counted for rates: as kEvidence, but in a backfill
  kSuppressionHistory,  // mail.suppression-history
};
inline constexpr std::size_t kTopics = 8;

struct Header {
  std::string_view name;
  std::string_view value;
};

// One record to be produced. The views die when Emit() returns.
// It has no time: Kafka deletes by the record's own timestamp, so one in event
// time would take a backfill of old logs away again within minutes. The event's
// time is in the value and in the header ce_time.
struct OutputRecord {
  Topic topic = Topic::kDeliveryEvents;
  std::string_view key;
  std::string_view value;
  bool tombstone = false;  // a null value: deletes the key when compacted
  std::span<const Header> headers;
  std::int32_t partition = -1;  // -1: by the key
};

// Where a stage's output records go: a producer, a file, nowhere (replay).
// Owned by one worker thread; called per output, never per line.
class Emitter {
 public:
  virtual ~Emitter() = default;
  virtual void Emit(const OutputRecord& record) = 0;
};

}  // namespace ricochet
