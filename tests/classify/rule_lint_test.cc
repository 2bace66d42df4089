#include "classify/rule_lint.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "classify/pattern_lint.h"

namespace ricochet {
namespace {

// The built-in files with all rules replaced by `rules`. Providers are then
// without any, which is left out.
std::vector<std::string> Lint(std::string_view rules) {
  std::vector<EmbeddedFile> files = {{"10-test.toml", rules}};
  for (const auto& file : BuiltInFiles()) {
    if (file.name.front() > '9') files.push_back(file);
  }
  std::vector<std::string> messages;
  for (const auto& error : LintRules(files)) {
    if (error.message.starts_with("providers.toml:")) continue;
    messages.push_back(error.message);
  }
  return messages;
}

// One rule; `body` are its lines from line 4 on.
std::string Rule(std::string_view id, std::string_view body) {
  return "[[rule]]\nid = \"" + std::string(id) +
         "\"\nreason = \"mailbox_full\"\n" + std::string(body) +
         "source = \"a test\"\n";
}

using Messages = std::vector<std::string>;

TEST(RuleLint, FindsNothingInOurs) {
  for (const auto& error : LintRules(BuiltInFiles())) {
    ADD_FAILURE() << error.message;
  }
}

TEST(RuleLint, TellsAllThatKeepsRulesFromLoading) {
  EXPECT_EQ(Lint("[[rule]]\nid = \"a\"\nreason = \"lost\"\ncolour = 1\n"
                 "text = 'a('\nsource = \"s\"\nexamples = [\"550 a\"]\n"),
            (Messages{"10-test.toml:3: unknown reason 'lost'",
                      "10-test.toml:4: unknown key 'colour'",
                      "10-test.toml:5: bad regex: missing ): a("}));
}

TEST(RuleLint, AnExampleThatARuleDoesNotWin) {
  const auto rules =
      Rule("t.general", "text = 'room'\nexamples = [\"452 no room\"]\n") +
      Rule("t.special",
           "text = 'no room'\nexamples = [\"452 no room\", \"452 no rooms\"]\n"
           "counter_examples = [\"452 no roof\"]\n");
  EXPECT_EQ(Lint(rules),
            (Messages{"10-test.toml:7: rule 't.special' can never win",
                      "10-test.toml:11: an example of rule 't.special' is won "
                      "by rule 't.general'",
                      "10-test.toml:11: an example of rule 't.special' is won "
                      "by rule 't.general'"}));
}

// zone-mta#396: a pattern with what replies never show, here two blanks.
TEST(RuleLint, ARuleThatCannotMatchItsOwnExample) {
  const auto messages = Lint(
      Rule("t.blanks", "text = 'no  room'\nexamples = [\"452 no  room\"]\n"));
  EXPECT_EQ(
      messages,
      (Messages{
          "10-test.toml:1: rule 't.blanks': two blanks in a row: replies "
          "are seen with one",
          "10-test.toml:1: rule 't.blanks' can never win",
          "10-test.toml:5: an example of rule 't.blanks' is won by no "
          "rule (receiver_full): it does not match the rule itself, which "
          "sees 'no room'"}))
      << messages.back();
}

TEST(RuleLint, Duplicates) {
  const auto rule = [](std::string_view id, std::string_view example) {
    return Rule(id, "text = 'no room'\nexamples = [\"" + std::string(example) +
                        "\"]\n");
  };
  const auto messages =
      Lint(rule("t.one", "452 no room") + rule("t.two", "552 no room"));
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages[0],
            "10-test.toml:7: rule 't.two' asks for the same as 't.one' "
            "(10-test.toml:1)");
}

TEST(RuleLint, ProvidersThatNoRuleIsAbout) {
  const auto messages = LintRules(std::vector<EmbeddedFile>{
      {"10-test.toml",
       "[[rule]]\nid = \"t\"\nreason = \"virus\"\n"
       "when = { provider = \"used\" }\ntext = 'worm'\nsource = \"s\"\n"
       "examples = [\"550 worm\"]\n"},
      {"providers.toml",
       "[[provider]]\nname = \"used\"\nmx = [\"a.test\"]\n"
       "domains = [\"a.test\"]\n"
       "[[provider]]\nname = \"unused\"\nmx = [\"b.test\"]\n"
       "domains = [\"b.test\"]\n"
       "[[provider]]\nname = \"shown\"\nmx = [\"c.test\"]\n"
       "domains = [\"c.test\"]\nlabel_only = true\n"}});
  Messages about_providers;
  for (const auto& error : messages) {
    if (error.message.starts_with("providers.toml")) {
      about_providers.push_back(error.message);
    }
  }
  EXPECT_EQ(about_providers,
            (Messages{"providers.toml:5: no rule is about provider 'unused': "
                      "say label_only = true if its name is all"}));
}

TEST(RuleLint, ProgramsThatAreTooLarge) {
  const auto messages =
      Lint(Rule("t.wide",
                "text = 'no.{0,900}ro.{0,900}om.{0,900}'\nexamples = [\"452 no "
                "room\"]\n"));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].find("rule 't.wide': its program has"),
            std::string::npos);
}

TEST(PatternLint, CodesThatMatchWithinLongerNumbers) {
  const auto loose = [](std::string_view pattern) {
    return SuspectsIn(pattern).size();
  };
  EXPECT_EQ(loose("550 no"), 1u);
  EXPECT_EQ(loose("error 550"), 1u);
  EXPECT_EQ(loose(R"(5\.7\.1)"), 1u);
  EXPECT_EQ(loose(R"((?:x|5\.7\.1\b))"), 1u);
  EXPECT_EQ(loose(R"(\b550\b)"), 0u);
  EXPECT_EQ(loose(R"(\b5\.7\.1\b)"), 0u);
  EXPECT_EQ(loose("#550#"), 0u);
  EXPECT_EQ(loose("code 5500"), 0u);
  EXPECT_EQ(loose("S3150"), 0u);
  EXPECT_EQ(loose("[0-9]{3}"), 0u);
  EXPECT_EQ(loose("rfc 5321 1.2"), 0u);
}

TEST(PatternLint, ParenthesesThatGroupNothing) {
  const auto groups = [](std::string_view pattern) {
    return SuspectsIn(pattern).size();
  };
  EXPECT_EQ(groups("user unknown (state 14)"), 1u);
  EXPECT_EQ(groups("(a)(b)"), 2u);
  EXPECT_EQ(groups(R"(user unknown \(state 14\))"), 0u);
  EXPECT_EQ(groups("no (room|space)"), 0u);
  EXPECT_EQ(groups("no (such )?user"), 0u);
  EXPECT_EQ(groups("no (?:such) user"), 0u);
  EXPECT_EQ(groups("((a|b) c)?"), 0u);
  EXPECT_EQ(groups("[(]x[)]"), 0u);
}

}  // namespace
}  // namespace ricochet
