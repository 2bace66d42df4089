#include "app/rules_compare.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "app/reply_corpus.h"

namespace ricochet {
namespace {

std::unique_ptr<Ruleset> BuiltIn() {
  return *Ruleset::Compile(*RuleBook::BuiltIn());
}

// The built-in rules, where one thing means another.
std::unique_ptr<Ruleset> Changed() {
  std::vector<std::string> texts;
  for (const auto& file : BuiltInFiles()) texts.emplace_back(file.text);
  std::vector<EmbeddedFile> files;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (BuiltInFiles()[i].name.front() <= '9') {
      const std::string from = "reason = \"mailbox_full\"";
      for (auto at = texts[i].find(from); at != std::string::npos;
           at = texts[i].find(from)) {
        texts[i].replace(at, from.size(), "reason = \"receiver_full\"");
      }
    }
    files.push_back({BuiltInFiles()[i].name, texts[i]});
  }
  return *Ruleset::Compile(*RuleBook::Parse(files));
}

Question Asked(std::string response) {
  Question question;
  question.response = std::move(response);
  question.command = SmtpCommand::kRcptTo;
  return question;
}

TEST(RulesDifference, NamesWhatChangesWithItsCountAndAnExample) {
  RulesDifference difference(BuiltIn(), Changed());
  difference.Add(Asked("552 5.2.2 mailbox full"));
  difference.Add(Asked("550 5.1.1 no such user"));
  difference.Add(Asked("mailbox full"));
  difference.Add(Asked("552 5.2.2 mailbox full again"));
  EXPECT_EQ(difference.replies(), 4u);
  EXPECT_EQ(difference.changed(), 3u);
  const auto changes = difference.changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].count, 3u);
  EXPECT_EQ(changes[0].example, "552 5.2.2 mailbox full");
  EXPECT_TRUE(changes[0].before.starts_with("mailbox_full "))
      << changes[0].before;
  EXPECT_TRUE(changes[0].after.starts_with("receiver_full "));
}

TEST(RulesDifference, SameRulesChangeNothing) {
  RulesDifference difference(BuiltIn(), BuiltIn());
  difference.Add(Asked("552 5.2.2 mailbox full"));
  EXPECT_EQ(difference.changed(), 0u);
  EXPECT_TRUE(difference.changes().empty());
}

TEST(RuleHits, CountsEveryRuleAlsoThoseThatNeverHit) {
  RuleHits hits(BuiltIn());
  hits.Add(Asked("550 5.1.1 no such user"));
  hits.Add(Asked("550 5.1.1 no such user here"));
  hits.Add(Asked("554 xyzzy"));
  const auto all = hits.hits();
  EXPECT_EQ(all.size(), (*RuleBook::BuiltIn())->rules().size());
  EXPECT_EQ(all.front().count, 2u);
  EXPECT_EQ(all.front().rule->reason, Reason::kUserUnknown);
  EXPECT_EQ(all.back().count, 0u);
  EXPECT_EQ(std::accumulate(hits.decided_by().begin(), hits.decided_by().end(),
                            std::uint64_t{0}),
            3u);
}

class Corpus : public testing::Test {
 protected:
  // A file of this test's own: others may run at the same time.
  static std::string Write(std::string_view text) {
    const auto* const test =
        testing::UnitTest::GetInstance()->current_test_info();
    const auto path =
        testing::TempDir() + "ricochet-corpus-" + test->name() + ".jsonl";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
};

TEST_F(Corpus, ReadsQuestionsAndBareReplies) {
  const auto path =
      Write("550 no\r\n\n {\"response\":\"450 later\",\"command\":\"DATA\"}\n");
  std::vector<Question> seen;
  const auto count =
      ForEachReply(path, [&](const Question& q) { seen.push_back(q); });
  ASSERT_TRUE(count.has_value()) << count.error().message;
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].response, "550 no");
  EXPECT_EQ(seen[1].response, "450 later");
  EXPECT_EQ(seen[1].command, SmtpCommand::kData);
}

TEST_F(Corpus, NamesFileAndLineOfWhatIsNoQuestion) {
  const auto path = Write("550 no\n{\"response\":1}\n");
  const auto count = ForEachReply(path, [](const Question&) {});
  ASSERT_FALSE(count.has_value());
  EXPECT_EQ(count.error().message, path + ":2: \"response\" is not a string");
  EXPECT_FALSE(
      ForEachReply("/nonexistent", [](const Question&) {}).has_value());
}

}  // namespace
}  // namespace ricochet
