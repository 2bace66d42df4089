#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "ricochet/delivery_attempt.h"
#include "ricochet/entities.h"
#include "ricochet/fate.h"
#include "ricochet/record.h"
#include "ricochet/smtp.h"
#include "ricochet/verdict.h"

namespace ricochet {

// 128 bits derived from (cluster, topic, partition, offset, index in the
// record, event type): the same input gives the same id, whoever reads it and
// however often.
struct EventId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(EventId, EventId) = default;
  friend auto operator<=>(EventId, EventId) = default;
};

// Where an event came from.
struct Source {
  Partition partition;
  Offset offset = 0;
  std::uint32_t index = 0;  // of the event in its record
};

// The first stage's main output. References die when the sink returns.
struct DeliveryEvent {
  EventId id;
  Source source;
  const DeliveryAttempt& attempt;
  const SmtpResponse& response;
  const Verdict& verdict;
  Entities entities;  // of a failure: what the reply names
};

// Input that was not understood, with its bytes untouched.
struct DeadLetter {
  EventId id;
  Source source;
  Reject reason = Reject::kDecode;
  std::string_view error;  // what is wrong, in a few words; may be empty
  std::string_view value;
  std::string_view key;  // of the record
  EventTime time = kNoTime;
};

// Where the first stage's events go. Called per event, never per line; the
// views die when it returns.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void OnEvent(const DeliveryEvent& event) = 0;
  virtual void OnDeadLetter(const DeadLetter& letter) = 0;
};

}  // namespace ricochet
