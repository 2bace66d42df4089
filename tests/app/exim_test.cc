#include <gtest/gtest.h>

#include <string>

#include "app/pipeline.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

const std::string kArrival =
    "2026-11-21 19:59:01 1xUrEb-0000l7-2r <= ann@example.org "
    "H=app.example.org [192.0.2.7] P=esmtp S=331 id=1@example.org\n";
const std::string kGreylisted =
    "2026-11-21 19:59:02 1xUrEb-0000l7-2r == bob@example.net R=dnslookup "
    "T=remote_smtp defer (-44) H=mx.example.net [192.0.2.1]: SMTP error from "
    "remote mail server after RCPT TO:<bob@example.net>: 450 4.2.0 "
    "Greylisted\n";
const std::string kNotReached =
    "2026-11-21 20:09:02 1xUrEb-0000l7-2r == bob@example.net routing defer "
    "(-52): retry time not reached\n";
const std::string kTimeout =
    "2026-11-25 19:59:02 1xUrEb-0000l7-2r ** bob@example.net: retry timeout "
    "exceeded\n";
const std::string kFailingForLong =
    "2026-11-25 19:59:02 1xUrEb-0000l7-2r ** bob@example.net R=dnslookup "
    "T=remote_smtp: all hosts for 'example.net' have been failing for a long "
    "time (and retry time not reached)\n";

TEST(Exim, MessageGivenUpKeepsTheReasonOfItsLastRealReply) {
  Pipeline pipeline;
  pipeline.Feed(kArrival + kGreylisted + kNotReached + kTimeout);
  ASSERT_EQ(pipeline.events.size(), 2U);
  const SeenEvent& event = pipeline.events[1];
  EXPECT_EQ(event.outcome, Outcome::kExpired);
  EXPECT_TRUE(event.final);
  EXPECT_EQ(event.sender, "ann@example.org");
  EXPECT_EQ(event.attempt, 1U);
  EXPECT_EQ(event.verdict.reason, Reason::kExpired);
  EXPECT_EQ(event.verdict.last_reason, Reason::kGreylisted);
  EXPECT_EQ(event.text, "Greylisted");
  EXPECT_EQ(pipeline.Counted(Cause::kRetryNotReached), 1U);
  EXPECT_EQ(pipeline.LinesCounted(), 4U);
}

TEST(Exim, HostsFailingForLongSpeakOnlyWhereNoReplyIsKnown) {
  Pipeline tried;
  tried.Feed(kArrival + kGreylisted + kFailingForLong);
  ASSERT_EQ(tried.events.size(), 2U);
  EXPECT_EQ(tried.events[1].verdict.last_reason, Reason::kGreylisted);
  EXPECT_EQ(tried.events[1].attempt, 1U);
  Pipeline untried;
  untried.Feed(kArrival + kFailingForLong);
  ASSERT_EQ(untried.events.size(), 1U);
  EXPECT_EQ(untried.events[0].verdict.last_reason, Reason::kNoAnswer);
  EXPECT_EQ(untried.events[0].attempt, 0U);
}

TEST(Exim, BounceMadeHereIsANotification) {
  Pipeline pipeline;
  pipeline.Feed(
      "2026-11-21 19:59:03 1xUrEc-0000mV-0M <= <> R=1xUrEb-0000l7-2r "
      "U=Debian-exim P=local S=1881\n"
      "2026-11-21 19:59:03 1xUrEc-0000mV-0M => ann <ann@example.org> R=local "
      "T=mail_spool\n");
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].role, Role::kNotification);
  EXPECT_EQ(pipeline.events[0].recipient, "ann@example.org");
}

TEST(Exim, StampWithAZoneIsBetterThanSyslogs) {
  const EventTime expected =
      std::chrono::sys_days{2026y / 11 / 21} + 18h + 59min + 2s + 123ms;
  const std::string text =
      "2026-11-21 19:59:02.123 +0100 1xUrEb-0000l7-2r => bob@example.net "
      "R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.1] C=\"250 OK\"";
  for (const std::string header :
       {"", "Nov 21 19:59:02 mx1 exim[7]: ",
        "<22>1 2026-11-21T18:59:02Z mx1 exim4 7 - - "}) {
    Pipeline pipeline;
    pipeline.Feed(header + text, expected);
    ASSERT_EQ(pipeline.events.size(), 1U) << header;
    EXPECT_EQ(pipeline.events[0].time, expected) << header;
  }
}

}  // namespace
}  // namespace ricochet
