#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "classify/ruleset.h"
#include "correlate/correlator.h"
#include "decode/decoder.h"
#include "mta/parser.h"
#include "mta/parser_memory.h"
#include "mta/registry.h"
#include "publish/event_id.h"
#include "ricochet/counts.h"
#include "ricochet/event.h"
#include "ricochet/record.h"

namespace ricochet {

struct AttemptsSettings {
  DecodeOptions decode;
  // Names and addresses of our own smart hosts: what they say is not the
  // recipient's server speaking.
  std::vector<std::string> relays;
  // By the number of a record's topic: the one format of its lines. Null, or
  // beyond the last: each line tells its own.
  std::vector<const Format*> formats;
  // Only events within [since, until) are given; lines outside still tell
  // whose message it is.
  EventTime since = kNoTime;
  EventTime until = EventTime::max();
  // A record is a block of a file: its lines are numbered by their offset in
  // the file, so that the blocks' size changes nothing.
  bool records_are_blocks = false;
};

// The first stage: log lines in, delivery events out. The order of the calls
// in attempts.cc is the way of a record.
// Owned by one worker thread; what must be kept between records is in the
// Correlator of the record's partition. No allocation and no lock per line.
class Attempts {
 public:
  // `ids` must outlive this object.
  Attempts(AttemptsSettings settings, std::unique_ptr<Ruleset> rules,
           const EventIds& ids);

  // What the record's lines were and gave is added to `counts`.
  void Process(const Record& record, Correlator& correlator, EventSink& sink,
               Counts& counts);

  // Replaces the rules, between two records. Returns those of before.
  [[nodiscard]] std::unique_ptr<Ruleset> Use(std::unique_ptr<Ruleset> rules) {
    return std::exchange(rules_, std::move(rules));
  }
  [[nodiscard]] const Ruleset& rules() const noexcept { return *rules_; }

 private:
  void Line(const LogLine& line, Correlator& correlator, EventSink& sink);
  std::uint32_t Facts(const LogLine& line, Correlator& correlator,
                      EventSink& sink);
  std::uint32_t Given(const LogLine& line, Correlator& correlator,
                      EventSink& sink);
  void Give(const DeliveryAttempt& attempt, const LogLine& line,
            Correlator& correlator, EventSink& sink);
  void DeadLetterOf(const LogLine& line, Mta mta, Reject reason,
                    std::string_view error, EventSink& sink);
  [[nodiscard]] Verdict Judge(const DeliveryAttempt& attempt,
                              SmtpResponse& response);
  [[nodiscard]] bool InRange(EventTime time) const noexcept;
  [[nodiscard]] Source NextSource(const LogLine& line) noexcept;
  void CountLine(Mta mta, Cause cause) noexcept;

  const AttemptsSettings settings_;
  Decoder decoder_;
  std::unique_ptr<Ruleset> rules_;
  const EventIds& ids_;

  const Record* record_ = nullptr;  // during Process()
  Counts* counts_ = nullptr;        // during Process()
  const Format* format_ = nullptr;  // of all the record's lines; null: of each
  std::uint32_t events_ = 0;  // given so far, of the record or of the line
  ParserMemory memory_;
  MtaEvent event_;
};

// The verdict on a complaint or an unsubscription.
[[nodiscard]] Verdict WishVerdict(Outcome outcome,
                                  ProviderId provider) noexcept;

// The verdict on a message that was given up: kind and fault are those of its
// last reply. `last` is null when no reply is known.
[[nodiscard]] Verdict ExpiredVerdict(const LastReply* last) noexcept;

// Whether the event is one attempt's reply that was judged, as the verdicts of
// Counts are.
[[nodiscard]] bool CountsAsVerdict(const DeliveryEvent& event) noexcept;

// Adds one event to the metrics' counts.
void CountEvent(const DeliveryEvent& event, Counts& counts) noexcept;

}  // namespace ricochet
