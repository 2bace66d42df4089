#pragma once

#include <span>
#include <string_view>

namespace ricochet {

// The address that a mailbox has moved to: the first one behind a word that
// sends us there ("try <ann@example.net>", RFC 5321, section 3.4), which is
// none of `recipients`, whatever the case, and not the postmaster's. A view of
// `text`, without brackets; empty: none.
[[nodiscard]] std::string_view FindNewAddress(
    std::string_view text,
    std::span<const std::string_view> recipients) noexcept;

}  // namespace ricochet
