#pragma once

#include <string_view>

namespace ricochet {

// Whom a delivery line speaks of.
struct EximRecipient {
  std::string_view address;   // empty: not understood
  std::string_view original;  // what it was made from; empty: the same
};

// Takes "address[ (parent[, parent])][ <original>]" off the front, up to the
// blank or colon before the line's next field or reason. Exim logs the address
// without the quotes of its local part, which may thus hold anything.
//
// What has no domain of its own ("ann <ann@example.org>", a pipe, a file,
// ":blackhole:", an autoreply) is how the original was delivered, so that is
// the recipient. So it is where the two differ in quotes only.
[[nodiscard]] EximRecipient TakeEximRecipient(std::string_view& rest) noexcept;

// Takes the sender behind "<=": "ann@example.org", "\"a b\"@example.org", or
// "<>", which gives an empty one. False: there is none.
[[nodiscard]] bool TakeEximSender(std::string_view& rest,
                                  std::string_view& sender) noexcept;

}  // namespace ricochet
