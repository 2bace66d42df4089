#pragma once

#include <optional>
#include <string_view>

#include "ricochet/mta_event.h"

namespace ricochet {

// What a recipient wants, by the type of an ARF report (RFC 5965, section
// 7.3), and by one that early drafts had. Others tell of no wish.
[[nodiscard]] std::optional<Outcome> WishOf(
    std::string_view feedback_type) noexcept;

// "<ann@example.org>", as some reports write it.
[[nodiscard]] std::string_view WithoutBrackets(
    std::string_view address) noexcept;

}  // namespace ricochet
