#include "classify/examples.h"

#include <gtest/gtest.h>

#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

TEST(WarmUp, ChangesNoVerdict) {
  const auto warm = Ruleset::Compile(TestBook()).value();
  WarmUp(*warm);
  for (const auto& rule : TestBook()->rules()) {
    for (const auto& example : rule.examples) {
      SmtpResponse response;
      const auto reply = ReplyOf(example, rule, *TestBook());
      EXPECT_EQ(warm->Classify(reply, response).rule,
                TestRules().Classify(reply, response).rule)
          << example.text;
    }
  }
}

}  // namespace
}  // namespace ricochet
