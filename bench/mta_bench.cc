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

// The lines of a message in Exim's main log, then a recipient's refusal.
constexpr Source kExim[] = {
    {"",
     "2026-11-21 19:59:01 1xUrEb-0000l7-2r <= bounce+7f3a@news.example.com "
     "H=app.example.com [192.0.2.3] P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:"
     "256 CV=no S=31371 id=1795289877341541336.1@news.example.com"},
    {"",
     "2026-11-21 19:59:02 1xUrEb-0000l7-2r => ann.other@example.org "
     "R=dnslookup "
     "T=remote_smtp H=mx1.example.org [192.0.2.77] X=TLS1.3:"
     "TLS_AES_256_GCM_SHA384:256 CV=yes C=\"250 2.0.0 OK  1795289877 "
     "a1-20020a05600c358100b003b4a2b9c0desi123 - gsmtp\""},
    {"", "2026-11-21 19:59:02 1xUrEb-0000l7-2r Completed"},
    {"",
     "2026-11-21 19:59:02 1xUrEb-0000l7-2r ** bob@example.org R=dnslookup "
     "T=remote_smtp H=mx1.example.org [192.0.2.77]: SMTP error from remote "
     "mail server after RCPT TO:<bob@example.org>: 550 5.1.1 "
     "<bob@example.org>: Recipient address rejected: User unknown in relay "
     "recipient table"},
};

// Rows of Exchange's message tracking log, as long as real ones.
constexpr Source kExchange[] = {
    {"",
     "2026-11-21T10:00:02.500Z,198.51.100.5,EX01,192.0.2.25,mx.example.org,"
     "\"250 2.0.0 Ok, queued as 4F1C2T;ClientSubmitTime:\",To Internet,SMTP,"
     "SENDEXTERNAL,70971234566456,<1@shop.example>,6f1d3c2a-0b4e-4c55-9a11-"
     "08de28d3a001,ann@example.org,250 2.1.5 Recipient OK,7229,1,,,Your order,"
     "news@shop.example,bounce@shop.example,2026-11-21T10:00:00.000Z;SRV=EX01."
     "shop.example:TOTAL-HUB=1.921|SMR=0.127(SMRDE=0.002|SMRC=0.125(SMRCL=0.105"
     "|X-SMRCR=0.125))|CAT=1.698(CATOS=0.018(CATSM=0.017)),Originating,,,,S:"
     "E2ELatency=2.5;S:MsgRecipCount=1;S:IncludeInSla=True;S:DeliveryPriority="
     "Normal;S:AccountForest=shop.example,Email,a7ae9ef9-e10c-4111-19bf-"
     "08dc0f111bee,15.02.1748.010"},
    {"",
     "2026-11-21T10:00:02.500Z,198.51.100.5,EX01,192.0.2.25,mx.example.org,,"
     "To Internet,SMTP,FAIL,70971234566456,<1@shop.example>,6f1d3c2a-0b4e-4c55-"
     "9a11-08de28d3a001,bob@example.org,\"[{LED=550 5.1.1 <bob@example.org>, "
     "user unknown};{MSG=};{FQDN=mx.example.org};{IP=192.0.2.25};{LRT=11/21/"
     "2026 10:00:02 AM}]\",7229,1,,,Your order,news@shop.example,bounce@shop."
     "example,2026-11-21T10:00:00.000Z;SRV=EX01.shop.example:TOTAL-HUB=1.921,"
     "Originating,,,,S:DeliveryPriority=Normal,Email,a7ae9ef9-e10c-4111-19bf-"
     "08dc0f111bee,15.02.1748.010"},
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
  ricochet::ParserMemory memory;
  ricochet::MtaEvent event;
  for (auto _ : state) {
    for (const auto& line : lines) {
      auto result = ricochet::Parse(line, memory, event);
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

void BM_Exim(benchmark::State& state) {
  const auto index = static_cast<std::size_t>(state.range(0));
  ParseAll(state, Lines({&kExim[index], 1}));
}
BENCHMARK(BM_Exim)->DenseRange(0, 3);

void BM_Exchange(benchmark::State& state) {
  const auto index = static_cast<std::size_t>(state.range(0));
  ParseAll(state, Lines({&kExchange[index], 1}));
}
BENCHMARK(BM_Exchange)->DenseRange(0, 1);

}  // namespace
