#include "report/summary.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "report/fake_event.h"
#include "report/sample_report.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

EventTime At(int seconds) { return EventTime{milliseconds{seconds * 1000}}; }

// `times` messages to `domain` that end as `reason` says.
void Send(Stats& stats, int times, Reason reason,
          const std::string& domain = "example.org",
          ProviderId provider = kOtherProvider) {
  for (int i = 0; i < times; ++i) {
    FakeEvent event;
    event.To("ann@" + domain).Provider(provider);
    if (reason != Reason::kDelivered) event.Bounced(reason, "550 No");
    stats.OnEvent(event.Event());
  }
}

Summary Summarized(const Stats& stats, ReportFacts facts = {}) {
  return Summarize(stats, Counts{}, std::move(facts));
}

TEST(Summary, OfNothingIsEmpty) {
  const Summary summary = Summarized(Stats());
  EXPECT_EQ(summary.total, Tally{});
  EXPECT_EQ(summary.lines, 0U);
  EXPECT_EQ(summary.first, kNoTime);
  EXPECT_TRUE(summary.providers.empty());
  EXPECT_TRUE(summary.reasons.empty());
  EXPECT_EQ(summary.headline.state, RateState::kTooFew);
}

TEST(Summary, RatesAreSharesOfTheOutcomes) {
  Stats stats;
  Send(stats, 6, Reason::kDelivered);
  Send(stats, 2, Reason::kUserUnknown);
  Send(stats, 1, Reason::kBlocklisted);
  Send(stats, 1, Reason::kMailboxFull);
  const Summary summary = Summarized(stats);
  EXPECT_DOUBLE_EQ(summary.hard.value(), 0.2);
  EXPECT_DOUBLE_EQ(summary.block.value(), 0.1);
  EXPECT_DOUBLE_EQ(summary.soft.value(), 0.1);
  EXPECT_DOUBLE_EQ(summary.bounce.value(), 0.4);
}

TEST(Summary, OurOwnMistakesAreInNoRate) {
  Stats stats;
  Send(stats, 1, Reason::kUserUnknown);
  Send(stats, 9, Reason::kSmtpAuthRequired);
  EXPECT_EQ(Summarized(stats).hard.of, 1U);
}

TEST(Summary, DeferralsAreAShareOfTheAttempts) {
  Stats stats;
  Send(stats, 3, Reason::kDelivered);
  stats.OnEvent(FakeEvent().Deferred(Reason::kGreylisted, "450 Wait").Event());
  const Summary summary = Summarized(stats);
  EXPECT_DOUBLE_EQ(summary.deferral.value(), 0.25);
  EXPECT_EQ(summary.hard.of, 3U);
}

TEST(Summary, HeadlineIsTheWorseRate) {
  Stats stats;
  Send(stats, 900, Reason::kDelivered);
  Send(stats, 100, Reason::kBlocklisted);
  EXPECT_EQ(Summarized(stats).headline.name, "block");
  Send(stats, 200, Reason::kUserUnknown);
  EXPECT_EQ(Summarized(stats).headline.name, "hard");
}

TEST(Summary, ProvidersAreRankedByAttemptsThenName) {
  Stats stats;
  Send(stats, 1, Reason::kDelivered, "a.test", 1);
  Send(stats, 2, Reason::kDelivered, "b.test", 2);
  Send(stats, 1, Reason::kDelivered, "c.test", 3);
  ReportFacts facts;
  facts.providers = {"other", "yahoo", "google", "gmx"};
  const Summary summary = Summarized(stats, std::move(facts));
  ASSERT_EQ(summary.providers.size(), 3U);
  EXPECT_EQ(summary.providers[0].name, "google");
  EXPECT_EQ(summary.providers[1].name, "gmx");
  EXPECT_EQ(summary.providers[2].name, "yahoo");
}

TEST(Summary, ProviderWithoutANameHasItsNumber) {
  Stats stats;
  Send(stats, 1, Reason::kDelivered, "a.test", 7);
  EXPECT_EQ(Summarized(stats).providers.at(0).name, "provider 7");
}

