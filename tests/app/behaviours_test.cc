// What users of such tools suffer from, as they report it: one test for each
// symptom, from the log line to the event.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "mta/registry.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr EventTime kNow = std::chrono::sys_days{2026y / 11 / 22} + 0h;

std::string Join(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

// A line of a Postfix daemon, as syslog writes it.
std::string Postfix(std::string_view program, std::string_view text) {
  return "Nov 21 19:59:23 mx1 " + std::string(program) +
         "[7]: " + std::string(text);
}

std::string Bounced(std::string_view queue_id, std::string_view reason) {
  return Postfix("postfix/smtp",
                 std::string(queue_id) +
                     ": to=<ann@example.org>, relay=mx.example.org[192.0.2.7]"
                     ":25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced "
                     "(host mx.example.org[192.0.2.7] said: 550 5.1.1 " +
                     std::string(reason) + " (in reply to RCPT TO command))");
}

std::vector<SeenEvent> Outcomes(const Pipeline& pipeline) {
  std::vector<SeenEvent> out;
  for (const auto& event : pipeline.events) {
    if (event.final && event.role == Role::kMessage) out.push_back(event);
  }
  return out;
}

// Row 4.
TEST(Behaviours, MailThroughAmavisIsDeliveredOnce) {
  Pipeline pipeline;
  pipeline.Feed(
      Join({Postfix("postfix/smtpd", "4F1C2A: client=app[192.0.2.1]"),
            Postfix("postfix/qmgr",
                    "4F1C2A: from=<news@shop.example>, size=9, nrcpt=1 (queue "
                    "active)"),
            Postfix("postfix/smtpd", "4F1C2B: client=localhost[127.0.0.1]"),
            Postfix("postfix/qmgr",
                    "4F1C2B: from=<news@shop.example>, size=99, nrcpt=1 (queue "
                    "active)"),
            Postfix("postfix/smtp",
                    "4F1C2A: to=<ann@example.org>, relay=127.0.0.1[127.0.0.1]:"
                    "10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
                    "(250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 "
                    "Ok: queued as 4F1C2B)"),
            Postfix("postfix/qmgr", "4F1C2A: removed"),
            Postfix("postfix/smtp",
                    "4F1C2B: to=<ann@example.org>, relay=mx.example.org"
                    "[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                    "status=sent (250 2.0.0 Ok: queued as ABC)"),
            Postfix("postfix/qmgr", "4F1C2B: removed")}),
      kNow);
  const auto outcomes = Outcomes(pipeline);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].outcome, Outcome::kDelivered);
  EXPECT_EQ(outcomes[0].queue_id, "4F1C2B");
}

// Row 4, as Sendmail has it: the submission program hands over to the daemon.
TEST(Behaviours, MailThroughSendmailsSubmissionIsDeliveredOnce) {
  Pipeline pipeline;
  pipeline.Feed(
      "Nov 21 16:35:49 mx1 sendmail[6552]: n3KFZnHK006552: from=www-data, "
      "size=103, class=0, nrcpts=1, msgid=<1@mx1>, relay=www-data@localhost\n"
      "Nov 21 16:35:50 mx1 sm-mta[6553]: n3KFZnc6006553: from=<www-data@mx1."
      "shop.example>, size=314, class=0, nrcpts=1, msgid=<1@mx1>, proto=ESMTP, "
      "daemon=MTA-v4, relay=localhost [127.0.0.1]\n"
      "Nov 21 16:35:50 mx1 sendmail[6552]: n3KFZnHK006552: to=ann@example.org, "
      "ctladdr=www-data (33/33), delay=00:00:01, xdelay=00:00:01, "
      "mailer=relay, pri=30103, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, "
      "stat=Sent (n3KFZnc6006553 Message accepted for delivery)\n"
      "Nov 21 16:35:51 mx1 sm-mta[6555]: n3KFZnc6006553: to=<ann@example.org>, "
      "ctladdr=<www-data@mx1.shop.example> (33/33), delay=00:00:02, "
      "xdelay=00:00:01, mailer=esmtp, pri=120314, relay=mx.example.org. "
      "[192.0.2.7], dsn=2.0.0, stat=Sent (ok)\n",
      kNow);
  const auto outcomes = Outcomes(pipeline);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].queue_id, "n3KFZnc6006553");
  EXPECT_EQ(outcomes[0].sender, "www-data@mx1.shop.example");
}

