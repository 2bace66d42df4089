#pragma once

#include "ledger/brake.h"
#include "ricochet/suppression.h"

namespace ricochet {

// What a Suppressor tells while it folds evidence.
class SuppressionSink {
 public:
  virtual ~SuppressionSink() = default;
  // Both die when it returns. `entry` is what is in force now, or was before
  // it was released or expired; without causes when the policy knows none of
  // them any longer.
  virtual void OnChange(SuppressionChange change, const SuppressionEntry& entry,
                        const SuppressionOrigin& origin) = 0;
  // Nobody else of that provider is suppressed in that window: somebody should
  // look at what is wrong.
  virtual void OnBrake(const BrakeAlert& /*alert*/) {}
};

}  // namespace ricochet
