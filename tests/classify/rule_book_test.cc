#include "classify/rule_book.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "classify/ruleset.h"

namespace ricochet {
namespace {

// The built-in files with all rules replaced by `rules`.
Result<std::shared_ptr<const RuleBook>> Book(std::string_view rules) {
  std::vector<EmbeddedFile> files = {{"10-test.toml", rules}};
  for (const auto& file : BuiltInFiles()) {
    if (file.name.front() > '9') files.push_back(file);
  }
  return RuleBook::Parse(files);
}

std::string ErrorOf(std::string_view rules) {
  const auto book = Book(rules);
  return book ? "no error" : book.error().message;
}

constexpr std::string_view kRule = R"(
[[rule]]
id = "t.full"
reason = "mailbox_full"
text = 'no room'
source = "a test"
examples = ["452 no room"]
)";

TEST(RuleBook, BuiltInRulesLoad) {
  const auto book = RuleBook::BuiltIn();
  ASSERT_TRUE(book.has_value()) << book.error().message;
  EXPECT_EQ((*book)->provider_names()[0], "other");
  EXPECT_LE((*book)->provider_names().size(), kMaxProviders);
  EXPECT_EQ((*book)->hash().size(), 32U);
  EXPECT_EQ((*book)->reason_text(Reason::kUserUnknown).meaning,
            "The mailbox does not exist.");
}

TEST(RuleBook, DirectoryAndProgramHoldTheSameRules) {
  const auto from_dir =
      RuleBook::Load(std::string(RICOCHET_SOURCE_DIR) + "/rules");
  ASSERT_TRUE(from_dir.has_value()) << from_dir.error().message;
  EXPECT_EQ((*from_dir)->hash(), (*RuleBook::BuiltIn())->hash());
}

TEST(RuleBook, MissingDirectoryIsAnError) {
  EXPECT_FALSE(RuleBook::Load("/nonexistent/rules").has_value());
}

TEST(RuleBook, GoodRuleLoads) { EXPECT_EQ(ErrorOf(kRule), "no error"); }

TEST(RuleBook, TextMayBeAListOfRegexesEachByItself) {
  std::string rule(kRule);
  rule.replace(rule.find("'no room'"), 9, "['crowded', 'no (room|space)']");
  const auto book = Book(rule);
  ASSERT_TRUE(book.has_value()) << book.error().message;
  EXPECT_EQ((*book)->rules()[0].text, "crowded|no (room|space)");
  rule.replace(rule.find("|space)'"), 8, "', 'space)'");
  EXPECT_NE(ErrorOf(rule).find("bad regex"), std::string::npos);
}

TEST(RuleBook, MistakesNameFileAndLine) {
  const auto with = [](std::string_view line) {
    return ErrorOf(std::string(kRule) + std::string(line));
  };
  EXPECT_EQ(with("colour = 1\n"), "10-test.toml:8: unknown key 'colour'");
  EXPECT_EQ(with("when = { provider = \"nobody\" }\n"),
            "10-test.toml:8: unknown provider 'nobody'");
  EXPECT_EQ(with("when = { command = \"HOWDY\" }\n"),
            "10-test.toml:8: unknown command 'HOWDY'");
  EXPECT_EQ(with("when = { enhanced_code = \"6.1.1\" }\n"),
            "10-test.toml:8: '6.1.1' is not an enhanced code");
  EXPECT_EQ(with("fault = \"mine\"\n"), "10-test.toml:8: unknown fault 'mine'");
  EXPECT_EQ(with(kRule), "10-test.toml:10: id 't.full' is used twice");
  EXPECT_EQ(with("counter_examples = [\"452 no room\"]\n"),
            "10-test.toml:8: a counter-example of rule 't.full' is won by rule "
            "'t.full'");
}

TEST(RuleBook, RefusesWhatARuleMustHave) {
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"lost\"\n"),
            "10-test.toml:3: unknown reason 'lost'");
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"virus\"\ntext = 'a('\n"),
            "10-test.toml:4: bad regex: missing ): a(");
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"virus\"\ntext = 'a*'\n"),
            "10-test.toml:4: the regex matches every reply");
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"virus\"\ntext = 'a'\n"),
            "10-test.toml:1: 'source' is missing");
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"virus\"\ntext = 'a'\n"
                    "source = \"s\"\n"),
            "10-test.toml:1: no examples");
  EXPECT_EQ(ErrorOf("[[rule]]\nid = \"a\"\nreason = \"virus\"\ntext = 'a'\n"
                    "source = \"s\"\nexamples = [\"550 b\"]\n"),
            "10-test.toml:6: an example of rule 'a' is won by no rule "
            "(unclassified): it does not match the rule itself, which sees "
            "'b'");
  EXPECT_EQ(ErrorOf("[[rule"),
            "10-test.toml:1: Error while parsing table "
            "header: encountered end-of-file");
}

}  // namespace
}  // namespace ricochet