// Sendmail logs no sender of a bounce message, which is no mail of ours.
TEST(Behaviours, SendmailsBounceMessagesAreNoOutcomes) {
  Pipeline pipeline;
  pipeline.Feed(
      "Nov 21 11:59:34 mx1 sm-mta[7425]: l8E3xVpO007423: to=<ann@example.org>, "
      "delay=00:00:03, mailer=esmtp, relay=mx.example.org. [192.0.2.7], "
      "dsn=5.1.1, stat=User unknown\n"
      "Nov 21 11:59:35 mx1 sm-mta[7425]: l8E3xVpO007423: l8E3xZpO007425: DSN: "
      "User unknown\n"
      "Nov 21 11:59:35 mx1 sm-mta[7425]: l8E3xZpO007425: to=<news@shop.example>"
      ", delay=00:00:00, xdelay=00:00:00, mailer=local, pri=30000, dsn=2.0.0, "
      "stat=Sent\n",
      kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[1].role, Role::kNotification);
  EXPECT_EQ(Outcomes(pipeline).size(), 1U);
}

TEST(Behaviours, SendmailsGivingUpExpiresWhomItLastDeferred) {
  Pipeline pipeline;
  pipeline.Feed(
      "Nov 21 22:36:14 mx1 sm-mta[4811]: mAO2tx04010773: to=<ann@example.org>,"
      "<bob@example.org>, delay=8+03:40:15, xdelay=00:10:18, mailer=esmtp, "
      "pri=1, relay=mx.example.org. [192.0.2.7], dsn=4.2.2, stat=Deferred: 452 "
      "4.2.2 Mailbox full\n"
      "Nov 21 22:36:14 mx1 sm-mta[4811]: mAO2tx04010773: mB26PuEl004811: "
      "sender "
      "notify: Cannot send message for 5 days\n",
      kNow);
  const auto outcomes = Outcomes(pipeline);
  ASSERT_EQ(outcomes.size(), 2U);
  for (const auto& event : outcomes) {
    EXPECT_EQ(event.outcome, Outcome::kExpired);
    EXPECT_EQ(event.verdict.last_reason, Reason::kMailboxFull);
  }
  EXPECT_EQ(pipeline.Counted(Cause::kExpiry), 1U);
}

