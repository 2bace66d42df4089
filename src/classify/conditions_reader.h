#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string_view>

#include "ricochet/smtp.h"
#include "ricochet/verdict.h"

#include "classify/evidence.h"
#include "classify/providers.h"
#include "classify/toml_table.h"

namespace ricochet {

[[nodiscard]] std::optional<Reason> ReasonNamed(std::string_view name);
[[nodiscard]] std::optional<Fault> FaultNamed(std::string_view name);
// "unknown" is a command that the log does not show.
[[nodiscard]] std::optional<SmtpCommand> CommandNamed(std::string_view name);
[[nodiscard]] std::optional<Authority> AuthorityNamed(std::string_view name);

// "5.1.1", "X.1.1", "5.7.X".
[[nodiscard]] std::optional<StatusPattern> ParseStatusPattern(
    std::string_view text);

// Reads a `when` table: provider, reply_code, enhanced_code, command,
// authority; each one value or a list.
[[nodiscard]] Conditions ReadConditions(const toml::table& when,
                                        const ProviderTable& providers,
                                        Complaint& complaint);

}  // namespace ricochet
