#pragma once

#include <string>
#include <string_view>

#include "publish/cloud_event.h"
#include "publish/json.h"
#include "publish/time_text.h"
#include "ricochet/output.h"
#include "ricochet/rate_window.h"

namespace ricochet {

// Writes windows as config/schemas/bounce-rate.schema.json says.
// Owned by one worker; not thread-safe. Views die at the next call of the same
// function, or with the window.
class BounceRateEncoder {
 public:
  // `ce_source` names cluster and topic, as a URI-reference.
  explicit BounceRateEncoder(std::string_view ce_source)
      : source_(ce_source), headers_(kBounceRateType, "application/json") {}

  // The window as JSON, without a newline.
  [[nodiscard]] std::string_view Encode(const RateWindow& window);

  // The record for mail.bounce-rates, keyed "tenant|stream|sender domain|
  // provider|egress|start|length in seconds". Its id is made from that key and
  // the revision.
  [[nodiscard]] OutputRecord ToRecord(const RateWindow& window);

 private:
  void WriteDimensions(const RateDimensions& dimensions);
  void WriteCounts(const RateNumbers& numbers);
  void WriteRates(const RateWindow& window);
  void WriteReasons(const RateWindow& window);
  void SetKey(const RateWindow& window);

  std::string source_;
  JsonWriter json_;
  CloudEventHeaders headers_;
  TimeText start_;
  std::string key_;
};

}  // namespace ricochet
