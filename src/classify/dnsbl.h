#pragma once

#include <string_view>

namespace ricochet {

// DNS blocklists, by the domains of those who run them and by the names that
// replies give them. Closed lists: what is not in them is found by the words
// around it ("blocked using bl.example.net").

// The operator's domain at the end of `host`, in lower case: "spamhaus.org" of
// "zen.spamhaus.org"; empty: not a known one.
[[nodiscard]] std::string_view ListOperatorOf(std::string_view host) noexcept;

// The list that a reply names, as it writes it: a host name behind words such
// as "blocked using", without the address it was asked for; else one of a known
// operator's; else a list's name, "Spamhaus PBL"; else the operator in a URL.
// A view of `text`; empty: none.
[[nodiscard]] std::string_view FindDnsbl(std::string_view text) noexcept;

}  // namespace ricochet
