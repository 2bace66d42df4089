// Cost of recognising and parsing one line, without decoding it.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mta/registry.h"

namespace {

struct Source {
  std::string_view program;
  std::string_view text;
};

// The lines of one delivered message.
constexpr Source kMessage[] = {
    {"postfix/smtpd", "connect from app.example.com[192.0.2.3]"},
    {"postfix/smtpd", "4jX3232MrPz1bFSM: client=app.example.com[192.0.2.3]"},
    {"postfix/cleanup",
     "4jX3232MrPz1bFSM: message-id=<1795289877341541336.1@example.com>"},
    {"postfix/qmgr",
     "4jX3232MrPz1bFSM: from=<bounce+7f3a@news.example.com>, size=31371, "
     "nrcpt=1 (queue active)"},
    {"postfix/smtp",
     "4jX3232MrPz1bFSM: to=<ann.other@example.org>, "
     "relay=mx1.example.org[192.0.2.77]:25, delay=1.3, "
     "delays=0.02/0.01/0.77/0.5, dsn=2.0.0, status=sent (250 2.0.0 OK  "
     "1795289877 a1-20020a05600c358100b003b4a2b9c0desi123 - gsmtp)"},
    {"postfix/qmgr", "4jX3232MrPz1bFSM: removed"},
    {"postfix/smtpd",
     "disconnect from app.example.com[192.0.2.3] ehlo=1 mail=1 rcpt=1 data=1 "
     "quit=1 commands=5"},
};

// The delivery lines of one that met trouble, one in ten of the real ones.
constexpr Source kTrouble[] = {
    {"postfix/smtp",
     "connect to mx2.example.org[192.0.2.78]:25: Connection timed out"},
    {"postfix/smtp",
     "4jX3232MrPz1bFSN: to=<bob@example.org>, "
     "relay=mx1.example.org[192.0.2.77]:25, conn_use=2, delay=4211, "
     "delays=4210/0.01/0.77/0.5, dsn=5.1.1, status=bounced (host "
     "mx1.example.org[192.0.2.77] said: 550-5.1.1 The email account that you "
     "tried to reach does not exist. 550 5.1.1 Please check it (in reply to "
     "RCPT TO command))"},
    {"postfix/smtp",
     "4jX3232MrPz1bFSP: to=<eve@example.org>, relay=none, delay=4211, "
     "delays=4210/0.01/0.77/0, dsn=4.4.1, status=deferred (connect to "
     "mx2.example.org[192.0.2.78]:25: Connection timed out)"},
};

std::vector<ricochet::LogLine> Lines(std::span<const Source> sources) {
  std::vector<ricochet::LogLine> lines;
  for (const auto& source : sources) {
    auto& line = lines.emplace_back();
    line.program = source.program;
    line.text = source.text;
  }
  return lines;
}

std::vector<ricochet::LogLine> Mix() {
  std::vector<ricochet::LogLine> mix;
  for (int i = 0; i < 10; ++i) {
    const auto message = Lines(kMessage);
    mix.insert(mix.end(), message.begin(), message.end());
  }
  const auto trouble = Lines(kTrouble);
  mix.insert(mix.end(), trouble.begin(), trouble.end());
  return mix;
}

void ParseAll(benchmark::State& state,
              const std::vector<ricochet::LogLine>& lines) {
  ricochet::MtaEvent event;
  for (auto _ : state) {
    for (const auto& line : lines) {
      auto result = ricochet::Parse(line, event);
      benchmark::DoNotOptimize(result);
      benchmark::DoNotOptimize(event);
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(lines.size()));
}

void BM_Mix(benchmark::State& state) { ParseAll(state, Mix()); }
BENCHMARK(BM_Mix);

void BM_Message(benchmark::State& state) {
  const auto index = static_cast<std::size_t>(state.range(0));
  ParseAll(state, Lines({&kMessage[index], 1}));
}
BENCHMARK(BM_Message)->DenseRange(0, 6);

void BM_Trouble(benchmark::State& state) {
  const auto index = static_cast<std::size_t>(state.range(0));
  ParseAll(state, Lines({&kTrouble[index], 1}));
}
BENCHMARK(BM_Trouble)->DenseRange(0, 2);

}  // namespace
