#include "observe/collector.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>

#include "observe/metrics.h"
#include "ricochet/wall_clock.h"

namespace ricochet {
namespace {

// One worker; what it counts becomes text as Prometheus would see it.
class CollectorTest : public testing::Test {
 protected:
  CollectorTest() {
    sources_.workers = {worker_.get()};
    sources_.providers = {"other", "google"};
    sources_.streams = {"default", "news"};
    sources_.build = {"0.1.0", "gcc 12", "2.0.2", "20220601"};
  }

  [[nodiscard]] std::string Scrape() {
    worker_->Add(*counts_);
    *counts_ = Counts();
    return MetricsText(Collector(sources_));
  }

  static constexpr auto kPostfix = static_cast<std::size_t>(Mta::kPostfix);
  static constexpr std::size_t kGoogle = 1;

  std::unique_ptr<Counts> counts_ = std::make_unique<Counts>();
  std::unique_ptr<PublishedCounts> worker_ =
      std::make_unique<PublishedCounts>();
  MetricSources sources_;
};

// Whether `text` has exactly this line.
bool HasLine(const std::string& text, const std::string& wanted) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line == wanted) return true;
  }
  return false;
}

std::size_t SeriesOf(const std::string& text, const std::string& metric) {
  std::istringstream lines(text);
  std::size_t n = 0;
  for (std::string line; std::getline(lines, line);) {
    n += line.starts_with(metric + "{") || line.starts_with(metric + " ");
  }
  return n;
}

TEST_F(CollectorTest, EveryFamilyIsAlwaysThere) {
  const std::string text = Scrape();
  for (const MetricInfo& info : kMetrics) {
    EXPECT_TRUE(HasLine(text, "# HELP " + std::string(info.name) + " " +
                                  std::string(info.help)))
        << info.name;
  }
}

TEST_F(CollectorTest, CountersCarryTheirLabels) {
  counts_->lines[kPostfix][static_cast<std::size_t>(Cause::kAttempt)] = 3;
  counts_->attempts[kPostfix][kGoogle][2] = 4;
  counts_->bounces[kGoogle][static_cast<std::size_t>(Reason::kUserUnknown)][1] =
      5;
  counts_->deferrals[kGoogle][static_cast<std::size_t>(Reason::kGreylisted)] =
      11;
  counts_->verdicts[1][0] = 6;
  counts_->disagreements[kGoogle] = 7;
  counts_->suppressions[0][static_cast<std::size_t>(Reason::kUserUnknown)][0] =
      8;
  counts_->suppressions[2][0][1] = 13;
  counts_->suppression_flaws[0] = 14;
  counts_->evicted[0] = 9;
  counts_->rate_flaws[0] = 11;
  counts_->brakes[kGoogle] = 12;
  counts_->senders_unknown = 10;
  const std::string text = Scrape();
  for (
      const char* line : {
          R"(ricochet_lines_total{mta="postfix",fate="emitted",cause="attempt"} 3)",
          R"(ricochet_attempts_total{mta="postfix",provider="google",outcome="bounced"} 4)",
          R"(ricochet_bounces_total{provider="google",reason="user_unknown",kind="hard"} 5)",
          R"(ricochet_deferrals_total{provider="google",reason="greylisted"} 11)",
          R"(ricochet_verdicts_total{decided_by="text_rule",authority="remote"} 6)",
          R"(ricochet_code_disagreements_total{provider="google"} 7)",
          R"(ricochet_suppressions_total{action="suppress",reason="user_unknown",scope="address"} 8)",
          R"(ricochet_suppressions_total{action="expire",reason="",scope="domain"} 13)",
          R"(ricochet_suppression_flaws_total{cause="full"} 14)",
          R"(ricochet_correlation_evicted_total{cause="capacity"} 9)",
          R"(ricochet_senders_unknown_total 10)",
          R"(ricochet_rate_flaws_total{cause="late"} 11)",
          R"(ricochet_brakes_total{provider="google"} 12)",
          R"(ricochet_build_info{version="0.1.0",compiler="gcc 12",librdkafka="2.0.2",re2="20220601"} 1)",
      }) {
    EXPECT_TRUE(HasLine(text, line)) << line;
  }
}

