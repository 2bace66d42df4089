#include "generate_reckoning.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ricochet::bench {
namespace {

constexpr Micros kHour = 3600 * kSecond;
constexpr Micros kDay = 24 * kHour;

// A reason that acts on several days.
struct Wait {
  std::size_t days;
  Micros within;
  Micros spread;
  Micros expiry;
};

bool ActsNow(const FinalOutcome& outcome) {
  switch (outcome.reason) {
    case Reason::kUserUnknown:
    case Reason::kAddressSyntax:
    case Reason::kMailboxDisabled:
    case Reason::kMailboxMoved:
      return outcome.permanent && outcome.remote;
    case Reason::kDomainNoMail:
      return outcome.permanent && !outcome.remote;
    default:
      return false;
  }
}

std::optional<Wait> WaitOf(const FinalOutcome& outcome) {
  constexpr Micros kYear = 365 * kDay;
  switch (outcome.reason) {
    case Reason::kUserUnknown:
    case Reason::kAddressSyntax:
      if (outcome.permanent || !outcome.remote) return std::nullopt;
      return Wait{3, 30 * kDay, 72 * kHour, kYear};
    case Reason::kMailboxDisabled:
    case Reason::kMailboxMoved:
      if (outcome.permanent || !outcome.remote) return std::nullopt;
      return Wait{3, 30 * kDay, 72 * kHour, 180 * kDay};
    case Reason::kMailboxFull:
      if (!outcome.remote) return std::nullopt;
      return Wait{3, 90 * kDay, 72 * kHour, 30 * kDay};
    case Reason::kRecipientRestricted:
      if (!outcome.remote) return std::nullopt;
      return Wait{2, 30 * kDay, 0, 90 * kDay};
    case Reason::kDomainNotFound:
      return Wait{2, kYear, 24 * kHour, 30 * kDay};
    case Reason::kNoAnswer:
    case Reason::kConnectionLost:
    case Reason::kDnsFailure:
    case Reason::kReceiverUnavailable:
    case Reason::kReceiverFull:
    case Reason::kReceiverError:
      return Wait{5, kYear, 168 * kHour, 7 * kDay};
    case Reason::kRoutingLoop:
    case Reason::kRelayDenied:
      if (!outcome.remote) return std::nullopt;
      return Wait{5, kYear, 168 * kHour, 7 * kDay};
    default:
      return std::nullopt;
  }
}

// The times of a streak: the last one of each day.
using Days = std::map<Micros, Micros>;

bool IsEnough(const Wait& wait, const Days& days) {
  const auto last = days.rbegin()->second;
  const auto first = std::find_if(
      days.begin(), days.end(),
      [&](const auto& day) { return day.second >= last - wait.within; });
  const auto count = static_cast<std::size_t>(std::distance(first, days.end()));
  return count >= wait.days && last - first->second >= wait.spread;
}

// Nothing is suppressed until then.
constexpr Micros kNever = std::numeric_limits<Micros>::min();

// One address and one reason that waits, whoever sends or for one sender.
bool IsSuppressed(const std::vector<FinalOutcome>& outcomes, Reason reason,
                  const std::string& sender_domain, Micros end) {
  Days days;
  Micros until = kNever;
  for (const auto& outcome : outcomes) {
    const bool theirs =
        sender_domain.empty() || outcome.sender_domain == sender_domain;
    if (!theirs) continue;
    if (outcome.reason == Reason::kDelivered) {
      days.clear();
      until = kNever;
    }
    const auto wait = WaitOf(outcome);
    if (!wait || outcome.reason != reason) continue;
    days[outcome.time / kDay] = outcome.time;
    if (outcome.time < until || IsEnough(*wait, days)) {
      until = outcome.time + wait->expiry;
    }
  }
  return until > end;
}

// Of a domain: which addresses failed, from when to when.
struct Failures {
  std::set<std::string> addresses;
  Micros first = 0;
  Micros last = 0;

  void Add(const std::string& address, Micros time) {
    if (addresses.empty()) first = last = time;
    addresses.insert(address);
    first = std::min(first, time);
    last = std::max(last, time);
  }
};

}  // namespace

void Reckoning::Add(const std::string& address, FinalOutcome outcome) {
  end_ = std::max(end_, outcome.time);
  addresses_[address].push_back(std::move(outcome));
}

Reckoning::Suppressed Reckoning::Result() const {
  Suppressed all;
  std::map<std::pair<std::string, Reason>, Failures> domains;
  for (auto [address, outcomes] : addresses_) {
    std::stable_sort(
        outcomes.begin(), outcomes.end(),
        [](const auto& a, const auto& b) { return a.time < b.time; });
    for (const auto& outcome : outcomes) {
      const auto reason = outcome.reason;
      if (ActsNow(outcome)) all.insert({"address", address, "", reason});
      if (reason == Reason::kDomainNotFound ||
          (reason == Reason::kDomainNoMail && ActsNow(outcome))) {
        domains[{address.substr(address.rfind('@') + 1), reason}].Add(
            address, outcome.time);
      }
      const bool of_sender = reason == Reason::kRecipientRestricted;
      const auto& sender = outcome.sender_domain;
      if (!WaitOf(outcome) || (of_sender && sender.empty())) continue;
      if (IsSuppressed(outcomes, reason, of_sender ? sender : "", end_)) {
        all.insert({of_sender ? "address_sender_domain" : "address", address,
                    of_sender ? sender : "", reason});
      }
    }
  }
  for (const auto& [key, failures] : domains) {
    const bool lost = key.second == Reason::kDomainNotFound;
    const auto expiry = (lost ? 7 : 30) * kDay;
    if (failures.addresses.size() >= 3 &&
        failures.last - failures.first >= (lost ? kDay : 0) &&
        failures.last + expiry > end_) {
      all.insert({"domain", key.first, "", key.second});
    }
  }
  return all;
}

}  // namespace ricochet::bench
