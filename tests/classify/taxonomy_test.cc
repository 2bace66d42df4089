#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "classify/rules_fixture.h"

namespace ricochet {
namespace {

Reason ByCode(std::string_view text) {
  return Classified({.text = text, .command = SmtpCommand::kRcptTo}).reason;
}

// Where folklore differs from the registry, the registry wins.
TEST(CodeTables, FollowTheRegistry) {
  EXPECT_EQ(ByCode("550 5.2.1 zzz"), Reason::kMailboxDisabled);
  EXPECT_EQ(ByCode("550 5.2.2 zzz"), Reason::kMailboxFull);
  EXPECT_EQ(ByCode("550 5.3.0 zzz"), Reason::kReceiverError);
  EXPECT_EQ(ByCode("450 4.7.25 zzz"), Reason::kReverseDns);
  EXPECT_EQ(ByCode("550 5.7.13 zzz"), Reason::kSmtpAuthRequired);
  EXPECT_EQ(ByCode("550 5.7.20 zzz"), Reason::kDkimFailed);
  EXPECT_EQ(ByCode("550 5.7.5 zzz"), Reason::kTlsFailure);
  EXPECT_EQ(ByCode("550 5.7.26 zzz"), Reason::kAuthenticationFailed);
  EXPECT_EQ(ByCode("521 5.3.2 zzz"), Reason::kDomainNoMail);
  EXPECT_EQ(ByCode("550 zzz"), Reason::kUnclassified);
}

TEST(Rules, EveryIdHasAnAreaAndEveryRuleAPlace) {
  std::set<std::string_view> ids;
  for (const auto& rule : TestBook()->rules()) {
    EXPECT_NE(rule.id.find('.'), std::string_view::npos) << rule.id;
    EXPECT_GT(rule.place.line, 0U);
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
  }
}

}  // namespace
}  // namespace ricochet
