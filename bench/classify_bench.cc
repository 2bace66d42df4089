// Cost of classifying failing replies: some hundred templates whose ids,
// addresses and numbers vary, so that a DFA that does not fit into its budget
// shows; of those in tests/data/replies, first seen and repeated; of the rules'
// start and of changing them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "classify/examples.h"
#include "classify/handoff.h"
#include "classify/ruleset.h"

namespace ricochet {
namespace {

// A small, seeded generator: the same replies in every run.
class Dice {
 public:
  std::uint64_t Roll() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

// The rules' own examples, each as it stands and with three different tails.
std::vector<std::string> Replies(const RuleBook& book, std::size_t count) {
  std::vector<std::string> texts;
  for (const auto& rule : book.rules()) {
    for (const auto& example : rule.examples) texts.push_back(example.text);
  }
  Dice dice;
  std::vector<std::string> replies;
  while (replies.size() < count) {
    auto text = texts[replies.size() % texts.size()];
    if (const auto at = text.find("ann@"); at != std::string::npos) {
      text.replace(at, 3, fmt::format("u{:x}", dice.Roll() >> 40));
    }
    if (const auto at = text.find("192.0.2.1"); at != std::string::npos) {
      text.replace(at, 9, fmt::format("192.0.2.{}", dice.Roll() % 256));
    }
    switch (dice.Roll() % 3) {
      case 0:
        text +=
            fmt::format(" {:x}-{:x}si{}.{} - gsmtp", dice.Roll() >> 20,
                        dice.Roll(), dice.Roll() % 1000000, dice.Roll() % 1000);
        break;
      case 1:
        text += fmt::format(" [{:X}.prod.example.org 2026-11-{:02}T{:02}:00Z]",
                            dice.Roll(), dice.Roll() % 30, dice.Roll() % 24);
        break;
      default:
        break;
    }
    replies.push_back(std::move(text));
  }
  return replies;
}

std::shared_ptr<const RuleBook> Book() {
  static const auto book = *RuleBook::BuiltIn();
  return book;
}

// As a worker gets them.
std::unique_ptr<Ruleset> WorkersRules() {
  auto rules = *Ruleset::Compile(Book());
  WarmUp(*rules);
  return rules;
}

void Classify(benchmark::State& state, Outcome outcome, std::string host) {
  const auto rules = *Ruleset::Compile(Book());
  const auto replies = Replies(*Book(), 20000);
  SmtpResponse response;
  std::size_t i = 0;
  for (auto _ : state) {
    Reply reply;
    reply.text = replies[i];
    reply.outcome = outcome;
    reply.remote_host = host;
    benchmark::DoNotOptimize(rules->Classify(reply, response));
    i = i + 1 == replies.size() ? 0 : i + 1;
  }
}
BENCHMARK_CAPTURE(Classify, failure, Outcome::kBounced, "mx.example.org");
BENCHMARK_CAPTURE(Classify, failure_at_google, Outcome::kBounced,
                  "gmail-smtp-in.l.google.com");
BENCHMARK_CAPTURE(Classify, delivered, Outcome::kDelivered, "mx.example.org");

// Letters that no rule has seen.
std::string Word(Dice& dice) {
  std::string word;
  for (auto roll = dice.Roll() >> 34; roll > 0; roll /= 26) {
    word += static_cast<char>('a' + roll % 26);
  }
  return word;
}

struct LabelledReply {
  std::string text;
  std::string host;
};
using Labelled = std::vector<LabelledReply>;

// The labelled replies of the tests and the rules' examples, over and over in
// another order each time.
Labelled DiverseReplies(std::size_t count) {
  Labelled known;
  const std::filesystem::path folder(RICOCHET_SOURCE_DIR "/tests/data/replies");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const auto row = nlohmann::json::parse(line);
      known.push_back({row["response"], row["remote_mta"]});
    }
  }
  for (const auto& text : Replies(*Book(), known.size())) {
    known.push_back({text, "mx.example.org"});
  }
  Dice dice;
  Labelled replies;
  while (replies.size() < count) {
    replies.push_back(known[dice.Roll() % known.size()]);
  }
  return replies;
}

// Those of a batch, each with words behind it that none before it had.
Labelled WithWords(std::span<const LabelledReply> batch, Dice& dice) {
  Labelled replies(batch.begin(), batch.end());
  for (auto& reply : replies) {
    reply.text += fmt::format(" {} {}", Word(dice), Word(dice));
  }
  return replies;
}

// CPU time of this thread: on a shared machine the clock on the wall also
// counts the others' time. Nothing here waits.
double Nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

constexpr std::size_t kDiverse = 60'000;
constexpr std::size_t kBatch = 1000;

void ClassifyAll(Ruleset& rules, std::span<const LabelledReply> replies) {
  SmtpResponse response;
  for (const auto& one : replies) {
    const Reply reply{.text = one.text,
                      .outcome = Outcome::kBounced,
                      .remote_host = one.host};
    benchmark::DoNotOptimize(rules.Classify(reply, response));
  }
}

// An iteration is a batch of 1,000 replies. The rules are as a worker gets
// them; with `words`, each reply ends in words of its own, so that they run for
// each.
void ClassifyDiverse(benchmark::State& state, bool words) {
  const auto rules = WorkersRules();
  const auto replies = DiverseReplies(kDiverse);
  Dice dice;
  std::vector<double> costs;  // ns a reply
  std::size_t begin = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto batch = std::span(replies).subspan(begin, kBatch);
    const auto own = words ? WithWords(batch, dice) : Labelled();
    if (words) batch = own;
    state.ResumeTiming();
    const auto start = Nanoseconds();
    ClassifyAll(*rules, batch);
    costs.push_back((Nanoseconds() - start) / kBatch);
    begin = (begin + kBatch) % kDiverse;
  }
  std::ranges::sort(costs);
  const auto sum = std::accumulate(costs.begin(), costs.end(), 0.0);
  state.counters["mean_ns"] = sum / static_cast<double>(costs.size());
  state.counters["median_ns"] = costs[costs.size() / 2];
  state.counters["worst_1pct_ns"] = costs[costs.size() * 99 / 100];
}
BENCHMARK_CAPTURE(ClassifyDiverse, first_seen, true)->MinTime(2);
BENCHMARK_CAPTURE(ClassifyDiverse, repeated, false)->MinTime(2);

