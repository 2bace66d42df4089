#include "observe/labelled_counts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "observe/rule_hit_counts.h"

namespace ricochet {
namespace {

std::string Seen(const LabelledCounts& counts) {
  std::string out;
  counts.ForEach(
      [&](std::string_view name, std::size_t column, std::uint64_t count) {
        out += std::string(name) + std::to_string(column) + "=" +
               std::to_string(count) + " ";
      });
  return out;
}

TEST(LabelledCounts, NamesKeepTheirRows) {
  LabelledCounts counts(2, 2);
  const auto a = counts.FindOrAdd("a");
  counts.Add(a, 0, 3);
  counts.Add(counts.FindOrAdd("b"), 1, 4);
  EXPECT_EQ(counts.FindOrAdd("a"), a);
  EXPECT_EQ(counts.FindOrAdd("c"), LabelledCounts::kOther);
  EXPECT_EQ(counts.Find("c"), LabelledCounts::kOther);
  EXPECT_EQ(Seen(counts), "other0=0 other1=0 a0=3 a1=0 b0=0 b1=4 ");
}

TEST(LabelledCounts, AReaderNeverSeesARowWithoutItsName) {
  constexpr int kRows = 2000;
  LabelledCounts counts(kRows, 1);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < kRows; ++i) {
      counts.Add(counts.FindOrAdd("row" + std::to_string(i)), 0, 1);
    }
    done = true;
  });
  int nameless = 0;
  while (!done) {
    counts.ForEach([&](std::string_view name, std::size_t, std::uint64_t) {
      nameless += name.empty();
    });
  }
  writer.join();
  EXPECT_EQ(nameless, 0);
}

TEST(RuleHitCounts, CountAtCommitOnly) {
  constexpr std::string_view kFull = "generic.full";
  constexpr std::string_view kGone = "generic.gone";
  LabelledCounts published(1, 1);
  RuleHitCounts hits(published);
  hits.Add(kFull);
  hits.Clear();
  EXPECT_EQ(Seen(published), "other0=0 ");
  hits.Add(kFull);
  hits.Add(kFull);
  hits.Commit();
  EXPECT_EQ(Seen(published), "other0=0 generic.full0=2 ");
  hits.Add(kGone);
  hits.Commit();
  EXPECT_EQ(Seen(published), "other0=1 generic.full0=2 ");
  EXPECT_EQ(published.overflow(), 1u);
}

}  // namespace
}  // namespace ricochet
