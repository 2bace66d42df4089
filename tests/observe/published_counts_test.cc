#include "observe/published_counts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace ricochet {
namespace {

std::unique_ptr<Counts> Read(const PublishedCounts& published) {
  auto sum = std::make_unique<Counts>();
  published.ReadInto(*sum);
  return sum;
}

// Each cell gets its own number, so that no two can be mistaken.
std::unique_ptr<Counts> Distinct() {
  auto counts = std::make_unique<Counts>();
  ForEachCountsCell(*counts, []<class Cell>(Cell& cell, std::size_t index) {
    cell = static_cast<Cell>(index + 1);
  });
  return counts;
}

TEST(PublishedCounts, EveryCellIsPublishedToItsOwnPlace) {
  const auto published = std::make_unique<PublishedCounts>();
  const auto counts = Distinct();
  published->Add(*counts);
  const auto sum = Read(*published);
  EXPECT_EQ(sum->lines, counts->lines);
  EXPECT_EQ(sum->attempts, counts->attempts);
  EXPECT_EQ(sum->outcomes, counts->outcomes);
  EXPECT_EQ(sum->bounces, counts->bounces);
  EXPECT_EQ(sum->verdicts, counts->verdicts);
  EXPECT_EQ(sum->disagreements, counts->disagreements);
  EXPECT_EQ(sum->suppressions, counts->suppressions);
  EXPECT_EQ(sum->suppression_flaws, counts->suppression_flaws);
  EXPECT_EQ(sum->time_to_final, counts->time_to_final);
  EXPECT_EQ(sum->time_to_final_sum, counts->time_to_final_sum);
  EXPECT_EQ(sum->evicted, counts->evicted);
  EXPECT_EQ(sum->rate_flaws, counts->rate_flaws);
  EXPECT_EQ(sum->brakes, counts->brakes);
  EXPECT_EQ(sum->senders_unknown, counts->senders_unknown);
  EXPECT_EQ(sum->time_clamped, counts->time_clamped);
}

TEST(PublishedCounts, CommitsAddUp) {
  const auto published = std::make_unique<PublishedCounts>();
  auto counts = std::make_unique<Counts>();
  counts->senders_unknown = 2;
  counts->time_to_final_sum[1] = 0.25;
  published->Add(*counts);
  published->Add(*counts);
  const auto sum = Read(*published);
  EXPECT_EQ(sum->senders_unknown, 4U);
  EXPECT_EQ(sum->time_to_final_sum[1], 0.5);
}

TEST(PublishedCounts, ReadingAddsToWhatIsThere) {
  const auto first = std::make_unique<PublishedCounts>();
  const auto second = std::make_unique<PublishedCounts>();
  const auto counts = Distinct();
  first->Add(*counts);
  second->Add(*counts);
  auto sum = Read(*first);
  second->ReadInto(*sum);
  EXPECT_EQ(sum->lines[0][0], 2 * counts->lines[0][0]);
}

TEST(PublishedCounts, ReaderSeesNoNumberGoBack) {
  const auto published = std::make_unique<PublishedCounts>();
  std::atomic<bool> done{false};
  std::thread writer([&] {
    auto counts = std::make_unique<Counts>();
    counts->time_clamped = 1;
    for (int i = 0; i < 500; ++i) published->Add(*counts);
    done = true;
  });
  std::uint64_t last = 0;
  while (!done) {
    const std::uint64_t now = Read(*published)->time_clamped;
    EXPECT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(Read(*published)->time_clamped, 500U);
}

TEST(PublishedCounts, GaugesHoldTheLastValue) {
  const auto published = std::make_unique<PublishedCounts>();
  published->SetCorrelationEntries(5);
  published->SetCorrelationEntries(3);
  ActiveSuppressions active;
  active.At(SuppressionScope::kDomain, Reason::kDomainNotFound) = 9;
  published->SetSuppressionsActive(active);
  active.At(SuppressionScope::kDomain, Reason::kDomainNotFound) = 7;
  published->SetSuppressionsActive(active);
  EXPECT_EQ(published->correlation_entries(), 3U);
  EXPECT_EQ(published->suppressions_active(), active);
}

}  // namespace
}  // namespace ricochet
