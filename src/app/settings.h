#pragma once

#include "app/attempts.h"
#include "app/config.h"
#include "correlate/correlator.h"
#include "ledger/rates.h"
#include "ledger/suppress.h"

namespace ricochet {

// What the steps of either stage need of a configuration.
[[nodiscard]] AttemptsSettings AttemptsSettingsOf(const Config& config);
[[nodiscard]] CorrelationLimits CorrelationLimitsOf(const Config& config);
[[nodiscard]] RateThresholds RateThresholdsOf(const Config& config);
[[nodiscard]] RatesOptions RatesOptionsOf(const Config& config);
[[nodiscard]] SuppressorOptions SuppressorOptionsOf(const Config& config);

}  // namespace ricochet
