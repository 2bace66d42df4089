#include "decode/known_headers.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "decode/syslog.h"

namespace ricochet {
namespace {

// What a reader that has read `before` makes of `line`: "host program[pid]
// text".
std::string ReadAfter(std::string_view before, std::string_view line) {
  SyslogReader reader;
  (void)reader.Read(before);
  const SyslogLine out = reader.Read(line);
  return std::string(out.host) + " " + std::string(out.program) + "[" +
         std::to_string(out.pid) + "] " + std::string(out.text);
}

// A line as one reads it that has never read another.
std::string ReadFresh(std::string_view line) { return ReadAfter("", line); }

constexpr std::string_view kLine =
    "Nov 21 19:36:16 mx1 postfix/smtp[2345]: 4Xv: to=<a@b>";

TEST(KnownHeaders, PidAndTextAreTheLinesOwn) {
  EXPECT_EQ(ReadAfter(kLine, "Nov 21 19:36:17 mx1 postfix/smtp[7]: 4Xw: done"),
            "mx1 postfix/smtp[7] 4Xw: done");
  EXPECT_EQ(ReadAfter(kLine, "Nov 21 19:36:17 mx1 postfix/smtp[4194304]: x  y"),
            "mx1 postfix/smtp[4194304] x  y");
}

TEST(KnownHeaders, WhatLooksAlikeIsReadAsIfNothingWereKnown) {
  for (const std::string_view rest : {
           "mx1 postfix/smtp[2345]",
           "mx1 postfix/smtp[2345]:",
           "mx1 postfix/smtp[2345]: ",
           "mx1 postfix/smtp[2345]: x",
           "mx1 postfix/smtp[2345]:  text after two blanks",
           "mx1 postfix/smtp[2345]:text after none, and a long one",
           "mx1 postfix/smtp[2345]: [ID 197553 mail.info] text and more",
           "mx1 postfix/smtp[0]: a pid that is no pid, and a long text",
           "mx1 postfix/smtp[]: nothing in the brackets, and a long text",
           "mx1 postfix/smtp[12345678]: eight digits, and a long text",
           "mx1 postfix/smtp[123456789]: nine digits, and a long text",
           "mx1 postfix/smtp[1234567890]: ten digits, and a long text",
           "mx1 postfix/smtp[12a4]: a letter in it, and a long text",
           "mx1 postfix/smtp[\xb2\xb3]: no digits at all, and a long text",
           "mx1 postfix/smtpd[2345]: another program, and a long text",
           "mx2 postfix/smtp[2345]: another host, and a long text",
           "mx1  postfix/smtp[2345]: two blanks between, and a long text",
           "mx1 postfix/smtp [2345]: a blank too many, and a long text",
           "postfix/smtp[2345]: no host, and a long text",
           "mail.info mx1 postfix/smtp[2345]: a priority, and a long text",
       }) {
    const auto line = "Nov 21 19:36:16 " + std::string(rest);
    EXPECT_EQ(ReadAfter(kLine, line), ReadFresh(line)) << line;
    EXPECT_EQ(ReadAfter(line, line), ReadFresh(line)) << line;
    EXPECT_EQ(ReadAfter(line, kLine), ReadFresh(kLine)) << line;
  }
}

TEST(KnownHeaders, EveryLengthOfHeaderIsReadTheSame) {
  for (std::size_t size = 1; size < 90; ++size) {
    for (const std::string_view text : {"", "x", "4Xv: to=<a@example.org>"}) {
      const auto line = "Nov 21 19:36:16 " + std::string(size, 'h') +
                        " p[1]: " + std::string(text);
      EXPECT_EQ(ReadAfter(line, line), ReadFresh(line)) << line;
    }
  }
}

TEST(KnownHeaders, ASpacedStampIsNoSyslogHeader) {
  const std::string_view line =
      "2026-11-21 19:36:16 mx1 postfix/smtp[2345]: 4Xv: to=<a@b>";
  EXPECT_EQ(ReadAfter(kLine, line), ReadFresh(line));
  const std::string_view exim =
      "2026-11-21 19:36:16 1tEdxW-00000000abc-0abc [2345]: text of Exim's own";
  EXPECT_EQ(ReadAfter(kLine, exim), ReadFresh(exim));
}

TEST(KnownHeaders, ManyServersDoNotDisturbEachOther) {
  SyslogReader reader;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5'000; ++i) {
      const auto host = "mx" + std::to_string(i) + ".example.org";
      const auto line = "Nov 21 19:36:16 " + host + " postfix/qmgr[" +
                        std::to_string(i + 1) + "]: 4Xv: removed";
      const SyslogLine out = reader.Read(line);
      ASSERT_EQ(out.host, host);
      ASSERT_EQ(out.program, "postfix/qmgr");
      ASSERT_EQ(out.pid, static_cast<std::uint32_t>(i + 1));
      ASSERT_EQ(out.text, "4Xv: removed");
    }
  }
}

}  // namespace
}  // namespace ricochet
