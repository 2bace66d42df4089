#pragma once

#include <cstdint>
#include <string_view>

#include "mta/postfix_program.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Where mail went or should have gone: "mx.example.org[192.0.2.7]:25",
// "mail[private/dovecot-lmtp]", "local". Views point into the text.
struct PostfixEndpoint {
  std::string_view host;
  std::string_view ip;     // empty: none, or a socket's path
  std::uint16_t port = 0;  // 0: none
  bool unix_socket = false;
};
[[nodiscard]] PostfixEndpoint SplitPostfixEndpoint(
    std::string_view text) noexcept;

// True for what never leaves the machine: a unix socket or a loopback address.
[[nodiscard]] bool IsOnThisMachine(const PostfixEndpoint& endpoint) noexcept;

// Takes apart why a recipient was deferred or bounced: the text in brackets at
// the end of a delivery line. Sets reply, authority, command, remote_host,
// remote_ip, and truncated if the text turns out to be cut; `event.truncated`
// says whether its closing bracket is missing.
//
// Authority: a server's own words are kRemote (Postfix does not log whether
// that server is a relayhost of ours; configuration knows), or kLocal if it is
// the store that lmtp delivers to on this machine; a refused login is kRelay;
// what DNS said is kDns; everything else is Postfix's own.
void ParsePostfixReply(std::string_view text, PostfixDaemon daemon,
                       MtaEvent& event) noexcept;

}  // namespace ricochet
