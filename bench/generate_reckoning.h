#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "generate_log.h"
#include "ricochet/verdict.h"

namespace ricochet::bench {

// One final outcome, as far as suppressions depend on it.
struct FinalOutcome {
  Micros time = 0;
  Reason reason = Reason::kNone;  // kDelivered, or the last reply's
  bool permanent = false;         // the mail was returned at once
  bool remote = false;            // in the words of the remote MTA
  std::string sender_domain;      // empty: unknown
};

// What should be suppressed in the end, reckoned from all outcomes of each
// address in the order of time, and the slow way: no sets, no merging.
// The rules are those of the policy that is shipped.
class Reckoning {
 public:
  // "address", "domain" or "address_sender_domain"; the address or domain; the
  // sender domain, if any; the reason.
  using Suppressed =
      std::set<std::tuple<std::string, std::string, std::string, Reason>>;

  void Add(const std::string& address, FinalOutcome outcome);
  [[nodiscard]] Suppressed Result() const;

 private:
  std::map<std::string, std::vector<FinalOutcome>> addresses_;
  Micros end_ = 0;  // the newest outcome
};

}  // namespace ricochet::bench
