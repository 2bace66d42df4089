#pragma once

#include <string_view>

#include "ricochet/fate.h"

namespace ricochet {

// Names why a line is of no interest that tells of no delivery and no arrival.
// Routers, ACLs and filters may write what they like into the log (logwrite,
// log_message), so words that are not Exim's own are kRemark.

// Of a message: `text` follows its id. kBadSyntax: a delivery of a kind that is
// not known.
[[nodiscard]] Cause NameEximDetail(std::string_view text) noexcept;

// Of no message: `text` follows the stamp.
[[nodiscard]] Cause NameEximOther(std::string_view text) noexcept;

// Is this a line of the headers that the reject log shows of a message?
[[nodiscard]] bool IsRejectedHeader(std::string_view text) noexcept;

}  // namespace ricochet
