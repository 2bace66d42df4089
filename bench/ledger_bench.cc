// What a recipient costs in the ledger: memory for one that is suppressed, one
// that is watched and one whose delivery is remembered, time to fold evidence,
// and time and octets to restore from a changelog. Five million of each.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger_sample.h"

namespace ricochet {
namespace {

constexpr int kRecipients = 5'000'000;

double Octets() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// Addresses of 26 octets, as real ones have on average.
std::string_view AddressOf(int i, std::string& scratch) {
  scratch = fmt::format("some.body{:07}@example.org", i);
  return scratch;
}

// Keeps what is put, in one piece: compaction is no part of the measure.
class Records final : public StateWriter {
 public:
  void Put(std::string_view key, std::string_view value,
           bool tombstone) override {
    if (tombstone) return;
    octets += key.size() + value.size();
    all.emplace_back(key, value);
  }
  std::vector<std::pair<std::string, std::string>> all;
  std::size_t octets = 0;
};

SuppressorOptions Unbraked() {
  SuppressorOptions options;
  options.brake = false;
  options.suppressed = options.watched = kRecipients;
  options.deliveries = std::size_t{2} * kRecipients;  // by sender domain, too
  return options;
}

void Fill(const AddressEvidence& evidence, Ledger& ledger) {
  std::string address;
  for (int i = 0; i < kRecipients; ++i) {
    ledger << At(evidence, AddressOf(i, address));
    if (i % 1000 == 0) ledger.fold.Settle();
    ledger.told.clear();
    ledger.history.clear();
  }
  ledger.fold.Settle();
}

// Whether there was room for all of them.
void Check(const Suppressor& fold, benchmark::State& state) {
  const auto counters = fold.counters();
  if (counters.refused != 0 || counters.evicted != 0) {
    state.SkipWithError("not all are in the tables");
  }
}

void Measure(const AddressEvidence& evidence, benchmark::State& state) {
  for (auto _ : state) {
    const auto before = Octets();
    Ledger ledger(Shipped(), Unbraked());
    Fill(evidence, ledger);
    Check(ledger.fold, state);
    state.counters["octets"] = (Octets() - before) / kRecipients;
    const auto* made = &ledger;
    benchmark::DoNotOptimize(made);
  }
  state.SetItemsProcessed(state.iterations() * kRecipients);
}

void Restore(const AddressEvidence& evidence, benchmark::State& state) {
  Records records;
  {
    Ledger ledger(Shipped(), Unbraked());
    std::string address;
    for (int i = 0; i < kRecipients; ++i) {
      ledger << At(evidence, AddressOf(i, address));
      ledger.told.clear();
      ledger.history.clear();
    }
    ledger.fold.Commit(records);
    Check(ledger.fold, state);
  }
  for (auto _ : state) {
    Suppressor fold(Shipped(), Unbraked());
    for (const auto& [key, value] : records.all) {
      if (!fold.Load(key, value)) state.SkipWithError("not readable");
    }
    const auto* loaded = &fold;
    benchmark::DoNotOptimize(loaded);
  }
  state.SetItemsProcessed(state.iterations() * kRecipients);
  state.counters["octets_in_changelog"] =
      static_cast<double>(records.octets) / kRecipients;
}

void BM_Suppressed(benchmark::State& state) {
  Measure(UnknownUser(Day(1)), state);
}
BENCHMARK(BM_Suppressed)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_Watched(benchmark::State& state) {
  Measure(Failure(Reason::kMailboxFull, Day(1)), state);
}
BENCHMARK(BM_Watched)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_Delivered(benchmark::State& state) {
  Measure(DeliveredTo(Day(1)), state);
}
BENCHMARK(BM_Delivered)->Iterations(1)->Unit(benchmark::kMillisecond);

// What most evidence is: about a delivery, of recipients that are known.
void BM_DeliveredAgain(benchmark::State& state) {
  Ledger ledger(Shipped(), Unbraked());
  std::string address;
  int i = 0;
  for (auto _ : state) {
    ledger << At(DeliveredTo(Day(1) + std::chrono::milliseconds(i)),
                 AddressOf(i % 1000, address));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DeliveredAgain);

void BM_RestoreSuppressed(benchmark::State& state) {
  Restore(UnknownUser(Day(1)), state);
}
BENCHMARK(BM_RestoreSuppressed)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_RestoreWatched(benchmark::State& state) {
  Restore(Failure(Reason::kMailboxFull, Day(1)), state);
}
BENCHMARK(BM_RestoreWatched)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ricochet
