#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <numeric>

#include "app/attempts.h"

namespace ricochet {
namespace {

constexpr ProviderId kProvider = 1;
constexpr std::uint8_t kStream = 2;

template <class Enum>
std::size_t At(Enum value) {
  return static_cast<std::size_t>(value);
}

// What one event adds to nothing.
std::unique_ptr<Counts> CountsOf(Outcome outcome, Role role = Role::kMessage,
                                 bool report = false) {
  MtaEvent line;
  line.mta = Mta::kPostfix;
  line.report = report;
  DeliveryAttempt attempt;
  attempt.event = &line;
  attempt.outcome = outcome;
  attempt.role = role;
  attempt.stream_number = kStream;
  attempt.final = outcome != Outcome::kDeferred;
  Verdict verdict;
  verdict.provider = kProvider;
  verdict.reason = Reason::kMailboxFull;
  verdict.kind = Kind::kSoft;
  auto counts = std::make_unique<Counts>();
  CountEvent({{}, {}, attempt, SmtpResponse{}, verdict, {}}, *counts);
  return counts;
}

std::uint64_t Attempts(const Counts& counts) {
  const auto& row = counts.attempts[At(Mta::kPostfix)][kProvider];
  return std::accumulate(row.begin(), row.end(), std::uint64_t{0});
}

std::uint64_t Deferrals(const Counts& counts) {
  return counts.deferrals[kProvider][At(Reason::kMailboxFull)];
}

std::uint64_t Bounces(const Counts& counts) {
  return counts.bounces[kProvider][At(Reason::kMailboxFull)][At(Kind::kSoft)];
}

TEST(CountEvent, DeferralIsAnAttemptAndNoOutcome) {
  const auto counts = CountsOf(Outcome::kDeferred);
  EXPECT_EQ(
      counts->attempts[At(Mta::kPostfix)][kProvider][At(Outcome::kDeferred)],
      1U);
  EXPECT_EQ(Deferrals(*counts), 1U);
  EXPECT_EQ(Bounces(*counts), 0U);
  EXPECT_EQ(counts->Outcomes(kProvider)[At(Kind::kSoft)], 0U);
}

TEST(CountEvent, BounceIsAnAttemptAndAnOutcome) {
  const auto counts = CountsOf(Outcome::kBounced);
  EXPECT_EQ(Deferrals(*counts), 0U);
  EXPECT_EQ(Bounces(*counts), 1U);
  EXPECT_EQ(counts->outcomes[kStream][kProvider][At(Kind::kSoft)], 1U);
  EXPECT_EQ(counts->Outcomes(kProvider)[At(Kind::kSoft)], 1U);
}

TEST(CountEvent, BounceThatCameByMailIsAReportAndAnOutcomeAndNoAttempt) {
  const auto counts = CountsOf(Outcome::kBounced, Role::kMessage, true);
  EXPECT_EQ(Attempts(*counts), 0U);
  EXPECT_EQ(Bounces(*counts), 1U);
  EXPECT_EQ(counts->reports[At(Mta::kPostfix)][At(Kind::kSoft)], 1U);
}

TEST(CountEvent, ComplaintIsAReportAndNothingElse) {
  const auto counts = CountsOf(Outcome::kComplaint, Role::kMessage, true);
  EXPECT_EQ(Attempts(*counts), 0U);
  EXPECT_EQ(Bounces(*counts), 0U);
  EXPECT_EQ(counts->Outcomes(kProvider)[At(Kind::kSoft)], 0U);
  EXPECT_EQ(counts->reports[At(Mta::kPostfix)][At(Kind::kSoft)], 1U);
}

TEST(CountEvent, ExpiryIsAnOutcomeAndNoAttempt) {
  const auto counts = CountsOf(Outcome::kExpired);
  EXPECT_EQ(Attempts(*counts), 0U);
  EXPECT_EQ(Bounces(*counts), 1U);
}

TEST(CountEvent, WhatIsNotTheMessageItselfCountsNothing) {
  const auto counts = CountsOf(Outcome::kDeferred, Role::kNotification);
  EXPECT_EQ(Deferrals(*counts), 0U);
}

}  // namespace
}  // namespace ricochet