TEST_F(CollectorTest, SeriesThatNeverCountedAreLeftOut) {
  const std::string text = Scrape();
  EXPECT_EQ(SeriesOf(text, "ricochet_attempts_total"), 0U);
  EXPECT_EQ(SeriesOf(text, "ricochet_bounces_total"), 0U);
  EXPECT_EQ(SeriesOf(text, "ricochet_time_to_final_seconds_count"), 0U);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 120);
}

TEST_F(CollectorTest, DeadLettersOfASeenMtaStartAtZero) {
  const std::string unseen =
      R"(ricochet_lines_total{mta="postfix",fate="dead_lettered",cause="bad_syntax"} 0)";
  EXPECT_FALSE(HasLine(Scrape(), unseen));
  counts_->lines[kPostfix][static_cast<std::size_t>(Cause::kTls)] = 1;
  EXPECT_TRUE(HasLine(Scrape(), unseen));
  EXPECT_TRUE(HasLine(
      Scrape(),
      R"(ricochet_lines_total{mta="unknown",fate="dead_lettered",cause="decode"} 0)"));
}

TEST_F(CollectorTest, OutcomesOfASeenProviderAreWhole) {
  counts_->outcomes[1][kGoogle][0] = 1;
  const std::string text = Scrape();
  EXPECT_EQ(SeriesOf(text, "ricochet_outcomes_total"), 4 * kKindCount);
  EXPECT_TRUE(HasLine(
      text,
      R"(ricochet_outcomes_total{stream="news",provider="google",kind="hard"} 0)"));
}

TEST_F(CollectorTest, SuppressionsAreSummedOverWorkers) {
  const auto other = std::make_unique<PublishedCounts>();
  sources_.workers.push_back(other.get());
  ActiveSuppressions active;
  active.At(SuppressionScope::kAddress, Reason::kUserUnknown) = 5;
  worker_->SetSuppressionsActive(active);
  active.At(SuppressionScope::kDomain, Reason::kDomainNotFound) = 2;
  other->SetSuppressionsActive(active);
  const std::string text = Scrape();
  for (
      const char* line : {
          R"(ricochet_suppressions_active{reason="user_unknown",scope="address"} 10)",
          R"(ricochet_suppressions_active{reason="domain_not_found",scope="domain"} 2)",
          R"(ricochet_suppressions_active{reason="",scope="address"} 0)",
      }) {
    EXPECT_TRUE(HasLine(text, line)) << line << "\n" << text;
  }
  EXPECT_EQ(SeriesOf(text, "ricochet_suppressions_active"), 2U + 4U);
}

TEST_F(CollectorTest, RepliesThatThePageDoesNotShowAreCounted) {
  for (std::size_t id = 1; id <= RecentTemplates::kMaxTemplates + 3; ++id) {
    SmtpResponse response;
    response.template_id = id;
    response.template_text = "no";
    worker_->templates.Add({{}, {}, {}, response, {}, {}});
  }
  worker_->templates.Commit(SystemNow());
  EXPECT_TRUE(HasLine(Scrape(),
                      R"(ricochet_label_overflow_total{label="template"} 3)"));
}

TEST_F(CollectorTest, StreamsBeyondTheMostAreCountedAsOther) {
  counts_->outcomes[kOtherStream][kGoogle][0] = 3;
  sources_.streams.resize(kMaxStreams, "s");
  sources_.streams[kOtherStream] = "other";
  const std::string text = Scrape();
  EXPECT_TRUE(HasLine(
      text,
      R"(ricochet_outcomes_total{stream="other",provider="google",kind="delivered"} 3)"));
  EXPECT_TRUE(
      HasLine(text, R"(ricochet_label_overflow_total{label="stream"} 3)"));
}

