// Cost of counting one event, of folding counts into windows, of telling a
// window, and the memory of one.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <string>
#include <vector>

#include "../tests/publish/sample.h"
#include "ledger/rate_counts.h"
#include "ledger/rates.h"
#include "publish/bounce_rate.h"
#include "publish/count_evidence.h"

namespace ricochet {
namespace {

constexpr Minute kStart = 29'930'400;

std::string Domain(std::size_t number) {
  return "customer" + std::to_string(number) + ".shop.example";
}

// Events of so many sender domains in turn.
void BM_CountEvent(benchmark::State& state) {
  const auto domains = static_cast<std::size_t>(state.range(0));
  std::vector<std::string> senders;
  for (std::size_t i = 0; i < domains; ++i) senders.push_back("a@" + Domain(i));
  RateCounts counts(SampleProviders());
  auto sample = Sample::Delivered();
  std::size_t next = 0;
  for (auto _ : state) {
    sample.attempt.sender = senders[next++ % domains];
    counts.Add(sample.event());
  }
  benchmark::DoNotOptimize(counts.size());
}
BENCHMARK(BM_CountEvent)->Arg(1)->Arg(100)->Arg(10'000);

CountRow SampleCount(Minute minute) {
  CountRow row{.stream = "default",
               .provider = "google",
               .egress = "",
               .minute = minute,
               .numbers = {},
               .reasons = {}};
  row.numbers.counts = {50, 3, 0, 45, 1, 0, 1, 0, 0};
  return row;
}

constexpr std::array kReasonsOfCount = {ReasonCount{Reason::kUserUnknown, 1},
                                        ReasonCount{Reason::kBlocklisted, 1}};

// One row a record, each second as many records as there are domains: three
// windows a row.
void BM_FoldCounts(benchmark::State& state) {
  const auto domains = static_cast<std::size_t>(state.range(0));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < domains; ++i) names.push_back(Domain(i));
  Rates rates({});
  Offset offset = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const auto seconds = next / domains;
    auto row = SampleCount(kStart + static_cast<Minute>(seconds / 60));
    row.reasons = kReasonsOfCount;
    rates.Add({.tenant = "default",
               .sender_domain = names[next % domains],
               .rows = {&row, 1}},
              kNoTime, offset++);
    if (++next % domains != 0) continue;
    rates.Tick(TimeOf(kStart) + std::chrono::seconds(seconds),
               [](const RateWindow&) {});
    rates.Settle();
  }
  state.counters["windows"] = static_cast<double>(rates.size());
}
BENCHMARK(BM_FoldCounts)->Arg(1)->Arg(100)->Arg(10'000);

void BM_CountsEncode(benchmark::State& state) {
  auto row = SampleCount(kStart);
  row.reasons = kReasonsOfCount;
  CountEvidenceEncoder encoder;
  std::size_t octets = 0;
  for (auto _ : state) {
    octets = encoder
                 .Encode({.tenant = "default",
                          .sender_domain = "shop.example",
                          .rows = {&row, 1}})
                 .size();
    benchmark::DoNotOptimize(octets);
  }
  state.counters["octets"] = static_cast<double>(octets);
}
BENCHMARK(BM_CountsEncode);

void BM_CountsDecode(benchmark::State& state) {
  auto row = SampleCount(kStart);
  row.reasons = kReasonsOfCount;
  CountEvidenceEncoder encoder;
  const auto bytes = encoder.Encode({.tenant = "default",
                                     .sender_domain = "shop.example",
                                     .rows = {&row, 1}});
  CountEvidenceDecoder decoder;
  for (auto _ : state) {
    auto decoded = decoder.Decode(bytes);
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(BM_CountsDecode);

void BM_WindowAsJson(benchmark::State& state) {
  Rates rates({});
  auto row = SampleCount(kStart);
  row.reasons = kReasonsOfCount;
  rates.Add(
      {.tenant = "default", .sender_domain = "shop.example", .rows = {&row, 1}},
      kNoTime, 0);
  BounceRateEncoder encoder("kafka://main/mail.bounce-rates");
  rates.Tick(TimeOf(kStart), [&](const RateWindow& window) {
    if (window.length != RateLength::kDay) return;
    for (auto _ : state) {
      auto record = encoder.ToRecord(window);
      benchmark::DoNotOptimize(record);
    }
  });
}
BENCHMARK(BM_WindowAsJson);

class Discard final : public StateWriter {
 public:
  void Put(std::string_view key, std::string_view value, bool) override {
    octets += key.size() + value.size();
    ++entries;
  }
  std::size_t octets = 0;
  std::size_t entries = 0;
};

// So many minutes of 1,000 domains, committed every minute.
void BM_WindowMemory(benchmark::State& state) {
  for (auto _ : state) {
    const auto before = mallinfo2().uordblks + mallinfo2().hblkhd;
    Rates rates({});
    Discard log;
    Offset offset = 0;
    for (Minute minute = 0; minute < Minute(state.range(0)); ++minute) {
      for (std::size_t i = 0; i < 1'000; ++i) {
        auto row = SampleCount(kStart + minute);
        row.reasons = kReasonsOfCount;
        const auto domain = Domain(i);
        rates.Add(
            {.tenant = "default", .sender_domain = domain, .rows = {&row, 1}},
            kNoTime, offset++);
      }
      rates.Tick(TimeOf(kStart + minute), [](const RateWindow&) {});
      rates.Commit(log);
      rates.Settle();
    }
    const auto used = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    const auto windows = static_cast<double>(rates.size());
    state.counters["windows"] = windows;
    state.counters["octets_a_window"] = static_cast<double>(used) / windows;
    state.counters["octets_an_entry"] =
        static_cast<double>(log.octets) / static_cast<double>(log.entries);
  }
}
BENCHMARK(BM_WindowMemory)->Arg(60)->Arg(350)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ricochet
