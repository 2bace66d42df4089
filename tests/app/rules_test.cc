#include "app/rules_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ricochet {
namespace {

// What is wrong with the built-in files, of which `name` is changed: the first
// `from` is made a `to`; without `from`, `to` is put behind it; without both,
// there is no such file.
std::vector<Error> CheckWith(std::string_view name, std::string_view from,
                             std::string_view to) {
  std::string changed;
  std::vector<EmbeddedFile> files;
  for (const auto& file : BuiltInFiles()) {
    if (file.name != name) {
      files.push_back(file);
      continue;
    }
    if (from.empty() && to.empty()) continue;
    changed = file.text;
    const auto at = from.empty() ? changed.size() : changed.find(from);
    EXPECT_NE(at, std::string::npos);
    changed.replace(at, from.size(), to);
    files.push_back({file.name, changed});
  }
  return CheckRules(files);
}

TEST(CheckRules, NothingIsWrongWithTheBuiltInOnes) {
  EXPECT_TRUE(CheckRules(BuiltInFiles()).empty());
}

TEST(CheckRules, APolicyThatRunRefusesIsADefect) {
  const auto errors = CheckWith("policy.toml", "",
                                "\n[[row]]\nreasons = [\"nope\"]\n"
                                "scope = \"address\"\n");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_TRUE(errors[0].message.starts_with("policy.toml:"));
  EXPECT_NE(errors[0].message.find("nope"), std::string::npos);
}

TEST(CheckRules, SoIsAPolicyThatIsMissing) {
  const auto errors = CheckWith("policy.toml", "", "");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].message, "policy.toml: is missing");
}

TEST(CheckRules, WhoMustActIsOneOfAList) {
  for (const auto* name : {"codes.toml", "reasons.toml"}) {
    const auto errors =
        CheckWith(name, "who = \"sender\"", "who = \"the cat\"");
    ASSERT_EQ(errors.size(), 1u) << name;
    EXPECT_NE(errors[0].message.find("'the cat' is not one of 'nobody'"),
              std::string::npos)
        << errors[0].message;
  }
}

}  // namespace
}  // namespace ricochet
