#pragma once

#include "ledger/ledger_entry.h"
#include "ledger/policy.h"

namespace ricochet {

// What a cause amounts to under its row.
struct Standing {
  bool began = false;           // it has suppressed, once at least
  EventTime expires = kNoTime;  // if it began; kNoTime: never
  int repeats = 0;              // of suppressions that had expired before

  // Does it suppress at `now`?
  [[nodiscard]] bool HoldsAt(EventTime now) const noexcept {
    return began && (expires == kNoTime || expires > now);
  }
};

// Goes through the days in their order: enough of them begin a suppression,
// later ones extend it, and those after its end may begin the next one, for
// twice as long where the row says so. A pure function of what is kept.
[[nodiscard]] Standing StandingOf(const PolicyRow& row,
                                  const LedgerCause& cause) noexcept;

// Until when the cause is worth keeping if it suppresses nobody.
[[nodiscard]] EventTime WorthUntil(const PolicyRow& row,
                                   const LedgerCause& cause) noexcept;

}  // namespace ricochet
