#include "observe/sender_outcomes.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "observe/collector.h"

namespace ricochet {
namespace {

constexpr SenderOutcomes::Kinds kOneDelivered = {1};

// "name:delivered,hard ..." of those that counted anything.
std::string Seen(const LabelledCounts& counts) {
  std::string out;
  counts.ForEach(
      [&](std::string_view name, std::size_t kind, std::uint64_t count) {
        if (count == 0) return;
        out += std::string(name) + ":" + std::string(kKindNames[kind]) + "=" +
               std::to_string(count) + " ";
      });
  return out;
}

TEST(SenderOutcomes, ADomainIsNamedOnceItReachesTheThreshold) {
  LabelledCounts published(2, kKindCount);
  SenderOutcomes senders(published, 3);
  senders.Add("shop.example", {1, 1});
  senders.Commit();
  EXPECT_EQ(Seen(published), "other:delivered=1 other:hard=1 ");
  senders.Add("shop.example", {0, 1});
  senders.Add("shop.example", {2});
  senders.Commit();
  EXPECT_EQ(Seen(published),
            "other:delivered=1 other:hard=1 shop.example:delivered=2 "
            "shop.example:hard=1 ");
}

TEST(SenderOutcomes, TheFirstAreKeptAndWhoComesTooLateIsCounted) {
  LabelledCounts published(1, kKindCount);
  SenderOutcomes senders(published, 2);
  for (const auto* domain : {"first.example", "late.example"}) {
    senders.Add(domain, {5});
    senders.Commit();
  }
  EXPECT_EQ(Seen(published), "other:delivered=5 first.example:delivered=5 ");
  EXPECT_EQ(published.overflow(), 5u);
}

TEST(SenderOutcomes, AbortedWorkCountsNothing) {
  LabelledCounts published(1, kKindCount);
  SenderOutcomes senders(published, 2);
  senders.Add("shop.example", {1});
  senders.Clear();
  senders.Add("shop.example", {1});
  senders.Commit();
  EXPECT_EQ(Seen(published), "other:delivered=1 ");
}

TEST(SenderOutcomes, ADomainCalledOtherIsOther) {
  LabelledCounts published(1, kKindCount);
  SenderOutcomes senders(published, 1);
  senders.Add("other", {1});
  senders.Commit();
  EXPECT_EQ(Seen(published), "other:delivered=1 ");
}

TEST(SenderOutcomes, ALargeSenderIsFoundAmongAMillionThatSendOnce) {
  LabelledCounts published(10, kKindCount);
  SenderOutcomes senders(published, 200);
  for (int i = 0; i < 1'000'000; ++i) {
    senders.Add("d" + std::to_string(i) + ".example", kOneDelivered);
    if (i % 100 == 0) senders.Add("shop.example", kOneDelivered);
    if (i % 1000 == 999) senders.Commit();
  }
  EXPECT_NE(published.Find("shop.example"), LabelledCounts::kOther);
}

std::size_t SeriesOf(const std::string& text, const std::string& metric) {
  std::size_t series = 0;
  for (auto at = text.find("\n" + metric + "{"); at != std::string::npos;
       at = text.find("\n" + metric + "{", at + 1)) {
    ++series;
  }
  return series;
}

// 35,000 series after a week, in another exporter.
TEST(SenderOutcomes, AMillionSenderDomainsLeaveTheNumberOfSeriesBounded) {
  constexpr std::size_t kMost = 50;
  const auto worker = std::make_unique<PublishedCounts>(kMost);
  SenderOutcomes senders(worker->sender_outcomes, 2);
  SenderOutcomes::Kinds all;
  all.fill(1);
  for (int i = 0; i < 1'000'000; ++i) {
    senders.Add("d" + std::to_string(i) + ".example", all);
    if (i % 1000 == 999) senders.Commit();
  }
  MetricSources sources;
  sources.workers = {worker.get()};
  const std::string text = MetricsText(Collector(sources));
  EXPECT_EQ(SeriesOf(text, "ricochet_sender_outcomes_total"),
            (kMost + 1) * kKindCount);
  EXPECT_NE(
      text.find("\nricochet_label_overflow_total{label=\"sender_domain\"} " +
                std::to_string((1'000'000 - kMost) * kKindCount) + "\n"),
      std::string::npos);
}

}  // namespace
}  // namespace ricochet
