#include "app/demo_feed.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

TEST(DemoFeed, WhatGmailTookItRefusesInTheIncident) {
  EXPECT_EQ(
      RefusedByGmail(
          "Mar  2 06:00:00 mta01 postfix/smtp[1]: 4F1C2: to=<a@b.example>, "
          "relay=aspmx.l.google.com[198.51.100.28]:25, conn_use=2, delay=61, "
          "delays=60/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 OK  1 - gsmtp)"),
      "Mar  2 06:00:00 mta01 postfix/smtp[1]: 4F1C2: to=<a@b.example>, "
      "relay=aspmx.l.google.com[198.51.100.28]:25, conn_use=2, delay=61, "
      "delays=60/0/0/1, dsn=5.7.1, status=bounced (host "
      "aspmx.l.google.com[198.51.100.28] said: 550 5.7.1 Our system has "
      "detected that this message is likely unsolicited mail. To reduce the "
      "amount of spam sent to Gmail, this message has been blocked. (in reply "
      "to end of DATA command))");
}

TEST(DemoFeed, EachRoundIsSentToOthers) {
  const std::string line =
      "mta01 postfix/smtp[1]: 4F1C2: to=<a@b.example>, orig_to=<x@y.example>";
  EXPECT_EQ(ToOthers(line, 0), line);
  EXPECT_EQ(ToOthers(line, 12),
            "mta01 postfix/smtp[1]: 4F1C2: to=<a.12@b.example>, "
            "orig_to=<x@y.example>");
  for (const std::string other :
       {"", " to=<", " to=<postmaster>, a@b", "from=<a@b.example>"}) {
    EXPECT_EQ(ToOthers(other, 3), other);
  }
}

TEST(DemoFeed, TheIncidentChangesNothingElse) {
  for (const std::string line : {
           "",
           "Mar  2 06:00:00 mta01 postfix/qmgr[1]: 4F1C2: removed",
           "postfix/smtp[1]: 4F1C2: to=<a@b.example>, relay=mx.b.example"
           "[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250 google.com[)",
           "postfix/smtp[1]: 4F1C2: to=<a@b.example>, relay=aspmx.l.google.com"
           "[192.0.2.1]:25, delay=1, dsn=4.2.2, status=deferred (full)",
           "postfix/smtp[1]: 4F1C2: to=<a@b.example>, dsn=2.0.0, status=sent "
           "(ok) relay=",
       }) {
    EXPECT_EQ(RefusedByGmail(line), line);
  }
}

}  // namespace
}  // namespace ricochet
