#pragma once

#include <span>
#include <string_view>

#include "ricochet/entities.h"
#include "ricochet/verdict.h"

namespace ricochet {

// Finds what a failing reply names; nothing in the reply to a delivery. Views
// of `text`, of whose first 2048 octets each is looked at a few times: no
// regex, no allocation.
//
// `text` is a reply without its codes; `reason` is that of the verdict on it: a
// blocklist is looked for only where one is the reason, the address refused
// also where its reputation is, a new address only where a mailbox has moved.
// That is none of `recipients`, whatever the case.
[[nodiscard]] Entities FindEntities(
    std::string_view text, Reason reason,
    std::span<const std::string_view> recipients = {}) noexcept;

}  // namespace ricochet
