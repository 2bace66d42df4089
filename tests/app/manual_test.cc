#include "app/manual.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "app/commands.h"
#include "app/completions.h"

namespace ricochet {
namespace {

// A command line with all that is hard to quote.
struct Sample {
  Sample() {
    app.name("ricochet");
    auto* list = app.add_subcommand("list", "Lists what's \\there\nnow");
    list->add_option("FILE", file, "A file");
    list->add_option("-o,--out", file, "Where to")->type_name("FOLDER");
    list->add_option("--as", file, "How")->check(CLI::IsMember({"a", "b"}));
    list->add_option("--hidden", file)->group("");
    list->add_flag("--all", all, ".all of it")->required();
    list->footer("'quoted\n.dotted");
  }

  CLI::App app;
  std::string file;
  bool all = false;
};

const CommandOption& Find(const std::vector<CommandOption>& options,
                          const std::string& name) {
  return *std::ranges::find_if(options, [&](const CommandOption& option) {
    return option.names.back() == name;
  });
}

// As roff has them.
std::string Dashes(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '-' ? "\\-" : std::string(1, c);
  return escaped;
}

TEST(CommandTable, TellsWhatCli11Parses) {
  const Sample sample;
  const CommandTable table = CommandTableOf(sample.app);
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[0].path, "");
  ASSERT_EQ(table[0].children.size(), 1U);
  const CommandEntry& list = table[1];
  EXPECT_EQ(list.path, "list");
  ASSERT_EQ(list.arguments.size(), 1U);
  EXPECT_EQ(list.arguments[0].value.kind, CommandValue::Kind::kFile);
  EXPECT_EQ(list.options.size(), 4U);  // --help is one; one is hidden
  const CommandOption& out = Find(list.options, "--out");
  EXPECT_EQ(out.names, (std::vector<std::string>{"-o", "--out"}));
  EXPECT_EQ(out.value.kind, CommandValue::Kind::kFolder);
  const CommandOption& as = Find(list.options, "--as");
  EXPECT_EQ(as.value.choices, (std::vector<std::string>{"a", "b"}));
  const CommandOption& all = Find(list.options, "--all");
  EXPECT_EQ(all.value.kind, CommandValue::Kind::kNone);
  EXPECT_TRUE(all.required);
}

TEST(ManualPage, EscapesWhatRoffWouldTakeForItsOwn) {
  const Sample sample;
  const std::string page = ManualPage(CommandTableOf(sample.app), "1.2");
  EXPECT_NE(page.find("what's \\ethere"), std::string::npos) << page;
  EXPECT_NE(page.find("\n\\&.all of it"), std::string::npos) << page;
  EXPECT_NE(page.find("\n\\&'quoted\n\\&.dotted"), std::string::npos) << page;
  EXPECT_NE(page.find("\\fB\\-\\-as\\fR \\fIa|b\\fR"), std::string::npos);
  EXPECT_EQ(page.find("hidden"), std::string::npos);
}

TEST(Completions, QuoteDescriptions) {
  const Sample sample;
  const CommandTable table = CommandTableOf(sample.app);
  const std::string zsh = ZshCompletion(table);
  EXPECT_NE(zsh.find(R"(('list:Lists what'\''s \there now'))"),
            std::string::npos)
      << zsh;
  const std::string fish = FishCompletion(table);
  EXPECT_NE(fish.find(R"(-d 'Lists what\'s \\there now')"), std::string::npos)
      << fish;
}

TEST(ManualPage, NamesEveryCommandAndOption) {
  CLI::App app;
  int status = 0;
  AddAllCommands(app, status);
  const CommandTable table = CommandTableOf(app);
  const std::string page = ManualPage(table, "1.2");
  std::size_t commands = 0;
  for (const CommandEntry& command : table) {
    if (!command.children.empty()) continue;
    ++commands;
    EXPECT_FALSE(command.description.empty()) << command.path;
    for (const CommandOption& option : command.options) {
      EXPECT_FALSE(option.description.empty()) << option.names.back();
      const std::string name = Dashes(option.names.back());
      EXPECT_NE(page.find("\\fB" + name + "\\fR"), std::string::npos) << name;
    }
  }
  EXPECT_GT(commands, 15U);
}

}  // namespace
}  // namespace ricochet
