#pragma once

#include <cstdint>
#include <string_view>

#include "ricochet/fate.h"

namespace ricochet {

// What a row of the message tracking log tells, by its event-id.
struct ExchangeEventId {
  enum class Tells : std::uint8_t {
    kDelivered,
    kDeferred,
    kFailed,
    kReceived,
    kNothing,  // of interest; `cause` names it
  };
  std::string_view name;
  Tells tells;
  Cause cause;
};

// Null: no such event-id is published.
[[nodiscard]] const ExchangeEventId* FindExchangeEventId(
    std::string_view name) noexcept;

}  // namespace ricochet