// Row 8.
TEST(Behaviours, InstancesAndServicesOfPostfixAreUnderstood) {
  Pipeline pipeline;
  pipeline.Feed(
      Join({Postfix("postfix-mx/smtp",
                    "4F1C2A: to=<ann@example.org>, relay=mx.example.org"
                    "[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                    "status=sent (250 ok)"),
            Postfix("postfix/submission/smtpd",
                    "4F1C2B: client=app[192.0.2.1], sasl_method=PLAIN"),
            Postfix("postfix/smtp-pool1",
                    "4F1C2C: to=<ann@example.org>, relay=mx.example.org"
                    "[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                    "status=sent (250 ok)")}),
      kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[0].instance, "postfix-mx");
  EXPECT_EQ(pipeline.events[1].service, "smtp-pool1");
  EXPECT_EQ(pipeline.Counted(Cause::kClient), 1U);
  EXPECT_TRUE(pipeline.letters.empty());
}

// Row 9.
TEST(Behaviours, FailuresWithoutARemoteTextAndIpv6RelaysAreUnderstood) {
  Pipeline pipeline;
  pipeline.Feed(
      Join({Postfix("postfix/smtp",
                    "4F1C2A: to=<ann@example.org>, relay=none, delay=30, "
                    "delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to "
                    "mx.example.org[192.0.2.7]:25: Connection timed out)"),
            Postfix("postfix/lmtp",
                    "4F1C2B: to=<bob@shop.example>, relay=::1[::1]:24, "
                    "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 "
                    "2.0.0 Ok)")}),
      kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[0].verdict.reason, Reason::kNoAnswer);
  EXPECT_EQ(pipeline.events[0].verdict.authority, Authority::kLocal);
  EXPECT_EQ(pipeline.events[1].outcome, Outcome::kDelivered);
  EXPECT_TRUE(pipeline.letters.empty());
}

// Row 10.
TEST(Behaviours, StampsOfAllKindsAndForeignProgramsMayBeMixed) {
  std::vector<std::string> lines = {
      Bounced("4F1C2A", "unknown"),
      "2026-11-21T19:59:23.512345+01:00 mx1 postfix/smtp[7]: 4F1C2B: to=<bob@"
      "example.org>, relay=mx.example.org[192.0.2.7]:25, delay=1, dsn=2.0.0, "
      "status=sent (250 ok)"};
  for (int i = 0; i < 1000; ++i) {
    lines.push_back(
        "2026-11-21T19:59:23.512345+01:00 mx1 dovecot: imap-login: Login: "
        "user=<ann>, method=PLAIN, rip=192.0.2.1");
  }
  Pipeline pipeline;
  pipeline.Feed(Join(lines), kNow);
  EXPECT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.Counted(Cause::kForeignProgram), 1000U);
  EXPECT_TRUE(pipeline.letters.empty());
  EXPECT_EQ(pipeline.LinesCounted(), lines.size());
}

// Row 10: all formats in one record.
std::vector<std::string> OneLineOfEachFormat() {
  return {
      Bounced("4F1C2A", "<ann@example.org>: User unknown"),
      "Nov 21 19:59:23 mx2 sm-mta[7]: uAEKY1Xl007527: to=<ann@example.org>, "
      "delay=00:00:03, xdelay=00:00:02, mailer=esmtp, pri=1, relay=mx.example."
      "org. [192.0.2.7], dsn=5.1.1, reply=550 5.1.1 <ann@example.org>: User "
      "unknown, stat=User unknown",
      R"({"type":"Bounce","id":"1d98076abbbc11ed940250ebf67f93bd",)"
      R"("sender":"news@shop.example","recipient":"ann@example.org",)"
      R"("queue":"example.org","site":"x","size":9,"response":{"code":550,)"
      R"("enhanced_code":{"class":5,"subject":1,"detail":1},)"
      R"("content":"<ann@example.org>: User unknown",)"
      R"("command":"RCPT TO:<ann@example.org>"},)"
      R"("peer_address":{"name":"mx.example.org.","addr":"192.0.2.7"},)"
      R"("timestamp":1795291163,"created":1795291160,"num_attempts":0,)"
      R"("bounce_classification":"Uncategorized"})",
      "b,2026-11-21 19:59:23+0000,2026-11-21 19:59:20+0000,news@shop.example,"
      "ann@example.org,,failed,5.1.1 (bad destination mailbox "
      "address),smtp;550 "
      "5.1.1 <ann@example.org>: User unknown,mx.example.org (192.0.2.7),other,"
      "smtp,app,smtp,198.51.100.1,192.0.2.7,,9,vmta1,,",
  };
}

TEST(Behaviours, EachLineOfAMixedRecordTellsItsOwnFormat) {
  Pipeline pipeline;
  const auto lines = OneLineOfEachFormat();
  pipeline.Feed(Join(lines), kNow);
  EXPECT_TRUE(pipeline.letters.empty());
  ASSERT_EQ(pipeline.events.size(), lines.size());
  for (const auto& event : pipeline.events) {
    EXPECT_EQ(event.outcome, Outcome::kBounced);
    EXPECT_EQ(event.recipient, "ann@example.org");
    EXPECT_EQ(event.reply_code, 550);
    EXPECT_EQ(event.verdict.reason, Reason::kUserUnknown);
    EXPECT_EQ(event.verdict.kind, Kind::kHard);
    EXPECT_EQ(event.verdict.authority, Authority::kRemote);
    EXPECT_EQ(event.time,
              std::chrono::sys_days{2026y / 11 / 21} + 19h + 59min + 23s);
  }
}

TEST(Behaviours, TopicOfOneFormatIsReadAsNoOther) {
  Pipeline pipeline({.formats = {FindFormat("powermta")}});
  pipeline.Feed(Join(OneLineOfEachFormat()), kNow);
  EXPECT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.Counted(Cause::kForeignProgram), 2U);
  EXPECT_EQ(pipeline.Counted(Cause::kDecode), 1U);
}

// Row 13.
TEST(Behaviours, QueueIdsOfAnyLengthAreUnderstood) {
  std::vector<std::string> lines;
  const std::vector<std::string> ids = {
      "4F1C2",        "4F1C2A9B7D",       "4F1C2A9B7D1",
      "4F1C2A9B7D12", "4jX32319ljz1bFRk", "4jX32319ljz1bFRkZ"};
  for (const auto& id : ids) lines.push_back(Bounced(id, "unknown"));
  Pipeline pipeline;
  pipeline.Feed(Join(lines), kNow);
  ASSERT_EQ(pipeline.events.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(pipeline.events[i].queue_id, ids[i]);
  }
}

TEST(Behaviours, QueueIdUsedAgainIsAnotherMessage) {
  const auto message = [](std::string_view sender) {
    return Join(
        {Postfix("postfix/smtpd", "4F1C2A: client=app[192.0.2.1]"),
         Postfix("postfix/qmgr", "4F1C2A: from=<" + std::string(sender) +
                                     ">, size=9, nrcpt=1 (queue active)"),
         Bounced("4F1C2A", "unknown"),
         Postfix("postfix/qmgr", "4F1C2A: removed")});
  };
  Pipeline pipeline;
  pipeline.Feed(message("a@shop.example") + message("b@shop.example"), kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[0].sender, "a@shop.example");
  EXPECT_EQ(pipeline.events[1].sender, "b@shop.example");
  EXPECT_EQ(pipeline.events[1].attempt, 1U);
}

// Row 14.
TEST(Behaviours, YearIsRightAroundNewYearInThreeZones) {
  for (const auto zone : {-8h, 0h, 9h}) {
    Pipeline pipeline({.decode = {.zone = zone}});
    // Midnight over there. The record of the first line comes after it, that
    // of the second before it by its writer's clock.
    const EventTime midnight = std::chrono::sys_days{2027y / 1 / 1} - zone;
    const auto line = [](std::string_view stamp) {
      return std::string(stamp) + Bounced("4F1C2A", "unknown").substr(15);
    };
    pipeline.Feed(line("Dec 31 23:59:59"), midnight + 2s);
    pipeline.Feed(line("Jan  1 00:00:01"), midnight - 2s);
    ASSERT_EQ(pipeline.events.size(), 2U);
    EXPECT_EQ(pipeline.events[0].time, midnight - 1s) << zone.count();
    EXPECT_EQ(pipeline.events[1].time, midnight + 1s) << zone.count();
    EXPECT_EQ(pipeline.events[0].time_quality, TimeQuality::kInferred);
  }
}

TEST(Behaviours, ClocksThatAreAheadAreCounted) {
  Pipeline pipeline;
  pipeline.Feed(
      "2026-11-22T00:06:00Z" + Bounced("4F1C2A", "unknown").substr(15), kNow);
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].time, kNow);
  EXPECT_EQ(pipeline.events[0].time_quality, TimeQuality::kClamped);
  EXPECT_EQ(pipeline.counts->time_clamped, 1U);
}

