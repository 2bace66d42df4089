#pragma once

#include "app/attempts.h"
#include "app/config.h"
#include "correlate/correlator.h"

namespace ricochet {

// What the steps of the first stage need of a configuration.
[[nodiscard]] AttemptsSettings AttemptsSettingsOf(const Config& config);
[[nodiscard]] CorrelationLimits CorrelationLimitsOf(const Config& config);

}  // namespace ricochet