TEST(Summary, ReasonsCarryTheirAdvice) {
  Stats stats;
  Send(stats, 1, Reason::kBlocklisted);
  Send(stats, 2, Reason::kUserUnknown);
  ReportFacts facts;
  facts.advice[static_cast<std::size_t>(Reason::kUserUnknown)] = "Remove it.";
  const Summary summary = Summarized(stats, std::move(facts));
  ASSERT_EQ(summary.reasons.size(), 2U);
  EXPECT_EQ(summary.reasons[0].reason, Reason::kUserUnknown);
  EXPECT_EQ(summary.reasons[0].advice, "Remove it.");
  EXPECT_EQ(summary.reasons[0].kind, Kind::kHard);
}

TEST(Summary, ReasonsKindIsThatOfMostOutcomes) {
  Stats stats;
  Send(stats, 1, Reason::kUserUnknown);
  for (int i = 0; i < 2; ++i) {
    stats.OnEvent(FakeEvent()
                      .Bounced(Reason::kUserUnknown, "550 No")
                      .Kinded(Kind::kSoft)
                      .Event());
  }
  EXPECT_EQ(Summarized(stats).reasons.at(0).kind, Kind::kSoft);
}

TEST(Summary, UnclassifiedRepliesHaveAListOfTheirOwn) {
  Stats stats;
  stats.OnEvent(FakeEvent().Bounced(Reason::kUnclassified, "550 Nope").Event());
  stats.OnEvent(
      FakeEvent().Bounced(Reason::kUserUnknown, "550 Unknown").Event());
  const Summary summary = Summarized(stats);
  ASSERT_EQ(summary.unclassified.size(), 1U);
  EXPECT_EQ(summary.unclassified[0].entry.text, "550 Nope");
  ASSERT_EQ(summary.templates.size(), 1U);
  EXPECT_EQ(summary.templates[0].entry.text, "550 Unknown");
  EXPECT_EQ(summary.distinct_templates, 2U);
}

TEST(Summary, TemplatesAreRankedByReplies) {
  Stats stats;
  stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, "550 a").Event());
  for (int i = 0; i < 2; ++i) {
    stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, "550 b").Event());
  }
  const Summary summary = Summarized(stats);
  EXPECT_EQ(summary.templates.at(0).entry.text, "550 b");
}

TEST(Summary, ListsAreCutToTheirRows) {
  Stats stats;
  for (int i = 0; i < 5; ++i) {
    stats.OnEvent(
        FakeEvent().Bounced(Reason::kUserUnknown, std::to_string(i)).Event());
  }
  ReportFacts facts;
  facts.rows = 2;
  const Summary summary = Summarized(stats, std::move(facts));
  EXPECT_EQ(summary.templates.size(), 2U);
  EXPECT_EQ(summary.distinct_templates, 5U);
}

TEST(Summary, WorstDomainsAreRankedByBadOutcomes) {
  Stats stats;
  Send(stats, 5, Reason::kDelivered, "good.test");
  Send(stats, 1, Reason::kUserUnknown, "bad.test");
  Send(stats, 2, Reason::kBlocklisted, "worse.test");
  Send(stats, 9, Reason::kMailboxFull, "full.test");
  const DomainRanking ranking = Summarized(stats).recipient_domains;
  ASSERT_EQ(ranking.worst.size(), 2U);
  EXPECT_EQ(ranking.worst[0].domain, "worse.test");
  EXPECT_EQ(ranking.worst[0].bad, 2U);
  EXPECT_EQ(ranking.worst[0].reason, Reason::kBlocklisted);
  EXPECT_EQ(ranking.worst[1].domain, "bad.test");
  EXPECT_EQ(ranking.distinct, 4U);
}

TEST(Summary, OfMuchMailSmallDomainsAreNotRanked) {
  Stats stats;
  Send(stats, 990, Reason::kDelivered, "good.test");
  Send(stats, 9, Reason::kUserUnknown, "small.test");
  EXPECT_EQ(Summarized(stats).recipient_domains.worst.size(), 1U);
  Send(stats, 1, Reason::kDelivered, "good.test");
  EXPECT_EQ(Summarized(stats).recipient_domains.worst.size(), 0U);
  EXPECT_EQ(Summarized(stats).recipient_domains.min_outcomes, 10U);
}