// Row 14: a CSV record's own time is capped as a syslog stamp is.
TEST(Behaviours, ClocksOfSelfContainedRecordsAreCheckedToo) {
  auto record = OneLineOfEachFormat().back();
  record.replace(2, 10, "2026-11-23");
  Pipeline pipeline;
  pipeline.Feed(record, kNow);
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].time_quality, TimeQuality::kClamped);
  EXPECT_EQ(pipeline.counts->time_clamped, 1U);
}

// Row 15.
TEST(Behaviours, LinesCutBySyslogAreReadAsFarAsTheyGo) {
  for (const std::size_t limit : {1024U, 2048U, 8096U}) {
    std::string words = "user unknown;";
    while (words.size() < limit) words += " see the postmaster's page,";
    const auto line = Bounced("4F1C2A", words);
    ASSERT_GT(line.size(), limit);
    Pipeline pipeline;
    pipeline.Feed(line.substr(0, limit) + "\n" + line.substr(limit), kNow);
    ASSERT_EQ(pipeline.events.size(), 1U) << limit;
    EXPECT_TRUE(pipeline.events[0].truncated);
    EXPECT_EQ(pipeline.events[0].verdict.reason, Reason::kUserUnknown);
    ASSERT_EQ(pipeline.letters.size(), 1U);
    EXPECT_EQ(pipeline.letters[0].reason, Reject::kContinuation);
    EXPECT_EQ(pipeline.letters[0].value, line.substr(limit));
  }
}

// Row 17.
struct Judged {
  std::string_view category;
  std::string_view status;
  std::string_view reply;
};

SeenEvent JudgePowerMta(const Judged& judged) {
  Pipeline pipeline;
  std::string records =
      "type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,bounceCat,dsnMta\n"
      "b,1795291163,news@shop.example,ann@example.org,";
  records.append(judged.status).append(",");
  if (!judged.reply.empty()) records.append("smtp;").append(judged.reply);
  records.append(",").append(judged.category).append(",");
  pipeline.Feed(records + "mx.example.org (192.0.2.7)", kNow);
  EXPECT_EQ(pipeline.events.size(), 1U) << judged.category;
  return pipeline.events.empty() ? SeenEvent{} : pipeline.events[0];
}

