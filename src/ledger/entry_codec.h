#pragma once

#include <string>
#include <string_view>

#include "ledger/ledger_entry.h"

namespace ricochet {

// The entry as octets, at the start of `out`, which only grows; dies with its
// next use. `names` null: rules go by their numbers, which last as long as the
// program; else by their names, as in a changelog. Octet 0 is the version, 1;
// octet 1 flags (1 suppressed, 2 delivered, 4 released, 8 manual); then
//
//   applied + 1, the times flagged, the manual add; the number of causes, and
//   each as reason, form and kind, rule, repeats, first, days, addresses.
//
// Numbers are varints, times ms since 1970 or since the one before.
[[nodiscard]] std::string_view EncodeEntry(const LedgerEntry& entry,
                                           const RuleNames* names,
                                           std::string& out);

// Reads it back into `entry`. False for what nobody encoded; any octets are
// safe to give.
[[nodiscard]] bool DecodeEntry(std::string_view bytes, RuleNames* names,
                               LedgerEntry& entry);

// Of an encoded entry: is it suppressed?
[[nodiscard]] inline bool IsSuppressed(std::string_view bytes) noexcept {
  return bytes.size() > 1 && (bytes[1] & 1) != 0;
}

}  // namespace ricochet
