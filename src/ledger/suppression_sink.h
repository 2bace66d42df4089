#pragma once

#include <cstdint>

#include "ledger/brake.h"
#include "ricochet/suppression.h"

namespace ricochet {

enum class SuppressionChange : std::uint8_t {
  kBegan,     // suppress from now on
  kChanged,   // still, but for other causes or for another time
  kReleased,  // no longer: a delivery, or an operator
  kExpired,   // its time is over; the entry has no causes
};

// What a Suppressor tells while it folds evidence.
class SuppressionSink {
 public:
  virtual ~SuppressionSink() = default;
  // `entry` dies when it returns; of kReleased it is the last that was in
  // force. `because` is the evidence that did it; of kExpired it is empty.
  virtual void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                        EventId because) = 0;
  // Nobody else of that provider is suppressed in that window: somebody should
  // look at what is wrong.
  virtual void OnBrake(const BrakeAlert& /*alert*/) {}
};

}  // namespace ricochet
