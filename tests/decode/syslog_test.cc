#include "decode/syslog.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ricochet {
namespace {

// "host program[pid] text"; "-" for what is missing.
std::string Show(const SyslogLine& out) {
  const auto or_dash = [](std::string_view text) {
    return std::string(text.empty() ? "-" : text);
  };
  return or_dash(out.host) + " " + or_dash(out.program) + "[" +
         std::to_string(out.pid) + "] " + std::string(out.text);
}

// Read twice: once octet by octet, once as a header that is known by then.
std::string Read(std::string_view line) {
  SyslogReader reader;
  const std::string first = Show(reader.Read(line));
  EXPECT_EQ(Show(reader.Read(line)), first);
  return first;
}

// Nothing recognised: the text is the line.
void ExpectWhole(std::string_view line) {
  EXPECT_EQ(Read(line), "- -[0] " + std::string(line));
}

TEST(Syslog, Rfc3164) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 postfix/smtp[2345]: 4Xv: to=<a@b>"),
            "mx1 postfix/smtp[2345] 4Xv: to=<a@b>");
  EXPECT_EQ(Read("<22>Nov 21 19:36:16 mx1 postfix/smtp[2345]: x"),
            "mx1 postfix/smtp[2345] x");
}

TEST(Syslog, ProgramKeepsItsSlashes) {
  EXPECT_EQ(Read("Nov  1 19:36:16 mx1 postfix/submission/smtpd[7]: x"),
            "mx1 postfix/submission/smtpd[7] x");
  EXPECT_EQ(Read("Nov  1 19:36:16 mx1 postfix-mx/smtp[7]: x"),
            "mx1 postfix-mx/smtp[7] x");
}

TEST(Syslog, ProgramWithoutPid) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 exim: 2026-11-21 19:36:16 x"),
            "mx1 exim[0] 2026-11-21 19:36:16 x");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 last message repeated 2 times"),
            "mx1 last[0] message repeated 2 times");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 kernel:[1.5] x"),
            "mx1 kernel[0] [1.5] x");
}

TEST(Syslog, BracketsMayHoldNoNumber) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 dovecot[lmtp]: x"), "mx1 dovecot[0] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 a[99999999999]: x"), "mx1 a[0] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 postfix/smtp[23"),
            "mx1 postfix/smtp[0] [23");
}

TEST(Syslog, HostMayBeMissing) {
  EXPECT_EQ(Read("Nov 21 19:36:16 postfix/smtp[2345]: x"),
            "- postfix/smtp[2345] x");
  EXPECT_EQ(Read("<22>Nov 21 19:36:16 exim: x"), "- exim[0] x");
}

TEST(Syslog, HostMayBeAnAddressOrAChain) {
  EXPECT_EQ(Read("Nov 21 19:36:16 2001:db8::1 postfix/smtp[5]: x"),
            "2001:db8::1 postfix/smtp[5] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 2001:db8:: postfix/smtp[5]: x"),
            "2001:db8:: postfix/smtp[5] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1.example.org postfix/smtp[5]: x"),
            "mx1.example.org postfix/smtp[5] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 s_net/mx1 postfix/smtp[5]: x"),
            "s_net/mx1 postfix/smtp[5] x");
}

TEST(Syslog, PriorityInWordsIsSkipped) {
  for (const char* line :
       {"Nov 21 19:36:16 mx1 mail.info postfix/smtp[5]: x",    // BusyBox
        "Nov 21 19:36:16 mx1 mail:info postfix/smtp[5]: x",    // AIX
        "Nov 21 19:36:16 <mail.info> mx1 postfix/smtp[5]: x",  // FreeBSD
        "Nov 21 19:36:16 <2.6> mx1 postfix/smtp[5]: x",
        "Nov 21 19:36:16 mail.info mx1 postfix/smtp[5]: x",
        "Nov 21 19:36:16 mx1 postfix/smtp[5]: [ID 197553 mail.info] x"}) {
    EXPECT_EQ(Read(line), "mx1 postfix/smtp[5] x") << line;
  }
  EXPECT_EQ(Read("Sat Nov 21 19:36:16 2026 mail.info postfix/smtp[5]: x"),
            "- postfix/smtp[5] x");
  EXPECT_EQ(Read("2026-11-21T19:36:16+00:00 INFO    postfix/smtp[5]: x"),
            "- postfix/smtp[5] x");
}

