#include "ledger/rate_view.h"

#include <gtest/gtest.h>

#include <string>

#include "ledger/rates_sample.h"

namespace ricochet {
namespace {

struct Numbers {
  RateCount delivered = 0, hard = 0, soft = 0, block = 0, admin = 0,
            undetermined = 0, complaint = 0, attempts = 0, deferred = 0;
};

RateWindow Viewed(const Numbers& n, RateLength length = RateLength::kHour) {
  RateWindowState state;
  state.numbers[RateUnit::kDelivered] = n.delivered;
  state.numbers[RateUnit::kHard] = n.hard;
  state.numbers[RateUnit::kSoft] = n.soft;
  state.numbers[RateUnit::kBlock] = n.block;
  state.numbers[RateUnit::kAdmin] = n.admin;
  state.numbers[RateUnit::kUndetermined] = n.undetermined;
  state.numbers[RateUnit::kComplaint] = n.complaint;
  state.numbers[RateUnit::kAttempts] = n.attempts;
  state.numbers[RateUnit::kDeferred] = n.deferred;
  RateView view({});
  RateWindow window = view.Of({0, Clock(0), length}, state, {});
  window.top_reasons = {};  // they die with the view
  return window;
}

TEST(RateView, AdminOutcomesAreInNoRate) {
  const auto window = Viewed({.delivered = 80, .hard = 10, .admin = 1000});
  EXPECT_DOUBLE_EQ(window.hard.value(), 10.0 / 90);
}

TEST(RateView, EveryOtherFailureIsInTheDenominator) {
  const auto window = Viewed(
      {.delivered = 60, .hard = 10, .soft = 5, .block = 20, .undetermined = 5});
  EXPECT_DOUBLE_EQ(window.hard.value(), 0.10);
  EXPECT_DOUBLE_EQ(window.soft.value(), 0.05);
  EXPECT_DOUBLE_EQ(window.block.value(), 0.20);
  EXPECT_DOUBLE_EQ(window.bounce.value(), 0.35);
}

TEST(RateView, DeferralIsOfAttempts) {
  const auto window = Viewed({.delivered = 10, .attempts = 50, .deferred = 40});
  EXPECT_DOUBLE_EQ(window.deferral.value(), 0.8);
}

TEST(RateView, StateIsThatOfTheLowerEnd) {
  EXPECT_EQ(Viewed({.delivered = 980, .hard = 20}).state, RateState::kOk);
  EXPECT_EQ(Viewed({.delivered = 968, .hard = 32}).state, RateState::kWarning);
  EXPECT_EQ(Viewed({.delivered = 930, .hard = 70}).state, RateState::kCritical);
  EXPECT_EQ(Viewed({.delivered = 870, .hard = 130}).state, RateState::kPage);
}

TEST(RateView, FewOutcomesAreOkHoweverBad) {
  EXPECT_EQ(Viewed({.hard = 199}).state, RateState::kOk);
  EXPECT_EQ(Viewed({.hard = 200}).state, RateState::kPage);
  EXPECT_EQ(Viewed({.hard = 199, .admin = 500}).state, RateState::kOk);
}

TEST(RateView, BlocksAndSoftBouncesChangeNoState) {
  EXPECT_EQ(Viewed({.delivered = 100, .soft = 400, .block = 400}).state,
            RateState::kOk);
}

TEST(RateView, ComplaintsCountInTheDayOnly) {
  const Numbers numbers{.delivered = 100'000, .complaint = 500};
  EXPECT_EQ(Viewed(numbers, RateLength::kMinute).state, RateState::kOk);
  EXPECT_EQ(Viewed(numbers, RateLength::kHour).state, RateState::kOk);
  EXPECT_EQ(Viewed(numbers, RateLength::kHour).complaint.of, 0U);
  const auto day = Viewed(numbers, RateLength::kDay);
  EXPECT_EQ(day.state, RateState::kCritical);
  EXPECT_DOUBLE_EQ(day.complaint.value(), 0.005);
}

TEST(RateView, ComplaintsWarnBeforeTheyAreCritical) {
  EXPECT_EQ(
      Viewed({.delivered = 100'000, .complaint = 150}, RateLength::kDay).state,
      RateState::kWarning);
  EXPECT_EQ(
      Viewed({.delivered = 100'000, .complaint = 90}, RateLength::kDay).state,
      RateState::kOk);
}

TEST(RateView, ComplaintsNeverPage) {
  EXPECT_EQ(
      Viewed({.delivered = 1'000, .complaint = 900}, RateLength::kDay).state,
      RateState::kCritical);
}

TEST(RateView, TopReasonsAreFiveTheMostFrequentFirst) {
  RateWindowState state;
  state.reasons = {{Reason::kUserUnknown, 3}, {Reason::kMailboxDisabled, 9},
                   {Reason::kMailboxFull, 3}, {Reason::kGreylisted, 1},
                   {Reason::kBlocklisted, 2}, {Reason::kSpamContent, 7},
                   {Reason::kUnclassified, 1}};
  RateView view({});
  EXPECT_EQ(ContentsOf(view.Of({}, state, {})),
            " mailbox_disabled=9 spam_content=7 user_unknown=3 mailbox_full=3 "
            "blocklisted=2");
}

}  // namespace
}  // namespace ricochet
