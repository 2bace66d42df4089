// Rules are ruled out by the strings they need; none that matches is lost.
#include "classify/rule_list.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "classify/extract.h"
#include "classify/rule_regex.h"
#include "classify/rules_fixture.h"
#include "classify/template.h"

namespace ricochet {
namespace {

// The rules of the tree without their conditions.
const std::vector<Rule>& Texts() {
  static const auto rules = [] {
    auto copies = TestBook()->rules();
    for (auto& rule : copies) rule.when = {};
    return copies;
  }();
  return rules;
}

std::vector<const Rule*> Pointers(const std::vector<Rule>& rules) {
  std::vector<const Rule*> pointers;
  for (const auto& rule : rules) pointers.push_back(&rule);
  return pointers;
}

std::vector<std::string_view> MatchingOneByOne(std::string_view text) {
  static const auto regexes = [] {
    std::vector<std::unique_ptr<RE2>> all;
    for (const auto& rule : Texts()) {
      all.push_back(std::make_unique<RE2>(rule.text, RuleRegexOptions()));
    }
    return all;
  }();
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < regexes.size(); ++i) {
    if (RE2::PartialMatch({text.data(), text.size()}, *regexes[i])) {
      ids.push_back(Texts()[i].id);
    }
  }
  return ids;
}

std::vector<std::string_view> Matching(const Evidence& evidence) {
  static RuleList list(Pointers(Texts()));
  std::vector<const Rule*> rules;
  list.AddMatching(evidence, rules);
  const auto* winner = list.Winner(evidence);
  EXPECT_EQ(winner, rules.empty() ? nullptr : rules.front());
  std::vector<std::string_view> ids;
  for (const auto* rule : rules) ids.push_back(rule->id);
  return ids;
}

void ExpectNoneLost(std::string_view text) {
  EXPECT_EQ(Matching({.text = text}), MatchingOneByOne(text)) << text;
}

void ExpectNoneLostInReply(std::string_view reply) {
  Extractor extractor;
  TemplateMaker maker;
  SmtpResponse response;
  extractor.Extract(reply, response);
  maker.Make(response);
  ExpectNoneLost(maker.masked());
}

TEST(RuleList, LosesNoMatchInExamples) {
  for (const auto& rule : Texts()) {
    for (const auto& example : rule.examples) {
      ExpectNoneLostInReply(example.text);
    }
    for (const auto& example : rule.counter_examples) {
      ExpectNoneLostInReply(example.text);
    }
  }
}

TEST(RuleList, LosesNoMatchInLabelledReplies) {
  const std::filesystem::path folder(RICOCHET_TEST_DATA "/replies");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::string reply = nlohmann::json::parse(line)["response"];
      ExpectNoneLostInReply(reply);
    }
  }
}

TEST(RuleList, LosesNoMatchInCapitalsOrWhatIsCut) {
  for (const auto& rule : Texts()) {
    for (const auto& example : rule.examples) {
      auto text = example.text;
      std::ranges::transform(text, text.begin(), [](char c) {
        const auto other = static_cast<char>(c ^ 0x20);
        return FoldOctet(other) == c ? other : c;
      });
      ExpectNoneLost(text);
      ExpectNoneLost(std::string_view(text).substr(text.size() / 3));
    }
  }
}

Rule Plain(std::string_view id, std::string text) {
  Rule rule;
  rule.id = id;
  rule.text = std::move(text);
  return rule;
}

TEST(RuleList, FirstInOrderWinsWhicheverNeedsMore) {
  const std::vector<Rule> rules = {
      Plain("short", R"(\bno\b)"), Plain("long", "mailbox full"),
      Plain("both", "mailbox|full"), Plain("any", "")};
  RuleList list(Pointers(rules));
  const auto winner = [&](std::string_view text) {
    return list.Winner({.text = text})->id;
  };
  EXPECT_EQ(winner("mailbox full, no room"), "short");
  EXPECT_EQ(winner("Mailbox FULL"), "long");
  EXPECT_EQ(winner("full mailbox"), "both");
  EXPECT_EQ(winner(""), "any");
}

TEST(RuleList, ARuleIsNamedOnceHoweverManyOfItsAlternativesMatch) {
  const std::vector<Rule> rules = {Plain("a", "mailbox|full|f.ll")};
  RuleList list(Pointers(rules));
  std::vector<const Rule*> matching;
  list.AddMatching({.text = "full mailbox"}, matching);
  EXPECT_EQ(matching.size(), 1U);
}

TEST(RuleList, WithoutRulesNothingMatches) {
  RuleList list({});
  EXPECT_EQ(list.Winner({.text = "mailbox full"}), nullptr);
}

}  // namespace
}  // namespace ricochet
