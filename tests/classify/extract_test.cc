#include "classify/extract.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

// "550 5.1.1 |text", with "-" for what is not there.
std::string Parts(std::string_view reply) {
  Extractor extractor;
  SmtpResponse response;
  extractor.Extract(reply, response);
  const auto code = response.enhanced_code;
  return fmt::format(
      "{} {}|{}",
      response.reply_code == 0 ? "-" : fmt::to_string(response.reply_code),
      code.present()
          ? fmt::format("{}.{}.{}", code.cls, code.subject, code.detail)
          : "-",
      response.text);
}

TEST(Extractor, TakesCodesOffAPlainReply) {
  EXPECT_EQ(Parts("550 5.1.1 No such user"), "550 5.1.1|No such user");
  EXPECT_EQ(Parts("550 No such user"), "550 -|No such user");
  EXPECT_EQ(Parts("421-4.7.28 Slow down"), "421 4.7.28|Slow down");
  EXPECT_EQ(Parts("550 5.1.1: No such user"), "550 5.1.1|No such user");
  EXPECT_EQ(Parts("452"), "452 -|");
  EXPECT_EQ(Parts("452 4.2.2"), "452 4.2.2|");
}

TEST(Extractor, AcceptsWhatServersWriteBesideTheStandard) {
  EXPECT_EQ(Parts("#550 5.1.1 RESOLVER.ADR"), "550 5.1.1|RESOLVER.ADR");
  EXPECT_EQ(Parts("550 #5.1.0 Address rejected"), "550 5.1.0|Address rejected");
  EXPECT_EQ(Parts("<ann@example.org>: 550 5.1.1 no"), "550 5.1.1|no");
  EXPECT_EQ(Parts("550 (5.1.1) no"), "550 5.1.1|no");
  EXPECT_EQ(Parts("smtp; 550 5.1.1 no"), "550 5.1.1|no");
  EXPECT_EQ(Parts("553 no mailbox here (#5.1.1)"),
            "553 5.1.1|no mailbox here (#5.1.1)");
  EXPECT_EQ(Parts("I couldn't connect to it. (#4.4.1)"),
            "- 4.4.1|I couldn't connect to it. (#4.4.1)");
  EXPECT_EQ(Parts("602 Too old"), "602 -|Too old");
}

TEST(Extractor, RefusesWhatOnlyLooksLikeACode) {
  EXPECT_EQ(Parts("599 9.9.9 strange"), "599 -|9.9.9 strange");
  EXPECT_EQ(Parts("550 5.1.1234 x"), "550 -|5.1.1234 x");
  EXPECT_EQ(Parts("421 4.16.55.1 x"), "421 -|4.16.55.1 x");
  EXPECT_EQ(Parts("5501 x"), "- -|5501 x");
  EXPECT_EQ(Parts("not-an-smtp-reply 554 5.5.1 No valid recipients"),
            "- -|not-an-smtp-reply 554 5.5.1 No valid recipients");
}

TEST(Extractor, WhatStandsInFrontOfACodeIsWholeOrNone) {
  EXPECT_EQ(Parts("# 550 no"), "550 -|no");
  EXPECT_EQ(Parts("smtp;550 no"), "550 -|no");
  EXPECT_EQ(Parts("<> 550 no"), "550 -|no");
  EXPECT_EQ(Parts("<ann>:550 no"), "- -|<ann>:550 no");
  EXPECT_EQ(Parts("<an n>: 550 no"), "- -|<an n>: 550 no");
  EXPECT_EQ(Parts("<ann: 550 no"), "- -|<ann: 550 no");
  EXPECT_EQ(Parts("<ann>: 5500 no"), "- -|<ann>: 5500 no");
  EXPECT_EQ(Parts("55"), "- -|55");
}

TEST(Extractor, FoldsBlanksWhereverTheyStand) {
  for (std::size_t at = 1; at < 40; ++at) {
    std::string text(41, 'x');
    text.replace(at, 1, "  ");
    std::string folded = text;
    folded.erase(at, 1);
    EXPECT_EQ(Parts("550 5.1.1 " + text), "550 5.1.1|" + folded) << at;
    text.replace(at, 2, "\n");
    EXPECT_EQ(Parts("550 5.1.1 " + text), "550 5.1.1|" + folded) << at;
    text[at] = ' ';
    EXPECT_EQ(Parts("550 5.1.1 " + text), "550 5.1.1|" + text) << at;
  }
}

TEST(Extractor, JoinsTheLinesOfAReply) {
  EXPECT_EQ(Parts("550-5.1.1 The account 550-5.1.1 does not 550 5.1.1  exist"),
            "550 5.1.1|The account does not exist");
  EXPECT_EQ(Parts("451-one\n451-two\n451 three"), "451 -|one two three");
  EXPECT_EQ(Parts("550-5.7.1 [192.0.2.1      12] no"),
            "550 5.7.1|[192.0.2.1 12] no");
}

TEST(Extractor, SkipsTheIntroductionOfAnMta) {
  EXPECT_EQ(Parts("host mx.example.org [192.0.2.1] SMTP error from remote mail "
                  "server after RCPT TO:<ann@example.org>: 550 5.1.1 no"),
            "550 5.1.1|no");
  EXPECT_EQ(Parts("host mx.example.org[192.0.2.1] said: 550 5.1.1 no"),
            "550 5.1.1|no");
}

TEST(Extractor, SurvivesHostileInput) {
  EXPECT_EQ(Parts(""), "- -|");
  EXPECT_EQ(Parts("   "), "- -|");
  EXPECT_EQ(Parts("550-"), "550 -|");
  EXPECT_EQ(Parts("550 5."), "550 -|5.");
  EXPECT_EQ(Parts("550 \xff\xfe"), "550 -|\xff\xfe");
  EXPECT_EQ(Parts(std::string("550 a\0b", 7)), std::string("550 -|a\0b", 9));
  const std::string huge(1 << 20, '<');
  EXPECT_EQ(Parts("550 " + huge), "550 -|" + huge);
}

}  // namespace
}  // namespace ricochet
