#pragma once

#include <string_view>

namespace ricochet {

// The first IP address in a reply that refuses one, also within a URL; not that
// of a loopback host (what a DNSBL answers is of 127.0.0.0/8), not a network,
// not a part of a host name. A view of `text`; empty: none.
[[nodiscard]] std::string_view FindListedIp(std::string_view text) noexcept;

}  // namespace ricochet
