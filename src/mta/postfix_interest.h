#pragma once

#include <string_view>

#include "mta/postfix_program.h"
#include "ricochet/fate.h"

namespace ricochet {

// Names lines that tell nothing about what became of a message. `rest` is what
// follows the queue id, where there is one. Cause::kBadSyntax: nothing that is
// known to be of no interest.

// "warning: ", "error: ", "fatal: ", "panic: ": any daemon's.
[[nodiscard]] bool IsPostfixWarning(std::string_view rest) noexcept;

// What a delivery agent or queue daemon says beside its verdicts: replies and
// broken connections of an attempt that goes on with the next server, TLS.
[[nodiscard]] Cause NameDeliveryDetail(std::string_view rest) noexcept;

// "reject: RCPT from ...", "milter-hold: END-OF-MESSAGE from ...": what smtpd,
// postscreen, cleanup or a milter did to incoming mail, as configured.
[[nodiscard]] Cause NameInboundAction(std::string_view rest) noexcept;

// Lines of daemons that deliver nothing. Never kBadSyntax, unless the line
// carries what only facts about a message have.
[[nodiscard]] Cause NameOther(std::string_view rest,
                              PostfixDaemon daemon) noexcept;

}  // namespace ricochet
