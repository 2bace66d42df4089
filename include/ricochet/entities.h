#pragma once

#include <string_view>

namespace ricochet {

// What a failing reply names, as it writes it. Views of its text; empty: it
// names none.
struct Entities {
  std::string_view dnsbl;        // "zen.spamhaus.org", "Spamhaus PBL"
  std::string_view listed_ip;    // IPv4 or IPv6
  std::string_view url;          // where to read on
  std::string_view tag;          // the vendor's own code: "TSS04", "AS(201)"
  std::string_view new_address;  // where a mailbox has moved to

  [[nodiscard]] constexpr bool empty() const noexcept {
    return dnsbl.empty() && listed_ip.empty() && url.empty() && tag.empty() &&
           new_address.empty();
  }
};

}  // namespace ricochet
