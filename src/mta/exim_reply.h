#pragma once

#include <string_view>

#include "mta/parser_memory.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Takes apart why a recipient was deferred or bounced: what stands behind the
// fields of a "**" or "==" line. Sets reply, authority, command, remote_host
// and remote_ip if the text names a host, and for a recipient that was given up
// the outcome kExpired. `relay_ip` and `daemon` (the transport) must be set.
// The reply may become a view of the memory.
//
// Authority: a server's own words are kRemote, or kLocal if it is a store on
// this machine that LMTP delivers to; a refused login is kRelay; what DNS said
// is kDns; everything else is Exim's own.
void ParseEximReply(std::string_view text, ParserMemory& memory,
                    MtaEvent& event);

// An SMTP server on this machine that an LMTP transport delivers to.
[[nodiscard]] bool IsEximStore(const MtaEvent& event) noexcept;

}  // namespace ricochet
