#include "report/stats.h"

#include <gtest/gtest.h>

#include <chrono>

#include "report/fake_event.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kUnknown = "550 5.1.1 No such user";
constexpr std::string_view kFull = "452 4.2.2 Mailbox full";

const ReasonTally& TallyOf(const Stats& stats, Reason reason) {
  return stats.reasons[static_cast<std::size_t>(reason)];
}

std::uint64_t OutcomesOf(const ReasonTally& tally, Kind kind) {
  return tally.outcomes[static_cast<std::size_t>(kind)];
}

const Tally& Total(const Stats& stats) {
  return stats.providers[kOtherProvider];
}

TEST(Stats, DeliveryIsAnAttemptAndAnOutcome) {
  Stats stats;
  stats.OnEvent(FakeEvent().Event());
  EXPECT_EQ(Total(stats).Attempts(), 1U);
  EXPECT_EQ(Total(stats).of(Kind::kDelivered), 1U);
  EXPECT_EQ(stats.delivered_delays.count(), 1U);
  EXPECT_TRUE(stats.templates.entries().empty());
}

TEST(Stats, DeferralIsAnAttemptOnly) {
  Stats stats;
  stats.OnEvent(FakeEvent().Deferred(Reason::kMailboxFull, kFull).Event());
  EXPECT_EQ(Total(stats).Attempts(), 1U);
  EXPECT_EQ(Total(stats).Outcomes(), 0U);
  EXPECT_EQ(TallyOf(stats, Reason::kMailboxFull).deferred, 1U);
  EXPECT_EQ(stats.failed_delays.count(), 0U);
}

TEST(Stats, BounceCountsForItsReasonAndKind) {
  Stats stats;
  stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, kUnknown).Event());
  const ReasonTally& tally = TallyOf(stats, Reason::kUserUnknown);
  EXPECT_EQ(OutcomesOf(tally, Kind::kHard), 1U);
  EXPECT_EQ(tally.deferred, 0U);
  EXPECT_EQ(Total(stats).of(Kind::kHard), 1U);
  EXPECT_EQ(stats.failed_delays.count(), 1U);
}

TEST(Stats, VerdictsKindOutranksTheReasons) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .Bounced(Reason::kUserUnknown, kUnknown)
                    .Kinded(Kind::kSoft)
                    .Event());
  const ReasonTally& tally = TallyOf(stats, Reason::kUserUnknown);
  EXPECT_EQ(OutcomesOf(tally, Kind::kSoft), 1U);
  EXPECT_EQ(OutcomesOf(tally, Kind::kHard), 0U);
}

TEST(Stats, ExpiryGoesToTheLastReplysReason) {
  Stats stats;
  stats.OnEvent(FakeEvent().Expired(Reason::kMailboxFull, kFull).Event());
  const ReasonTally& tally = TallyOf(stats, Reason::kMailboxFull);
  EXPECT_EQ(OutcomesOf(tally, Kind::kSoft), 1U);
  EXPECT_EQ(tally.expired, 1U);
  EXPECT_EQ(OutcomesOf(TallyOf(stats, Reason::kExpired), Kind::kSoft), 0U);
  EXPECT_EQ(Total(stats).Attempts(), 0U);
}

TEST(Stats, ExpiryWithoutAReplyGoesToExpired) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .Expired(Reason::kNone, "")
                    .Kinded(Kind::kUndetermined)
                    .Event());
  const ReasonTally& tally = TallyOf(stats, Reason::kExpired);
  EXPECT_EQ(OutcomesOf(tally, Kind::kUndetermined), 1U);
}

TEST(Stats, OnlyMessagesMakeOutcomes) {
  for (const Role role :
       {Role::kReinjection, Role::kAlias, Role::kNotification}) {
    Stats stats;
    stats.OnEvent(FakeEvent().As(role).Event());
    EXPECT_EQ(Total(stats), Tally{});
    EXPECT_EQ(stats.first, kNoTime);
    EXPECT_TRUE(stats.recipient_domains.entries().empty());
    EXPECT_EQ(stats.roles[static_cast<std::size_t>(role)][0], 1U);
  }
}

TEST(Stats, ComplaintIsNeitherOutcomeNorFailure) {
  Stats stats;
  stats.OnEvent(FakeEvent().Complaint().Event());
  EXPECT_EQ(Total(stats).of(Outcome::kComplaint), 1U);
  EXPECT_EQ(Total(stats).Outcomes(), 0U);
  EXPECT_EQ(Total(stats).Attempts(), 0U);
  EXPECT_EQ(OutcomesOf(TallyOf(stats, Reason::kComplaint), Kind::kNone), 0U);
}

TEST(Stats, EvidenceIsCountedPerAttemptNotPerExpiry) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .Deferred(Reason::kMailboxFull, kFull)
                    .By(DecidedBy::kEnhancedCode)
                    .Event());
  stats.OnEvent(FakeEvent()
                    .Expired(Reason::kMailboxFull, kFull)
                    .By(DecidedBy::kEnhancedCode)
                    .Event());
  const auto& decided = stats.verdicts.decided_by;
  EXPECT_EQ(decided[static_cast<std::size_t>(DecidedBy::kEnhancedCode)], 1U);
  EXPECT_EQ(stats.verdicts.authority[0], 1U);
}

TEST(Stats, SendersAreCountedByDomain) {
  Stats stats;
  stats.OnEvent(FakeEvent().From("news@Shop.example").Event());
  stats.OnEvent(FakeEvent().From("").Event());
  stats.OnEvent(FakeEvent().UnknownSender().Event());
  const auto& senders = stats.sender_domains.entries();
  ASSERT_EQ(senders.size(), 3U);
  EXPECT_EQ(senders[0].domain, "shop.example");
  EXPECT_EQ(senders[1].domain, "<>");
  EXPECT_EQ(senders[2].domain, "unknown");
}

TEST(Stats, SpansTheTimesOfItsEvents) {
  Stats stats;
  for (const int second : {5, 3, 9, 4}) {
    stats.OnEvent(FakeEvent().At(milliseconds{second * 1000}).Event());
  }
  EXPECT_EQ(stats.first, EventTime{milliseconds{3000}});
  EXPECT_EQ(stats.last, EventTime{milliseconds{9000}});
}

TEST(Stats, EventsWithoutATimeSpanNothing) {
  Stats stats;
  stats.OnEvent(FakeEvent().At(kNoTime.time_since_epoch()).Event());
  EXPECT_EQ(stats.first, kNoTime);
  EXPECT_EQ(stats.last, kNoTime);
  EXPECT_EQ(Total(stats).Outcomes(), 1U);
}

TEST(Stats, FirstDeadLetterOfAKindIsRemembered) {
  Stats stats;
  stats.OnDeadLetter({.id = {},
                      .source = {.partition = {1, 0}, .offset = 12},
                      .reason = Reject::kBadSyntax,
                      .error = "no recipient",
                      .value = "to=<"});
  stats.OnDeadLetter({.id = {},
                      .source = {.partition = {2, 0}, .offset = 34},
                      .reason = Reject::kBadSyntax,
                      .error = "no status",
                      .value = "to=<"});
  const auto& tally =
      stats.dead_letters[static_cast<std::size_t>(Reject::kBadSyntax)];
  EXPECT_EQ(tally.count, 2U);
  EXPECT_EQ(tally.first_error, "no recipient");
  EXPECT_EQ(tally.first.partition.topic, 1);
  EXPECT_EQ(tally.first.offset, 12);
}

}  // namespace
}  // namespace ricochet
