// Counting allocates only to grow: once there was a transaction as large as
// there ever is, never. Counts through a replaced operator new, for this test
// program alone.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "count_allocations.h"
#include "ledger/rate_counts.h"
#include "publish/sample.h"

namespace ricochet {
namespace {

// Allocations of one transaction.
std::size_t Transaction(RateCounts& counts,
                        const std::vector<std::string>& senders) {
  Sample sample;
  const std::size_t before = allocations;
  for (int i = 0; i < 1'000; ++i) {
    sample.attempt.sender =
        senders[static_cast<std::size_t>(i) % senders.size()];
    sample.attempt.time = SampleTime(i % 7 * 60);
    counts.Add(sample.event());
  }
  const std::size_t during = allocations - before;
  counts.Flush([](const CountRecord&) {});
  return during;
}

TEST(RateCountsAllocations, NoneOnceTheRowsAreThere) {
  std::vector<std::string> senders;
  for (int i = 0; i < 50; ++i) {
    senders.push_back(fmt::format("news@customer{}.shop.example", i));
  }
  RateCounts counts({"other", "google"});
  EXPECT_GT(Transaction(counts, senders), 0U);
  EXPECT_EQ(Transaction(counts, senders), 0U);
  counts.Clear();
  EXPECT_EQ(Transaction(counts, senders), 0U);
}

}  // namespace
}  // namespace ricochet
