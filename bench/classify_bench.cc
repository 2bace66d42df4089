// Cost of classifying failing replies: 300 templates whose ids, addresses and
// numbers vary, so that a DFA that does not fit into its budget shows.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

// Replies that nobody has seen before: the rules run for each.
void ClassifyUnseen(benchmark::State& state) {
  const auto rules = *Ruleset::Compile(Book());
  auto replies = Replies(*Book(), 20000);
  Dice dice;
  for (auto& reply : replies) {
    for (int i = 0; i < 3; ++i) {
      reply += ' ';
      for (auto roll = dice.Roll() >> 34; roll > 0; roll /= 26) {
        reply += static_cast<char>('a' + roll % 26);
      }
    }
  }
  SmtpResponse response;
  std::size_t i = 0;
  for (auto _ : state) {
    const Reply reply{.text = replies[i], .outcome = Outcome::kBounced};
    benchmark::DoNotOptimize(rules->Classify(reply, response));
    i = i + 1 == replies.size() ? 0 : i + 1;
  }
}
BENCHMARK(ClassifyUnseen);

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

}  // namespace
}  // namespace ricochet
