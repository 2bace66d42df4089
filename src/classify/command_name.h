#pragma once

#include <optional>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// An SMTP command as people and other programs write it, in any letter case:
// "RCPT", "RCPT TO", "HELO", "end of DATA", "." ... Empty or "unknown": not
// known. Nothing: no command.
[[nodiscard]] std::optional<SmtpCommand> ReadCommandName(
    std::string_view name) noexcept;

}  // namespace ricochet
