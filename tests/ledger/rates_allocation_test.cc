// Counting allocates only to grow: once there was a transaction as large as
// there ever is, never. Counts through a replaced operator new, for this test
// program alone.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "ledger/rate_counts.h"
#include "publish/sample.h"

namespace {

std::size_t allocations = 0;

}  // namespace

// Never inlined: GCC would see free() meet new.
[[gnu::noinline]] void* operator new(std::size_t size,
                                     const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

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
