#pragma once

#include <string_view>

#include "ricochet/fate.h"

namespace ricochet {

// Names a line of Sendmail's that tells nothing about what became of a message.
// `rest` is what follows the queue id, where there is one. Cause::kBadSyntax:
// nothing that is known to be of no interest.
[[nodiscard]] Cause NameSendmailDetail(std::string_view rest) noexcept;

}  // namespace ricochet
