#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/attempts.h"
#include "ricochet/counts.h"
#include "ricochet/event.h"

namespace ricochet {

// An event, copied out of the pipeline's views.
struct SeenEvent {
  EventId id;
  Source source;
  Outcome outcome;
  Role role;
  bool final;
  EventTime time;
  TimeQuality time_quality;
  std::string instance;
  std::string service;
  std::string queue_id;
  std::string recipient;
  std::string original_recipient;
  bool has_sender;
  std::string sender;
  std::uint32_t attempt;
  std::string dsn;  // "5.1.1"
  Verdict verdict;
  std::uint16_t reply_code;
  std::string text;
  std::uint64_t template_id;
  bool truncated;
  struct {
    std::string dnsbl, listed_ip, url, tag, new_address;
  } entities;

  // The verdict's reason; of an expiry, its last reply's.
  [[nodiscard]] Reason reason() const {
    return outcome == Outcome::kExpired ? verdict.last_reason : verdict.reason;
  }
};

struct SeenLetter {
  Reject reason;
  std::string value;
  std::string error;
};

// The first stage with the built-in rules, in memory: lines in, events out.
class Pipeline final : public EventSink {
 public:
  explicit Pipeline(AttemptsSettings settings = {},
                    CorrelationLimits limits = {});

  // Processes one record, as of Kafka.
  void Feed(std::string_view value, EventTime time = kNoTime,
            std::string_view key = {});

  void OnEvent(const DeliveryEvent& event) override;
  void OnDeadLetter(const DeadLetter& letter) override;

  std::vector<SeenEvent> events;
  std::vector<SeenLetter> letters;
  std::function<void(const DeliveryEvent&)> on_event;  // may be empty
  std::unique_ptr<Counts> counts = std::make_unique<Counts>();

  [[nodiscard]] std::uint64_t Counted(Cause cause) const;
  // Over all fates.
  [[nodiscard]] std::uint64_t LinesCounted() const;

 private:
  Attribution attribution_;
  EventIds ids_;
  Attempts attempts_;
  Correlator correlator_;
  Offset offset_ = 0;
};

// A whole file; the test fails when it cannot be read.
[[nodiscard]] std::string ReadFile(const std::string& path);
[[nodiscard]] std::vector<std::string> Lines(std::string_view text);
[[nodiscard]] std::uint64_t CountOf(std::string_view text,
                                    std::string_view part);

// The folder of reference data, or empty when it is not there.
[[nodiscard]] std::string ReferenceData();

}  // namespace ricochet