TEST(Summary, SuppressionsAreNewestFirst) {
  ReportFacts facts;
  facts.suppressions = {
      {.key = "old@a.test", .reason = Reason::kUserUnknown, .since = At(1)},
      {.key = "timeless@a.test", .reason = Reason::kUserUnknown},
      {.key = "new@a.test", .reason = Reason::kMailboxDisabled, .since = At(2)},
  };
  const Summary summary = Summarized(Stats(), std::move(facts));
  ASSERT_EQ(summary.suppressions.size(), 3U);
  EXPECT_EQ(summary.suppressions[0].key, "new@a.test");
  EXPECT_EQ(summary.suppressions[1].key, "old@a.test");
  EXPECT_EQ(summary.suppressions[2].key, "timeless@a.test");
  ASSERT_EQ(summary.suppression_reasons.size(), 2U);
  EXPECT_EQ(summary.suppression_reasons[0].reason, Reason::kUserUnknown);
  EXPECT_EQ(summary.suppression_reasons[0].count, 2U);
}

TEST(Summary, LinesAddUpByFate) {
  Counts counts;
  const auto set = [&](Mta mta, Cause cause, std::uint64_t lines) {
    counts
        .lines[static_cast<std::size_t>(mta)][static_cast<std::size_t>(cause)] =
        lines;
  };
  set(Mta::kPostfix, Cause::kAttempt, 3);
  set(Mta::kExim, Cause::kAttempt, 4);
  set(Mta::kPostfix, Cause::kExpiry, 9);
  set(Mta::kUnknown, Cause::kUnknownFormat, 1);
  const Summary summary = Summarize(Stats(), counts, {});
  EXPECT_EQ(summary.lines, 17U);
  const FateRow& emitted =
      summary.fates[static_cast<std::size_t>(Fate::kEmitted)];
  EXPECT_EQ(emitted.lines, 16U);
  ASSERT_EQ(emitted.causes.size(), 2U);
  EXPECT_EQ(emitted.causes[0].cause, Cause::kExpiry);
  EXPECT_EQ(emitted.causes[1].lines, 7U);
  EXPECT_EQ(summary.fates[static_cast<std::size_t>(Fate::kDeadLettered)].lines,
            1U);
}

TEST(Summary, TotalIsTheSumOfTheProviders) {
  const Summary summary = SampleSummary();
  std::uint64_t outcomes = 0;
  for (const auto& row : summary.providers) outcomes += row.tally.Outcomes();
  EXPECT_EQ(summary.total.Outcomes(), outcomes);
  EXPECT_EQ(summary.dead_letters.at(0).tally.count, 3U);
  EXPECT_EQ(summary.roles[static_cast<std::size_t>(Role::kReinjection)], 1200U);
}

TEST(RowOf, TakesTheCauseWithTheLatestEvidence) {
  SuppressionEntry entry;
  entry.recipient = "ann@example.org";
  entry.since = At(1);
  entry.expires = At(100);
  SuppressionCause older;
  older.reason = Reason::kMailboxDisabled;
  older.days = {{At(1), {}}, {At(2), {}}};
  SuppressionCause newer;
  newer.reason = Reason::kUserUnknown;
  newer.rule = "generic.user-unknown";
  newer.days = {{At(3), {}}};
  entry.causes = {newer, older};
  const SuppressionRow row = RowOf(entry);
  EXPECT_EQ(row.scope, "address");
  EXPECT_EQ(row.key, "ann@example.org");
  EXPECT_EQ(row.reason, Reason::kUserUnknown);
  EXPECT_EQ(row.rule, "generic.user-unknown");
  EXPECT_EQ(row.since, At(1));
  EXPECT_EQ(row.expires, At(100));
  EXPECT_EQ(row.count, 3U);
}

}  // namespace
}  // namespace ricochet
