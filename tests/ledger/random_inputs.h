#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <random>
#include <string_view>
#include <vector>

#include "ledger/ledger_sample.h"

namespace ricochet {

// Evidence of all kinds about few addresses on few days, so that much of it
// meets. Of each address and reason there are at most eight days: beyond that
// only the lengths of repeated suppressions depend on the order.
class RandomInputs {
 public:
  explicit RandomInputs(std::uint64_t seed, int count = 150) : random_(seed) {
    for (int i = 0; i < count; ++i) all.push_back(Next());
  }

 private:
  std::mt19937_64 random_;
  std::uint64_t actions_ = 0;

 public:
  std::vector<LedgerInput> all;

 private:
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

  EventTime Time() {
    constexpr std::array kDays = {1, 2, 4, 9, 10, 40, 43, 80};
    return Day(kDays[static_cast<std::size_t>(Below(8))], Below(6) * 3 - 9);
  }

  AddressEvidence Outcome() {
    constexpr std::array<std::string_view, 3> kAddresses = {
        "a@example.org", "b@example.org", "c@example.net"};
    constexpr std::array<std::string_view, 3> kRules = {"", "rule.one",
                                                        "rule.two"};
    constexpr std::array kPossible = {Reason::kUserUnknown,
                                      Reason::kMailboxFull,
                                      Reason::kRecipientRestricted,
                                      Reason::kDomainNotFound,
                                      Reason::kNoAnswer,
                                      Reason::kSuppressedUpstream,
                                      Reason::kDomainNoMail,
                                      Reason::kBlocklisted};
    const auto time = Time();
    auto evidence =
        Below(5) == 0
            ? DeliveredTo(time)
            : Failure(kPossible[static_cast<std::size_t>(Below(8))], time);
    evidence.event = {3, random_() % 60};
    evidence.address = kAddresses[static_cast<std::size_t>(Below(3))];
    evidence.rule = kRules[static_cast<std::size_t>(Below(3))];
    if (Below(2) == 0) evidence.sender_domain = "other.example";
    if (Below(4) == 0) evidence = Transient(evidence);
    return evidence;
  }

  LedgerInput Next() {
    switch (Below(12)) {
      case 0: {
        auto action = Operator(
            Below(2) == 0 ? OperatorVerb::kAdd : OperatorVerb::kRelease,
            Time());
        action.event = {4, ++actions_};
        action.address = "a@example.org";
        if (Below(2) == 0) action.expires = Time();
        return action;
      }
      case 1:
      case 2: {
        const auto reason =
            Below(2) == 0 ? Reason::kDomainNotFound : Reason::kDomainNoMail;
        auto failure = Failure(reason, Time());
        failure.event = {5, random_() % 60};
        return Domain(failure, random_() % 5);
      }
      default:
        return Outcome();
    }
  }
};

}  // namespace ricochet
