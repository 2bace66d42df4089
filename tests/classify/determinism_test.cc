// Same reply, same verdict: however often, in whatever order, by whichever
// worker, before and after a reload.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "classify/command_name.h"
#include "classify/handoff.h"
#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

struct Question {
  std::string text;
  std::string host;
  SmtpCommand command = SmtpCommand::kUnknown;
};

// Every `step`-th of the labelled replies.
std::vector<Question> Questions(std::size_t step) {
  std::vector<std::string> files;
  const std::filesystem::path folder(RICOCHET_TEST_DATA "/replies");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Question> questions;
  std::size_t number = 0;
  for (const auto& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (number++ % step != 0) continue;
      const auto row = nlohmann::json::parse(line);
      questions.push_back({row["response"], row["remote_mta"],
                           *ReadCommandName(row.value("command", ""))});
    }
  }
  return questions;
}

// All that a verdict says, and the template.
std::string Answer(Ruleset& rules, const Question& question) {
  SmtpResponse response;
  const auto v = rules.Classify({.text = question.text,
                                 .command = question.command,
                                 .outcome = Outcome::kBounced,
                                 .remote_host = question.host},
                                response);
  return fmt::format("{} {} {} {} {} {} {} {} {} {:x}", Info(v.reason).name,
                     static_cast<int>(v.permanence), static_cast<int>(v.fault),
                     static_cast<int>(v.kind), static_cast<int>(v.authority),
                     static_cast<int>(v.decided_by), v.provider, v.disagreement,
                     v.rule, response.template_id);
}

std::vector<std::string> Answers(Ruleset& rules,
                                 const std::vector<Question>& questions) {
  std::vector<std::string> answers;
  for (const auto& question : questions) {
    answers.push_back(Answer(rules, question));
  }
  return answers;
}

// Asks all in an order of its own; how many answers were others.
int OtherAnswers(Ruleset& rules, const std::vector<Question>& questions,
                 const std::vector<std::string>& answers,
                 std::mt19937_64& random) {
  std::vector<std::size_t> order(questions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, random);
  int others = 0;
  for (const auto i : order) {
    others += Answer(rules, questions[i]) == answers[i] ? 0 : 1;
  }
  return others;
}

TEST(Determinism, AThousandRunsInAnyOrderGiveOneAnswer) {
  const auto questions = Questions(50);
  ASSERT_GT(questions.size(), 50U);
  const auto answers = Answers(TestRules(), questions);
  std::mt19937_64 random(7);
  int others = 0;
  for (int run = 0; run < 1000; ++run) {
    others += OtherAnswers(TestRules(), questions, answers, random);
  }
  EXPECT_EQ(others, 0);
}

TEST(Determinism, FreshRulesAnswerAsThoseInUse) {
  const auto questions = Questions(1);
  const auto answers = Answers(TestRules(), questions);
  const auto fresh = Ruleset::Compile(TestBook()).value();
  std::mt19937_64 random(11);
  EXPECT_EQ(OtherAnswers(*fresh, questions, answers, random), 0);
}

// A worker with its own rules, which are replaced by a reload of the same ones
// while it works; it goes on until it has asked everything after that.
class Asker {
 public:
  explicit Asker(std::uint64_t seed) : random_(seed) {}

  Handoff<Ruleset> reload;
  int others = 0;

  void Run(const std::vector<Question>& questions,
           const std::vector<std::string>& answers) {
    auto rules = Ruleset::Compile(TestBook()).value();
    for (bool reloaded = false, last = false; !last;) {
      last = reloaded;
      if (auto taken = reload.Take()) {
        rules = std::move(taken);
        reloaded = true;
      }
      others += OtherAnswers(*rules, questions, answers, random_);
    }
  }

 private:
  std::mt19937_64 random_;
};

int OtherAnswersOfWorkers(std::size_t workers) {
  const auto questions = Questions(20);
  const auto answers = Answers(TestRules(), questions);
  std::vector<std::unique_ptr<Asker>> askers;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < workers; ++i) {
      auto* asker = askers.emplace_back(std::make_unique<Asker>(i)).get();
      threads.emplace_back(
          [asker, &questions, &answers] { asker->Run(questions, answers); });
    }
    const auto book =
        RuleBook::Load(std::string(RICOCHET_SOURCE_DIR) + "/rules").value();
    for (const auto& asker : askers) {
      asker->reload.Give(Ruleset::Compile(book).value());
    }
  }
  int others = 0;
  for (const auto& asker : askers) others += asker->others;
  return others;
}

TEST(Determinism, OneWorkerAnswersTheSameBeforeAndAfterAReload) {
  EXPECT_EQ(OtherAnswersOfWorkers(1), 0);
}

TEST(Determinism, EightWorkersAnswerTheSameBeforeAndAfterAReload) {
  EXPECT_EQ(OtherAnswersOfWorkers(8), 0);
}

}  // namespace
}  // namespace ricochet