TEST(Syslog, HostNamedMailIsAHost) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mail.example.org postfix/smtp[5]: x"),
            "mail.example.org postfix/smtp[5] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 mail postfix/smtp[5]: x"),
            "mail postfix/smtp[5] x");
  EXPECT_EQ(Read("Nov 21 19:36:16 MX1 postfix/smtp[5]: x"),
            "MX1 postfix/smtp[5] x");
}

TEST(Syslog, OtherStampsTheSameHeader) {
  for (const char* line :
       {"2013 Jun 10 06:27:30.123 mx1 postfix/smtp[5]: x",
        "Jun 10 2013 06:27:30 mx1 postfix/smtp[5]: x",
        "2026-11-21T19:52:45.187534+00:00 mx1 postfix/smtp[5]: x",
        "<22>2026-11-21T19:52:45Z mx1 postfix/smtp[5]: x",
        "2026-11-21 19:52:45 mx1 postfix/smtp[5]: x",
        "2026-11-21 19:52:45,187 +0100 mx1 postfix/smtp[5]: x",
        "Nov 21 19:36:16  mx1  postfix/smtp[5]:  x"}) {
    EXPECT_EQ(Read(line), "mx1 postfix/smtp[5] x") << line;
  }
}

TEST(Syslog, Rfc5424) {
  EXPECT_EQ(Read("<22>1 2026-11-21T19:36:16.5Z mx1 postfix/smtp 5 ID1 - x"),
            "mx1 postfix/smtp[5] x");
  EXPECT_EQ(Read("<22>1 2026-11-21T19:52:45+00:00 vm exim - - - 2026-11-21 x"),
            "vm exim[0] 2026-11-21 x");
  EXPECT_EQ(Read("<22>1 - - - - - - x"), "- -[0] x");
  EXPECT_EQ(Read("<22>1 - mx1 exim - - -"), "mx1 exim[0] ");
}

TEST(Syslog, Rfc5424StructuredDataWithEscapes) {
  EXPECT_EQ(Read("<22>1 2026-11-21T19:36:16Z mx1 exim 5 - "
                 "[a@1 k=\"] \\\" \\] \\\\\"][b@1] x"),
            "mx1 exim[5] x");
}

TEST(Syslog, Rfc5424ByteOrderMarkAndBlanksAreSkipped) {
  EXPECT_EQ(Read("<22>1 2026-11-21T19:36:16Z mx1 exim 5 - - \xEF\xBB\xBFx"),
            "mx1 exim[5] x");
  EXPECT_EQ(Read("<22>1 2026-11-21T19:36:16Z mx1 exim 5 - -   x"),
            "mx1 exim[5] x");
}

TEST(Syslog, Rfc5424TagInTheMessageWhenTheFieldIsNil) {
  EXPECT_EQ(Read("<22>1 2026-11-21T19:36:16Z mx1 - - - - postfix/smtp[5]: x"),
            "mx1 postfix/smtp[5] x");
}

TEST(Syslog, BrokenRfc5424IsLeftWhole) {
  for (const char* line : {"<22>1", "<22>1 ", "<22>1 2026-11-21T19:36:16Z",
                           "<22>1 2026-11-21T19:36:16Z mx1 exim 5 - [a k=\"v",
                           "<22>1 2026-11-21T19:36:16Z mx1 exim 5 - [a k=\"v\\",
                           "<22>1 2026-11-21T19:36:16Z mx1 exim 5 - [a]x",
                           "<22>1 2026-11-21T19:36:16Z mx1 exim 5 - ",
                           "<22>1 2026-02-30T19:36:16Z mx1 exim 5 - - x"}) {
    ExpectWhole(line);
  }
}

