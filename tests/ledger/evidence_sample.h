#pragma once

#include <chrono>

#include "ricochet/evidence.h"

namespace ricochet {

// Noon UTC of a day of 2026-11, `hours` later.
inline EventTime Day(int day, int hours = 0) {
  return std::chrono::sys_days(std::chrono::year{2026} / 11 / 1) +
         std::chrono::days(day - 1) + std::chrono::hours(12 + hours);
}

// The remote MTA said in words that there is no such mailbox.
inline AddressEvidence UnknownUser(EventTime time = Day(1),
                                   std::uint64_t event = 1) {
  return {.event = {0, event},
          .time = time,
          .tenant = "default",
          .address = "ann@example.org",
          .sender_domain = "shop.example",
          .outcome = Outcome::kBounced,
          .reason = Reason::kUserUnknown,
          .permanence = Permanence::kPermanent,
          .kind = Kind::kHard,
          .decided_by = DecidedBy::kTextRule,
          .authority = Authority::kRemote,
          .rule = "generic.user-unknown",
          .fault = Fault::kRecipient,
          .reply_code = 550};
}

}  // namespace ricochet
