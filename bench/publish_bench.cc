// Cost of writing one event: full, short, its id, and its evidence.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "../tests/publish/sample.h"
#include "ledger/evidence_of.h"
#include "publish/delivery_event.h"
#include "publish/event_id.h"
#include "publish/evidence.h"

namespace ricochet {
namespace {

void BM_DeliveryEventFull(benchmark::State& state) {
  DeliveryEventEncoder encoder(SampleOptions());
  Sample sample;
  std::size_t octets = 0;
  for (auto _ : state) {
    sample.attempt.time += std::chrono::milliseconds(7);
    octets = encoder.Encode(sample.event(), true).size();
    benchmark::DoNotOptimize(octets);
  }
  state.counters["octets"] = static_cast<double>(octets);
}
BENCHMARK(BM_DeliveryEventFull);

void BM_DeliveryEventShort(benchmark::State& state) {
  DeliveryEventEncoder encoder(SampleOptions());
  auto sample = Sample::Delivered();
  std::size_t octets = 0;
  for (auto _ : state) {
    sample.attempt.time += std::chrono::milliseconds(7);
    octets = encoder.Encode(sample.event(), false).size();
    benchmark::DoNotOptimize(octets);
  }
  state.counters["octets"] = static_cast<double>(octets);
}
BENCHMARK(BM_DeliveryEventShort);

void BM_DeliveryEventRecord(benchmark::State& state) {
  DeliveryEventEncoder encoder(SampleOptions());
  auto sample = Sample::Delivered();
  for (auto _ : state) {
    auto record = encoder.ToRecord(sample.event());
    benchmark::DoNotOptimize(record);
  }
}
BENCHMARK(BM_DeliveryEventRecord);

void BM_EventId(benchmark::State& state) {
  const std::vector<std::string> topics = {"mail.logs"};
  const EventIds ids("main", topics);
  Source source{{0, 3}, 918273, 0};
  for (auto _ : state) {
    ++source.offset;
    benchmark::DoNotOptimize(ids.Make(source, EventType::kDelivery));
  }
}
BENCHMARK(BM_EventId);

void BM_EvidenceOf(benchmark::State& state) {
  AddressScratch scratch;
  Sample sample;
  const auto event = sample.event();
  for (auto _ : state) {
    benchmark::DoNotOptimize(EvidenceOf(event, scratch));
  }
}
BENCHMARK(BM_EvidenceOf);

void BM_EvidenceEncode(benchmark::State& state) {
  AddressScratch scratch;
  Sample sample;
  const auto evidence = *EvidenceOf(sample.event(), scratch);
  EvidenceEncoder encoder;
  for (auto _ : state) {
    benchmark::DoNotOptimize(encoder.Encode(evidence).data());
  }
}
BENCHMARK(BM_EvidenceEncode);

void BM_EvidenceDecode(benchmark::State& state) {
  AddressScratch scratch;
  Sample sample;
  EvidenceEncoder encoder;
  const auto bytes = encoder.Encode(*EvidenceOf(sample.event(), scratch));
  for (auto _ : state) {
    auto decoded = DecodeEvidence(bytes);
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(BM_EvidenceDecode);

}  // namespace
}  // namespace ricochet
