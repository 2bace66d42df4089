#pragma once

#include <functional>
#include <string_view>

#include "ledger/entry_key.h"
#include "ledger/ledger_entry.h"
#include "ledger/policy.h"
#include "ledger/rule_names.h"

namespace ricochet {

// What it takes to say what an entry amounts to. Owned by a Suppressor.
struct EntryReader {
  const Policy& policy;
  const RuleNames& rules;
  // The advice of a reason whose policy row has none; may be empty.
  std::function<std::string_view(Reason)> advice;

  // Does anything in the entry suppress at `now`?
  [[nodiscard]] bool Holds(SuppressionScope scope, const LedgerEntry& entry,
                           EventTime now) const noexcept;
  // The causes that do, and what follows from them.
  [[nodiscard]] SuppressionEntry View(const EntryKey& key,
                                      const LedgerEntry& entry,
                                      EventTime now) const;
  // The first reason of those; kNone when there is none.
  [[nodiscard]] Reason FirstReason(SuppressionScope scope,
                                   const LedgerEntry& entry,
                                   EventTime now) const noexcept;
  // Of an entry that suppresses no longer: the same, as it was at its end.
  // Without causes when the policy knows none of them any longer.
  [[nodiscard]] SuppressionEntry LastView(const EntryKey& key,
                                          const LedgerEntry& entry) const;
  // When the last of them ends; kNoTime: never.
  [[nodiscard]] EventTime Expires(SuppressionScope scope,
                                  const LedgerEntry& entry,
                                  EventTime now) const noexcept;
  // Until when an entry that suppresses nobody is worth keeping; kNoTime: it
  // is not.
  [[nodiscard]] EventTime WorthKeeping(SuppressionScope scope,
                                       const LedgerEntry& entry) const noexcept;
};

}  // namespace ricochet