TEST_F(CollectorTest, HistogramIsCumulative) {
  counts_->time_to_final[1][0] = 2;                          // up to 0.1 s
  counts_->time_to_final[1][1] = 1;                          // up to 0.5 s
  counts_->time_to_final[1][kTimeToFinalBounds.size()] = 1;  // beyond all
  counts_->time_to_final_sum[1] = 1e6;
  const std::string text = Scrape();
  for (const char* line : {
           R"(ricochet_time_to_final_seconds_bucket{kind="hard",le="0.1"} 2)",
           R"(ricochet_time_to_final_seconds_bucket{kind="hard",le="0.5"} 3)",
           R"(ricochet_time_to_final_seconds_bucket{kind="hard",le="+Inf"} 4)",
           R"(ricochet_time_to_final_seconds_count{kind="hard"} 4)",
           R"(ricochet_time_to_final_seconds_sum{kind="hard"} 1000000)",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line << "\n" << text;
  }
}

TEST_F(CollectorTest, WorkersAreSummed) {
  const auto other = std::make_unique<PublishedCounts>();
  sources_.workers.push_back(other.get());
  counts_->time_clamped = 1;
  other->Add(*counts_);
  other->SetCorrelationEntries(4);
  worker_->SetCorrelationEntries(3);
  const std::string text = Scrape();
  EXPECT_TRUE(HasLine(text, "ricochet_time_clamped_total 2"));
  EXPECT_TRUE(HasLine(text, "ricochet_correlation_entries 7"));
}

TEST_F(CollectorTest, TheSameNameOfSeveralWorkersIsOneSeries) {
  const auto other = std::make_unique<PublishedCounts>();
  sources_.workers.push_back(other.get());
  for (auto* const worker : {worker_.get(), other.get()}) {
    auto& senders = worker->sender_outcomes;
    senders.Add(senders.FindOrAdd("shop.example"), 1, 2);
    worker->rule_hits.Add(worker->rule_hits.FindOrAdd("generic.full"), 0, 3);
  }
  const std::string text = Scrape();
  EXPECT_TRUE(HasLine(
      text,
      R"(ricochet_sender_outcomes_total{sender_domain="shop.example",kind="hard"} 4)"));
  EXPECT_TRUE(
      HasLine(text, R"(ricochet_rule_hits_total{rule="generic.full"} 6)"));
}

TEST_F(CollectorTest, HostsAreComparedAcrossWorkers) {
  EXPECT_TRUE(HasLine(Scrape(), "ricochet_unkeyed_hosts 0"));
  const auto other = std::make_unique<PublishedCounts>();
  sources_.workers.push_back(other.get());
  const EventTime now = SystemNow();
  worker_->hosts.Add({0, 1}, "mx1", now);
  other->hosts.Add({0, 2}, "mx1", now);
  worker_->hosts.Publish(now);
  other->hosts.Publish(now);
  EXPECT_TRUE(HasLine(Scrape(), "ricochet_unkeyed_hosts 1"));
}

TEST_F(CollectorTest, WorkersOfAStageAreSummed) {
  StageSample sample{.stage = "attempts",
                     .committed = 2,
                     .aborted = 1,
                     .state_written = 4,
                     .state_restored = 5,
                     .given_up = 6,
                     .offsets_lost = {1, 0, 2},
                     .batch_bounds = {0.01, 1},
                     .batch_counts = {1, 2, 3},
                     .batch_seconds = 9,
                     .lags = {{"mail.logs", 3, 77, 1.5}}};
  sources_.stages = [&] {
    StageSample other = sample;
    other.lags = {{"mail.logs", 4, 0, std::nullopt}};
    return std::vector<StageSample>{sample, other};
  };
  const std::string text = Scrape();
  for (
      const char* line : {
          R"(ricochet_transactions_total{stage="attempts",result="committed"} 4)",
          R"(ricochet_transactions_total{stage="attempts",result="aborted"} 2)",
          R"(ricochet_state_records_total{stage="attempts",direction="written"} 8)",
          R"(ricochet_state_records_total{stage="attempts",direction="restored"} 10)",
          R"(ricochet_records_given_up_total{stage="attempts"} 12)",
          R"(ricochet_offsets_lost_total{stage="attempts",cause="deleted"} 2)",
          R"(ricochet_offsets_lost_total{stage="attempts",cause="replay_deleted"} 0)",
          R"(ricochet_offsets_lost_total{stage="attempts",cause="metadata"} 4)",
          R"(ricochet_batch_seconds_bucket{stage="attempts",le="1"} 6)",
          R"(ricochet_batch_seconds_count{stage="attempts"} 12)",
          R"(ricochet_batch_seconds_sum{stage="attempts"} 18)",
          R"(ricochet_consumer_lag_records{stage="attempts",topic="mail.logs",partition="3"} 77)",
          R"(ricochet_consumer_lag_records{stage="attempts",topic="mail.logs",partition="4"} 0)",
          R"(ricochet_event_lag_seconds{stage="attempts",topic="mail.logs",partition="3"} 1.5)",
      }) {
    EXPECT_TRUE(HasLine(text, line)) << line << "\n" << text;
  }
  EXPECT_EQ(SeriesOf(text, "ricochet_event_lag_seconds"), 1U);
}

TEST_F(CollectorTest, BackfillTellsItsLinesAndNothingElse) {
  counts_->lines[kPostfix][static_cast<std::size_t>(Cause::kAttempt)] = 3;
  counts_->attempts[kPostfix][kGoogle][0] = 3;
  ActiveSuppressions active;
  active.At(SuppressionScope::kAddress, Reason::kUserUnknown) = 5;
  worker_->SetSuppressionsActive(active);
  sources_.ruleset_hash = [] { return "aa"; };
  sources_.lines_only = true;
  std::istringstream text(Scrape());
  std::size_t series = 0;
  for (std::string line; std::getline(text, line);) {
    EXPECT_NE(line.find("ricochet_lines_total"), std::string::npos) << line;
    series += line.ends_with(" 3");
  }
  EXPECT_EQ(series, 1U);
}

TEST_F(CollectorTest, RulesetIsAskedAtEachScrape) {
  std::string hash = "aa";
  sources_.ruleset_hash = [&] { return hash; };
  const Collector collector(sources_);
  EXPECT_TRUE(
      HasLine(MetricsText(collector), R"(ricochet_ruleset_info{hash="aa"} 1)"));
  hash = "bb";
  EXPECT_TRUE(
      HasLine(MetricsText(collector), R"(ricochet_ruleset_info{hash="bb"} 1)"));
}

TEST_F(CollectorTest, EveryCellThatCountsIsExported) {
  std::size_t cells = 0;
  for (auto n = sources_.streams.size(); n < kMaxStreams; ++n) {
    sources_.streams.push_back("s" + std::to_string(n));
  }
  ForEachCountsCell(*counts_, [&]<class Cell>(Cell& cell, std::size_t) {
    cell = Cell{1};
    ++cells;
  });
  const std::string text = Scrape();
  const auto series =
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  // Each family has two lines of head, each histogram a count; there are two
  // gauges, one more for each scope, the overflow of four labels, and the
  // build's info besides.
  EXPECT_EQ(series, cells + 2 * kMetrics.size() + kKindCount +
                        kSuppressionScopeNames.size() + 7);
}

TEST_F(CollectorTest, ProviderWithoutANameKeepsItsSeries) {
  counts_->disagreements[kMaxProviders - 1] = 1;
  EXPECT_TRUE(HasLine(
      Scrape(),
      R"(ricochet_code_disagreements_total{provider="provider_63"} 1)"));
}

}  // namespace
}  // namespace ricochet
