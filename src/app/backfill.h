#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/rules.h"
#include "ricochet/result.h"
#include "ricochet/time.h"
#include "stream/admin.h"

namespace ricochet {

// The configuration of a backfill of `live`. Groups, transactions, changelogs
// and the topic between the stages are its own, named after it; outputs and the
// topic of evidence are the live run's. It runs both stages, from the beginning
// of the logs. `now`, the wall clock, decides which outcomes are too old to be
// evidence. Fails with kConfig on a name that cannot be part of a topic's.
[[nodiscard]] Result<Config> BackfillOf(const Config& live,
                                        const std::string& name, EventTime now);

// The topics that a backfill has for itself. `backfill` is from BackfillOf().
[[nodiscard]] std::vector<TopicSpec> OwnTopicsOf(const Config& backfill);

// Waits so long; true: it is time to stop.
using StopWait = std::function<bool(std::chrono::milliseconds)>;

// Runs a backfill until all that the logs held when it began has been read and
// the windows over it are told, or until `wait` says so; started again under
// the same name, it goes on where it was. `backfill` is from BackfillOf(), and
// the live run's topics exist.
[[nodiscard]] Result<void> RunBackfill(const Config& backfill,
                                       const Rules& rules,
                                       const StopWait& wait);

}  // namespace ricochet