TEST(Behaviours, PowerMtasCategoryIsNotTheLastWord) {
  const auto unknown = JudgePowerMta(
      {"quota-issues", "5.1.1", "550 5.1.1 <ann@example.org>: user unknown"});
  EXPECT_EQ(unknown.verdict.reason, Reason::kUserUnknown);
  EXPECT_EQ(unknown.verdict.kind, Kind::kHard);
  EXPECT_EQ(unknown.verdict.authority, Authority::kRemote);

  const auto listed = JudgePowerMta(
      {"bad-mailbox", "5.1.1",
       "550 5.7.1 Service unavailable; client host [198.51.100.1] blocked "
       "using zen.spamhaus.org"});
  EXPECT_EQ(listed.verdict.reason, Reason::kBlocklisted);
  EXPECT_EQ(listed.verdict.kind, Kind::kBlock);
}

TEST(Behaviours, PowerMtasCategoryAloneIsAParaphrase) {
  const auto event = JudgePowerMta({"bad-mailbox", "", ""});
  EXPECT_EQ(event.verdict.authority, Authority::kEsp);
  const auto status =
      JudgePowerMta({"other", "5.1.1 (bad destination mailbox address)", ""});
  EXPECT_EQ(status.verdict.authority, Authority::kEsp);
  EXPECT_EQ(status.verdict.reason, Reason::kUserUnknown);
}

TEST(Behaviours, KumoMtasClassificationIsNotTheLastWord) {
  auto record = OneLineOfEachFormat()[2];
  const std::string_view own = "Uncategorized";
  const std::string_view reply = "<ann@example.org>: User unknown";
  record.replace(record.find(own), own.size(), "InvalidRecipient");
  record.replace(
      record.find(reply), reply.size(),
      "Message rejected: poor reputation of sending IP 198.51.100.1");
  record.replace(record.find("\"subject\":1"), 11, "\"subject\":7");
  Pipeline pipeline;
  pipeline.Feed(record, kNow);
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].verdict.reason, Reason::kIpReputation);
  EXPECT_EQ(pipeline.events[0].verdict.kind, Kind::kBlock);
}

TEST(Behaviours, SendmailsUserUnknownIsNotTheLastWord) {
  Pipeline pipeline;
  pipeline.Feed(
      "Nov 21 21:03:44 mx1 sm-mta[7]: 29VC3c9f015444: to=<ann@example.org>, "
      "delay=00:00:04, mailer=esmtp, relay=mx.example.org. [192.0.2.7], "
      "dsn=5.7.1, stat=User unknown",
      kNow);
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_NE(pipeline.events[0].verdict.kind, Kind::kHard);
  EXPECT_EQ(pipeline.events[0].verdict.decided_by, DecidedBy::kEnhancedCode);
}

TEST(Behaviours, ExpiredRecordsKeepTheReasonOfTheLastReply) {
  const std::string tail = ",smtp,app,smtp,198.51.100.1,192.0.2.7,,9,vmta1,,";
  const std::string who =
      ",2026-11-21 19:59:20+0000,news@shop.example,ann@example.org,,";
  Pipeline pipeline;
  pipeline.Feed(
      "t,2026-11-21 19:59:23+0000" + who +
          "delayed,4.2.2,smtp;452 4.2.2 Mailbox full,mx.example.org "
          "(192.0.2.7)," +
          tail +
          "\n"
          "b,2026-11-21 23:59:23+0000" +
          who + "failed,4.4.7 (delivery time expired),,,message-expired" + tail,
      kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[1].outcome, Outcome::kExpired);
  EXPECT_EQ(pipeline.events[1].verdict.last_reason, Reason::kMailboxFull);
}

TEST(Behaviours, KumoMtasExpirationKeepsTheReasonOfTheLastReply) {
  auto deferred = OneLineOfEachFormat()[2];
  const auto replace = [](std::string& text, std::string_view from,
                          std::string_view to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace(deferred, "Bounce", "TransientFailure");
  replace(deferred, "<ann@example.org>: User unknown", "Mailbox full");
  replace(deferred, "550", "452");
  replace(deferred, R"("class":5,"subject":1,"detail":1)",
          R"("class":4,"subject":2,"detail":2)");
  auto expired = OneLineOfEachFormat()[2];
  replace(expired, "Bounce", "Expiration");
  replace(expired, "<ann@example.org>: User unknown", "Delivery time 8d > 7d");
  Pipeline pipeline;
  pipeline.Feed(deferred + "\n" + expired, kNow);
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[1].outcome, Outcome::kExpired);
  EXPECT_EQ(pipeline.events[1].verdict.last_reason, Reason::kMailboxFull);
  EXPECT_EQ(pipeline.Counted(Cause::kExpiry), 1U);
}

}  // namespace
}  // namespace ricochet