void Extract(benchmark::State& state) {
  const auto replies = Replies(*Book(), 20000);
  Extractor extractor;
  SmtpResponse response;
  std::size_t i = 0;
  for (auto _ : state) {
    extractor.Extract(replies[i], response);
    benchmark::DoNotOptimize(response);
    i = i + 1 == replies.size() ? 0 : i + 1;
  }
}
BENCHMARK(Extract);

void Template(benchmark::State& state) {
  const auto replies = Replies(*Book(), 20000);
  TemplateMaker maker;
  SmtpResponse response;
  std::size_t i = 0;
  for (auto _ : state) {
    response.text = replies[i];
    maker.Make(response);
    benchmark::DoNotOptimize(response);
    i = i + 1 == replies.size() ? 0 : i + 1;
  }
}
BENCHMARK(Template);

void LoadBook(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(RuleBook::BuiltIn());
}
BENCHMARK(LoadBook)->Unit(benchmark::kMillisecond);

// With all checks of the patterns and the examples.
void LoadFolder(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(RuleBook::Load(RICOCHET_SOURCE_DIR "/rules"));
  }
}
BENCHMARK(LoadFolder)->Unit(benchmark::kMillisecond);

void CompileRules(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Ruleset::Compile(Book()));
}
BENCHMARK(CompileRules)->Unit(benchmark::kMillisecond);

void CompileRulesForWorker(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(WorkersRules());
}
BENCHMARK(CompileRulesForWorker)->Unit(benchmark::kMillisecond);

// How long a worker stands still that takes new rules and gives back those it
// has long used; and how long its slowest single reply takes it thereafter.
void Reload(benchmark::State& state) {
  Dice dice;
  const auto replies = WithWords(DiverseReplies(kDiverse), dice);
  Handoff<Ruleset> handoff;
  double slowest = 0;
  for (auto _ : state) {
    auto rules = WorkersRules();
    ClassifyAll(*rules, replies);
    handoff.Give(WorkersRules());
    const auto start = Nanoseconds();
    handoff.Return(std::exchange(rules, handoff.Take()));
    state.SetIterationTime((Nanoseconds() - start) / 1e9);
    for (const auto& reply : replies) {
      const auto before = Nanoseconds();
      ClassifyAll(*rules, {&reply, 1});
      slowest = std::max(slowest, Nanoseconds() - before);
    }
  }
  state.counters["slowest_reply_ms"] = slowest / 1e6;
}
BENCHMARK(Reload)->UseManualTime()->Iterations(10)->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace ricochet
