#pragma once

#include <string_view>

#include "ricochet/mta_event.h"

namespace ricochet {

// One recipient's entry of recipient-status, taken apart. Views point into it.
struct ExchangeStatus {
  std::string_view reply;  // LED, the last error; or the whole entry
  std::string_view host;   // FQDN: whose words these are
  std::string_view ip;
};

// Takes the first recipient's entry off the front of a recipient-status list,
// and the ';' behind it. The forms: "[{LED=...};{MSG=...};...]", the same
// without the square brackets, and a bare reply. Replies hold braces, quotes
// and semicolons themselves, so an entry ends where another one begins.
// `last`: there is one recipient left, and all is his.
[[nodiscard]] std::string_view TakeExchangeStatus(std::string_view& rest,
                                                  bool last) noexcept;

// Splits an entry: {LED=...};{MSG=...};{FQDN=...};{IP=...};{LRT=...} or, older,
// {LRT=...};{LED=...};{FQDN=...};{IP=...}. LRT is in the server's own locale:
// no time is read from it.
[[nodiscard]] ExchangeStatus SplitExchangeStatus(
    std::string_view entry) noexcept;

// Sets reply, authority, remote host and address, and for a message that
// expired the outcome and the DSN, from an entry of an attempt that failed or
// was deferred; event.outcome is what the row tells, event.daemon its source.
void SetExchangeStatus(std::string_view entry, MtaEvent& event) noexcept;

}  // namespace ricochet
