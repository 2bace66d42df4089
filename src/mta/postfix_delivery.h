#pragma once

#include <string_view>

#include "mta/parser.h"
#include "mta/postfix_program.h"
#include "ricochet/mta_event.h"

namespace ricochet {

// Parses what follows the queue id in a line that tells what became of one
// recipient, and sets every field from MtaEvent::recipient down:
//   to=<a@b>[, orig_to=<c@d>], relay=..., [conn_use=N,] delay=N,
//   delays=a/b/c/d, [tls=...,] dsn=x.y.z, status=sent (text)
// The result is an event; or ignored as a probe, since the verdict of an
// address verification probe is no delivery of mail; or rejected.
[[nodiscard]] ParseResult ParsePostfixDelivery(std::string_view rest,
                                               PostfixDaemon daemon,
                                               MtaEvent& event) noexcept;

// Takes the "<address>" at the front of `rest`, where `next` or `or_next` must
// follow the closing bracket, since an address may itself contain one: in a
// quoted local part or, as older versions print it, bare. False: there is none.
[[nodiscard]] bool TakePostfixAddress(std::string_view& rest,
                                      std::string_view& address,
                                      std::string_view next,
                                      std::string_view or_next) noexcept;

}  // namespace ricochet
