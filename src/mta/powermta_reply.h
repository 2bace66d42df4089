#pragma once

#include "mta/powermta_columns.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Seconds from timeQueued to timeLogged; -1: one of them is not there.
[[nodiscard]] double PowerMtaDelay(const PowerMtaFields& fields) noexcept;

// Sets reply, authority and dsn; and the outcome of a bounce that was an
// expiry.
void SetPowerMtaReply(const PowerMtaFields& fields, MtaEvent& event) noexcept;

}  // namespace ricochet