TEST(Syslog, EximsOwnLogIsLeftWhole) {
  for (const char* line :
       {"2026-11-21 19:49:34 exim 4.96 daemon started: pid=12240, -q3s",
        "2026-11-21 19:58:53 Start queue run: pid=2832",
        "2026-11-21 19:59:01 1xUrEs-0001Rb-0z <= a@exim.test H=x [192.0.2.1]",
        "2026-11-21 19:59:01 1xUrEs-0001Rb-0z DKIM: d=example.org s=a",
        "2026-11-21 19:59:01 1xUrEs-00000001Rb1-0z12 postfix: x",
        "2026-11-21 19:59:01 1xUrEs-0001Rb-0z ** b@std.test: Unrouteable",
        "2026-11-21 19:55:55.012 [25402] exim 4.96 daemon started: pid=25402",
        "2026-11-21 19:55:55 +0100 [25402] 1xUrEs-0001Rb-0z Completed",
        "2026-11-21 19:59:01 SMTP error: timeout",
        "2026-11-21 19:59:01 Warning: purging the environment.",
        "2026-11-21 19:59:10 H=(client.test) [127.0.0.1] rejected: x"}) {
    ExpectWhole(line);
  }
}

TEST(Syslog, SyslogWithSpacedDateIsKnownByItsTag) {
  EXPECT_EQ(Read("2026-11-21 19:59:01 mx1 exim: 2026-11-21 19:59:01 x"),
            "mx1 exim[0] 2026-11-21 19:59:01 x");
  EXPECT_EQ(Read("2026-11-21 19:59:01 mx1 postfix/smtp: x"),
            "mx1 postfix/smtp[0] x");
}

TEST(Syslog, StampOfALineLeftWholeIsRead) {
  SyslogReader reader;
  const SyslogLine out = reader.Read("2026-11-21 19:58:53 Start queue run: 1");
  EXPECT_EQ(out.stamp.year, 2026);
  EXPECT_TRUE(out.stamp.spaced);
}

TEST(Syslog, BareTag) {
  EXPECT_EQ(Read("postfix/smtp[5]: x"), "- postfix/smtp[5] x");
  EXPECT_EQ(Read("<22>postfix/smtp[5]: x"), "- postfix/smtp[5] x");
}

TEST(Syslog, OtherLinesAreLeftWhole) {
  for (const char* line :
       {"", " ", "x", "<", "<>", "<22", "<22>", "<2222>Nov 21 19:36:16 a b: c",
        "4XvYkz1abcz9rxn: to=<bob@example.net>, relay=none", "Nov 21 19:36:16",
        "Envelope-from: <alice@exim.test>", "Nov 21 19:36:16 ",
        "Feb 30 19:36:16 mx1 postfix/smtp[5]: x",
        "Nov 21 25:36:16 mx1 postfix/smtp[5]: x",
        "connect from localhost[127.0.0.1]", "a[x]: y", "Nov 21 19:36:16 \x01",
        "2024-01-25T15:16:09.843Z,,,,exchange-mail,x"}) {
    ExpectWhole(line);
  }
}

TEST(Syslog, NoProgramIsNoHarm) {
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1"), "mx1 -[0] ");
  EXPECT_EQ(Read("Nov 21 19:36:16 mx1 postfix/smtp[5]:"),
            "mx1 postfix/smtp[5] ");
}

TEST(Syslog, HostNames) {
  EXPECT_TRUE(LooksLikeHost("mx1"));
  EXPECT_TRUE(LooksLikeHost("mx1.example.org"));
  EXPECT_TRUE(LooksLikeHost("192.0.2.1"));
  EXPECT_TRUE(LooksLikeHost("2001:db8::1"));
  for (const char* name : {"", "12345", "\"mx1\"", "{\"a\":1}", "a b", "-", ".",
                           "550e8400-e29b-41d4-a716-446655440000"}) {
    EXPECT_FALSE(LooksLikeHost(name)) << name;
  }
}

}  // namespace
}  // namespace ricochet
