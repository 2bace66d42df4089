#include "mta/postfix_program.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mta/lines.h"

namespace ricochet {
namespace {

// "instance|service|name"
std::string Split(std::string_view program) {
  const auto split = SplitPostfixProgram(program);
  return std::string(split.instance) + "|" + std::string(split.service) + "|" +
         std::string(split.name);
}

TEST(PostfixProgram, LastElementIsTheProcessFirstTheInstance) {
  EXPECT_EQ(Split("postfix/smtp"), "postfix||smtp");
  EXPECT_EQ(Split("postfix-mx/smtpd"), "postfix-mx||smtpd");
  EXPECT_EQ(Split("postfix/submission/smtpd"), "postfix|submission|smtpd");
  EXPECT_EQ(Split("postfix/relay/smtp"), "postfix|relay|smtp");
  EXPECT_EQ(Split("postfix/a/b/qmgr"), "postfix|a/b|qmgr");
  EXPECT_EQ(Split("mx1/smtp"), "mx1||smtp");
}

TEST(PostfixProgram, ClientUnderAServicesName) {
  EXPECT_EQ(Split("postfix/smtp-pool1"), "postfix|smtp-pool1|smtp");
  EXPECT_EQ(Split("postfix/out/smtp_b"), "postfix|out/smtp_b|smtp");
  EXPECT_EQ(Split("postfix/relay"), "postfix|relay|smtp");
  EXPECT_EQ(Split("postfix/relay-eu"), "postfix|relay-eu|smtp");
  EXPECT_EQ(Split("postfix/lmtp-store"), "postfix|lmtp-store|lmtp");
  EXPECT_EQ(Split("postfix/smtpd-in"), "postfix|smtpd-in|smtpd");
}

TEST(PostfixProgram, WhatIsPostfix) {
  const auto fate = [](std::string_view program) {
    return Fate(program, "4F1C2T: removed");
  };
  EXPECT_EQ(fate("postfix/qmgr"), "event removed");
  EXPECT_EQ(fate("postfix-out1/qmgr"), "event removed");
  EXPECT_EQ(fate("mx1/qmgr"), "event removed");
  EXPECT_EQ(fate("postfix"), "ignored foreign_program");
  EXPECT_EQ(fate("postfixadmin"), "ignored foreign_program");
  EXPECT_EQ(fate("qmgr"), "ignored foreign_program");
  EXPECT_EQ(fate("salt/master"), "ignored foreign_program");
  EXPECT_EQ(fate("mx1/other"), "ignored foreign_program");
}

TEST(PostfixProgram, CommonNamesUnderOtherPrefixesNeedADeliveryLine) {
  EXPECT_EQ(Fate("cyrus/lmtp", "Delivered: <a@b> to mailbox: user.a"),
            "ignored foreign_program");
  EXPECT_EQ(Fate("nginx/error", "open() failed"), "ignored foreign_program");
  EXPECT_EQ(Fate("mx1/local",
                 "4F1C2T: to=<a@example.org>, relay=local, dsn=2.0.0, "
                 "status=sent (delivered to mailbox)"),
            "event attempt");
}

TEST(PostfixProgram, OddProgramsAreForeign) {
  for (const std::string_view program : {"/", "//", "a/", "/smtp-", "x/\xff"}) {
    EXPECT_EQ(Fate(program, "4F1C2T: removed"), "ignored foreign_program")
        << program;
  }
}

}  // namespace
}  // namespace ricochet
