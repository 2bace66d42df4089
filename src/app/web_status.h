#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/web_history.h"
#include "app/web_hour.h"
#include "classify/rule_book.h"
#include "observe/collector.h"
#include "ricochet/rate.h"
#include "ricochet/time.h"
#include "ricochet/wall_clock.h"

namespace ricochet {

// Where the numbers of the page come from; as MetricSources, of which the same
// holds.
struct WebSources {
  MetricSources metrics;
  std::function<std::vector<std::string>()> not_ready;
  RateThresholds thresholds;
  WallClock clock;
};

// What `/api/v1/status` answers: how the program and the mail are doing.
class WebStatus {
 public:
  explicit WebStatus(WebSources sources);

  // JSON. `since`: milliseconds since 1970, in digits; only history after it
  // is told. Anything else, or nothing: all history. `book` has the advice.
  [[nodiscard]] std::string Answer(std::string_view since,
                                   const RuleBook& book) const;

  // Takes a sample for the history; called every few seconds. Any thread.
  [[nodiscard]] WebSample Sample();

 private:
  [[nodiscard]] std::unique_ptr<Counts> ReadCounts() const;

  const WebSources sources_;
  const EventTime started_;
  WebHour hour_;
  WebHistory history_;  // the last: its thread uses the others
};

}  // namespace ricochet
