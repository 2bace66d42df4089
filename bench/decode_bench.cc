// What decoding costs. Each benchmark decodes the same block of 1,000 lines
// over and over; `per_line` is the figure to compare.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "decode/decoder.h"

namespace ricochet {
namespace {

constexpr int kLines = 1000;
constexpr std::string_view kText =
    "4XvYkz1abcz9rxn: to=<bob@example.net>, relay=mx.example.net[192.0.2.25]:25"
    ", delay=0.42, delays=0.1/0/0.2/0.12, dsn=2.0.0, status=sent (250 2.0.0 "
    "Ok)";

// Ten lines a second, as of a busy server.
template <class Format>
std::string Block(Format format) {
  std::string block;
  for (int i = 0; i < kLines; ++i) {
    char time[16];
    std::snprintf(time, sizeof time, "19:%02d:%02d", i / 600, i / 10 % 60);
    block += format(std::string(time)) + "\n";
  }
  return block;
}

void Decode(benchmark::State& state, const std::string& block, bool batch) {
  Decoder decoder({});
  Record record;
  record.time = EventTime{std::chrono::milliseconds{1795300000000}};
  LogLine line;
  std::size_t lines = 0;
  for (auto _ : state) {
    std::string_view rest = block;
    while (!rest.empty()) {
      const std::size_t size = batch ? rest.size() : rest.find('\n') + 1;
      record.value = rest.substr(0, size);
      rest.remove_prefix(size);
      decoder.Start(record);
      while (decoder.Next(line) != Decoder::Status::kEnd) {
        benchmark::DoNotOptimize(line);
        ++lines;
      }
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(block.size()));
  state.counters["per_line"] = benchmark::Counter(
      static_cast<double>(lines),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

std::string Rfc3164(const std::string& time) {
  return "Nov 21 " + time + " mx1 postfix/smtp[2345]: " + std::string(kText);
}

std::string Rfc3339(const std::string& time) {
  return "2026-11-21T" + time +
         ".512345+00:00 mx1 postfix/smtp[2345]: " + std::string(kText);
}

std::string Rfc5424(const std::string& time) {
  return "<22>1 2026-11-21T" + time +
         ".512345+00:00 mx1 postfix/smtp 2345 - "
         "- " +
         std::string(kText);
}

std::string Filebeat(const std::string& time) {
  return R"({"@timestamp":"2026-11-21T)" + time +
         R"(.512Z","@metadata":{"beat":"filebeat","type":"_doc",)"
         R"("version":"8.15.0"},"log":{"offset":541482,"file":{"path":)"
         R"("/var/log/mail.log","device_id":"64514","inode":"140027"}},)"
         R"("message":")" +
         Rfc3164(time) +
         R"(","input":{"type":"filestream"},"ecs":{"version":"8.0.0"},)"
         R"("host":{"name":"mx1"},"agent":{"ephemeral_id":)"
         R"("64e69b04-fe68-4953-bc3f-7687a57046d7","id":)"
         R"("24f13539-7e02-46c0-bd78-a1d9212f93f3","name":"mx1","type":)"
         R"("filebeat","version":"8.15.0"}})";
}

BENCHMARK_CAPTURE(Decode, rfc3164_block, Block(Rfc3164), true);
BENCHMARK_CAPTURE(Decode, rfc3164_record_per_line, Block(Rfc3164), false);
BENCHMARK_CAPTURE(Decode, rfc3339_block, Block(Rfc3339), true);
BENCHMARK_CAPTURE(Decode, rfc5424_block, Block(Rfc5424), true);
BENCHMARK_CAPTURE(Decode, filebeat_ndjson, Block(Filebeat), true);
BENCHMARK_CAPTURE(Decode, filebeat_record_per_line, Block(Filebeat), false);

}  // namespace
}  // namespace ricochet
