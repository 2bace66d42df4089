#include "mta/sendmail.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "mta/lines.h"

namespace ricochet {
namespace {

using Kind = MtaEvent::Kind;

constexpr std::string_view kHead =
    "uAEKY1Xl007527: to=<ann@example.org>, ctladdr=<news@shop.example> "
    "(33/33), delay=00:00:03, xdelay=00:00:02, mailer=esmtp, pri=120055, "
    "relay=mx.example.org. [192.0.2.7], ";

Parsed Delivery(std::string_view rest) {
  static std::string text;
  text = std::string(kHead).append(rest);
  return ParseText("sm-mta", text);
}

TEST(Sendmail, ProgramsAreKnownByTheirNames) {
  for (const auto* program : {"sendmail", "sm-mta", "sm-msp-queue",
                              "sendmail-in", "sendmail-out", "sm-client"}) {
    LogLine line;
    line.program = program;
    EXPECT_TRUE(RecognisesSendmail(line)) << program;
  }
}

TEST(Sendmail, UnderAnotherNameItsLinesAreKnownByTheirForm) {
  const std::string sent = std::string(kHead) + "dsn=2.0.0, stat=Sent (ok)";
  EXPECT_EQ(Fate("mailout", sent), "event attempt");
  EXPECT_EQ(Fate("mailout",
                 "uAEKY1Xl007527: from=<a@shop.example>, size=1, class=0, "
                 "nrcpts=1, relay=localhost"),
            "event queued");
  EXPECT_EQ(Fate("dovecot", "uAEKY1Xl007527: to=<a@b>, stat=Sent"),
            "ignored foreign_program");
}

TEST(Sendmail, ArrivalTellsSenderSizeRecipientsAndMessageId) {
  const auto parsed = ParseText(
      "sm-mta",
      "uAEKY1Xl007527: from=<news@shop.example>, size=1374, class=-60, "
      "nrcpts=12, msgid=<a, b@shop.example>, bodytype=8BITMIME, proto=ESMTPS, "
      "daemon=MTA-v4, relay=app.shop.example [192.0.2.1] (may be forged)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.kind, Kind::kReceived);
  EXPECT_EQ(parsed.event.queue_id, "uAEKY1Xl007527");
  EXPECT_TRUE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.sender, "news@shop.example");
  EXPECT_EQ(parsed.event.size, 1374);
  EXPECT_EQ(parsed.event.recipients, 12);
  EXPECT_EQ(parsed.event.message_id, "<a, b@shop.example>");
}

TEST(Sendmail, SendersMayBeNobodyOrLocal) {
  const auto sender = [](std::string_view from) {
    const std::string text = "uAEKY1Xl007527: from=" + std::string(from) +
                             ", size=9, class=0, nrcpts=1, relay=bob@localhost";
    const auto parsed = ParseText("sendmail", text);
    EXPECT_TRUE(parsed.is_event() && parsed.event.has_sender) << from;
    return std::string(parsed.event.sender);
  };
  EXPECT_EQ(sender("<>"), "");
  EXPECT_EQ(sender("www-data"), "www-data");
  EXPECT_EQ(sender("<\"a, size=1\"@shop.example>"),
            "\"a, size=1\"@shop.example");
}

TEST(Sendmail, ArrivalForNobodyIsNoMessage) {
  EXPECT_EQ(Fate("sm-mta",
                 "uAEKY1Xl007527: from=<a@b.example>, size=0, class=0, "
                 "nrcpts=0, proto=ESMTP, daemon=MTA, relay=[192.0.2.66]"),
            "ignored inbound_reject");
}

TEST(Sendmail, DeliveryTellsEverythingOfTheTry) {
  const auto parsed = Delivery("dsn=2.0.0, stat=Sent (ok 1795290000 qp 1)");
  ASSERT_TRUE(parsed.is_event());
  const auto& event = parsed.event;
  EXPECT_EQ(event.kind, Kind::kAttempt);
  EXPECT_EQ(event.outcome, Outcome::kDelivered);
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.relay_host, "mx.example.org");
  EXPECT_EQ(event.relay_ip, "192.0.2.7");
  EXPECT_EQ(event.daemon, "esmtp");
  EXPECT_EQ(event.delay_s, 3);
  EXPECT_EQ(event.dsn, (EnhancedCode{2, 0, 0}));
  EXPECT_EQ(event.reply, "ok 1795290000 qp 1");
  EXPECT_EQ(event.authority, Authority::kRemote);
  EXPECT_FALSE(event.truncated);
}

std::vector<std::string> Recipients(std::string_view list) {
  const std::string text = "uAEKY1Xl007527: to=" + std::string(list) +
                           ", delay=00:00:01, mailer=esmtp, pri=1, "
                           "relay=mx.example.org. [192.0.2.7], dsn=2.0.0, "
                           "stat=Sent";
  auto parsed = ParseText("sm-mta", text);
  std::vector<std::string> out;
  if (!parsed.is_event()) return out;
  ParserMemory memory;
  do {
    out.emplace_back(parsed.event.recipient);
  } while (NextRecipient(memory, parsed.event));
  return out;
}

TEST(Sendmail, OneLineMaySpeakOfManyRecipients) {
  using List = std::vector<std::string>;
  EXPECT_EQ(Recipients("<a@x.example>,<b@y.example>,c@z.example"),
            (List{"a@x.example", "b@y.example", "c@z.example"}));
  EXPECT_EQ(Recipients("Ann Lee <ann@x.example>"), (List{"ann@x.example"}));
  EXPECT_EQ(Recipients("\"Lee, Ann\" <ann@x.example>,root"),
            (List{"ann@x.example", "root"}));
  EXPECT_EQ(Recipients("<\"a,b> \"@x.example>,<c@y.example>"),
            (List{"\"a,b> \"@x.example", "c@y.example"}));
  EXPECT_EQ(Recipients("\"|/usr/bin/filter -a, b\""),
            (List{"\"|/usr/bin/filter -a, b\""}));
  EXPECT_EQ(Recipients("<a@x.example>,,<>,<b@y.example>"),
            (List{"a@x.example", "b@y.example"}));
  EXPECT_EQ(Recipients("<>"), List{});
  EXPECT_EQ(Recipients("o\"brien@x.example"), (List{"o\"brien@x.example"}));
}

TEST(Sendmail, DelaysMayHaveDays) {
  const auto delay = [](std::string_view text) {
    const std::string line =
        "uAEKY1Xl007527: to=<a@b.example>, delay=" + std::string(text) +
        ", mailer=esmtp, dsn=4.0.0, stat=Deferred";
    return ParseText("sm-mta", line).event.delay_s;
  };
  EXPECT_EQ(delay("00:01:02"), 62);
  EXPECT_EQ(delay("5+01:00:01"), 5 * 86400 + 3601);
  EXPECT_EQ(delay("1:2"), -1);
  EXPECT_EQ(delay(""), -1);
}

TEST(Sendmail, DeferralQuotesTheServersReply) {
  const auto parsed = Delivery(
      "dsn=4.2.2, stat=Deferred: 452 4.2.2 Mailbox full, stat=Sent, he said");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.outcome, Outcome::kDeferred);
  EXPECT_EQ(parsed.event.reply, "452 4.2.2 Mailbox full, stat=Sent, he said");
  EXPECT_EQ(parsed.event.authority, Authority::kRemote);
}

TEST(Sendmail, DeferralWithoutAReplyIsSendmailsWord) {
  const auto refused = Delivery(
      "dsn=4.0.0, stat=Deferred: Connection refused by mx.example.org.");
  EXPECT_EQ(refused.event.authority, Authority::kLocal);
  EXPECT_EQ(refused.event.command, SmtpCommand::kConnect);
  EXPECT_EQ(refused.event.reply, "Connection refused by mx.example.org.");

  const auto dns = Delivery(
      "dsn=4.0.0, stat=Deferred: Name server: mx.example.org.: host name "
      "lookup failure");
  EXPECT_EQ(dns.event.authority, Authority::kDns);

  const auto bare = Delivery("dsn=4.0.0, stat=Deferred");
  EXPECT_EQ(bare.event.outcome, Outcome::kDeferred);
  EXPECT_EQ(bare.event.reply, "");
}

TEST(Sendmail, UnknownHostIsDnsSpeaking) {
  const auto parsed = ParseText(
      "sm-mta",
      "uAEKY1Xl007527: to=<ann@nosuch.example>, delay=00:00:00, mailer=esmtp, "
      "pri=1, relay=nosuch.example, dsn=5.1.2, stat=Host unknown (Name server: "
      "nosuch.example: host not found)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.outcome, Outcome::kBounced);
  EXPECT_EQ(parsed.event.authority, Authority::kDns);
}

// For every 550, 551 and 553 Sendmail writes "User unknown".
TEST(Sendmail, UserUnknownIsNotBelievedAgainstItsOwnDsn) {
  const auto blocked = Delivery("dsn=5.7.1, stat=User unknown");
  ASSERT_TRUE(blocked.is_event());
  EXPECT_EQ(blocked.event.outcome, Outcome::kBounced);
  EXPECT_EQ(blocked.event.reply, "");
  EXPECT_EQ(blocked.event.dsn, (EnhancedCode{5, 7, 1}));
  EXPECT_EQ(Delivery("dsn=5.1.8, stat=User unknown").event.reply, "");
  EXPECT_EQ(Delivery("dsn=5.0.0, stat=Service unavailable").event.reply, "");

  const auto unknown = Delivery("dsn=5.1.1, stat=User unknown");
  EXPECT_EQ(unknown.event.reply, "User unknown");
  EXPECT_EQ(unknown.event.authority, Authority::kLocal);
}

TEST(Sendmail, LoggedReplyIsTheServers) {
  const auto parsed = Delivery(
      "dsn=5.7.1, reply=550 5.7.1 Listed at dnsbl.test, sorry, stat=User "
      "unknown");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.outcome, Outcome::kBounced);
  EXPECT_EQ(parsed.event.reply, "550 5.7.1 Listed at dnsbl.test, sorry");
  EXPECT_EQ(parsed.event.authority, Authority::kRemote);
}

TEST(Sendmail, LocalMailersSpeakOfOurOwnMailboxes) {
  for (const auto* mailer : {"local", "prog", "*file*"}) {
    const std::string text =
        "uAEKY1Xl007527: to=bob, delay=00:00:00, xdelay=00:00:00, mailer=" +
        std::string(mailer) + ", pri=1, dsn=5.1.1, stat=User unknown";
    const auto parsed = ParseText("sm-mta", text);
    ASSERT_TRUE(parsed.is_event());
    EXPECT_EQ(parsed.event.authority, Authority::kLocal);
    EXPECT_EQ(parsed.event.reply, "User unknown");
    EXPECT_EQ(parsed.event.daemon, mailer);
  }
}

TEST(Sendmail, Ipv6RelaysLoseTheirTag) {
  const auto parsed = ParseText(
      "sm-mta",
      "uAEKY1Xl007527: to=<a@b.example>, mailer=esmtp, relay=mx.b.example. "
      "[IPv6:2001:db8:0:0:0:0:0:7], dsn=2.0.0, stat=Sent");
  EXPECT_EQ(parsed.event.relay_ip, "2001:db8:0:0:0:0:0:7");
  EXPECT_EQ(parsed.event.relay_host, "mx.b.example");
}

TEST(Sendmail, SubmissionNamesTheDaemonsQueueId) {
  const auto parsed = ParseText(
      "sendmail",
      "n3KFZnHK006552: to=ann@example.org, ctladdr=www-data (33/33), "
      "delay=00:00:01, xdelay=00:00:01, mailer=relay, pri=30103, "
      "relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (n3KFZnc6006553 "
      "Message accepted for delivery)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.other_id, "n3KFZnc6006553");
  EXPECT_EQ(parsed.event.relay_ip, "127.0.0.1");
  EXPECT_EQ(parsed.event.relay_host, "127.0.0.1");
}

TEST(Sendmail, OutcomeOfOtherWordsIsTheDsnsClass) {
  EXPECT_EQ(Delivery("dsn=4.5.0, stat=Operating system error").event.outcome,
            Outcome::kDeferred);
  EXPECT_EQ(Delivery("dsn=5.6.0, stat=Data format error").event.outcome,
            Outcome::kBounced);
  EXPECT_EQ(Delivery("stat=User unknown").event.outcome, Outcome::kBounced);
  EXPECT_EQ(Fate("sm-mta", std::string(kHead) + "stat=what is this"),
            "rejected bad_syntax");
  EXPECT_EQ(Fate("sm-mta", std::string(kHead) + "stat=queued"),
            "ignored retry_not_reached");
}

TEST(Sendmail, NoticeSpeaksOfTheMessageAndOfItsBounce) {
  auto parsed =
      ParseText("sm-mta", "mAO2tx04010773: mB26PuEl004811: DSN: User unknown");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.kind, Kind::kNotification);
  EXPECT_EQ(parsed.event.queue_id, "mAO2tx04010773");
  EXPECT_EQ(parsed.event.other_id, "mB26PuEl004811");
  ParserMemory memory;
  ASSERT_TRUE(NextRecipient(memory, parsed.event));
  EXPECT_EQ(parsed.event.kind, Kind::kReceived);
  EXPECT_EQ(parsed.event.queue_id, "mB26PuEl004811");
  EXPECT_TRUE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.sender, "");
  EXPECT_FALSE(NextRecipient(memory, parsed.event));
}

TEST(Sendmail, GivingUpIsAnExpiryThatNamesNobody) {
  for (const auto* notice :
       {"sender notify: Cannot send message for 5 days",
        "return to sender: Cannot send message within 5 days",
        "DSN: Message could not be delivered for 5 days"}) {
    const std::string text =
        "mAO2tx04010773: mB26PuEl004811: " + std::string(notice);
    const auto parsed = ParseText("sm-mta", text);
    ASSERT_TRUE(parsed.is_event()) << notice;
    EXPECT_EQ(parsed.event.kind, Kind::kExpired) << notice;
    EXPECT_EQ(parsed.event.cause, Cause::kExpiry) << notice;
  }
  EXPECT_EQ(Fate("sm-mta",
                 "mAO2tx04010773: mB26PuEl004811: sender notify: Warning: "
                 "could not send message for past 4 hours"),
            "event notification");
}

TEST(Sendmail, DoneIsTheMessagesEnd) {
  EXPECT_EQ(Fate("sm-mta", "uAEKY1Xl007527: done; delay=00:00:01, ntries=1"),
            "event removed");
}

TEST(Sendmail, LinesOfNoInterestHaveTheirNames) {
  const std::vector<std::pair<std::string_view, std::string_view>> lines = {
      {"uAEKY1Xl007527: ruleset=check_rcpt, arg1=<a@b.example>, "
       "relay=[192.0.2.66], reject=550 5.7.1 <a@b.example>... Relaying denied",
       "ignored inbound_reject"},
      {"ruleset=check_relay, arg1=[192.0.2.66], reject=554 5.7.1 Rejected",
       "ignored inbound_reject"},
      {"uAEKY1Xl007527: <bob@shop.example>... User unknown",
       "ignored inbound_reject"},
      {"uAEKY1Xl007527: Milter: data, reject=550 5.7.1 Command rejected",
       "ignored inbound_reject"},
      {"uAEKY1Xl007527: Milter add: header: X-Virus: clean",
       "ignored content_action"},
      {"uAEKY1Xl007527: Milter (clamav): init success to negotiate",
       "ignored content_action"},
      {"STARTTLS=client, relay=mx.example.org., version=TLSv1.3, verify=OK, "
       "cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
       "ignored tls"},
      {"AUTH=server, relay=app [192.0.2.1], authid=ann, mech=PLAIN, bits=0",
       "ignored connection"},
      {"uAEKY1Xl007527: timeout waiting for input from mx.example.org. during "
       "client greeting",
       "ignored connection"},
      {"uAEKY1Xl007527: collect: premature EOM: unexpected close",
       "ignored connection"},
      {"uAEKY1Xl007527: lost input channel from app [192.0.2.1] to MTA after "
       "rcpt",
       "ignored connection"},
      {"NOQUEUE: connect from app [192.0.2.1]", "ignored connection"},
      {"uAEKY1Xl007527: app [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN "
       "during connection to MTA",
       "ignored connection"},
      {"uAEKY1Xl007527: SYSERR(root): hash map \"access\": missing map file",
       "ignored warning"},
      {"NOQUEUE: SYSERR(root): opendaemonsocket: cannot bind",
       "ignored warning"},
      {"uAEKY1Xl007527: Authentication-Warning: mx: bob set sender",
       "ignored warning"},
      {"uAEKY1Xl007527: alias root => bob@example.org", "ignored internal_hop"},
      {"uAEKY1Xl007527: clone uAEKY1Xm007527, owner=list-owner",
       "ignored internal_hop"},
      {"starting daemon (8.17.1): SMTP+queueing@00:10:00", "ignored service"},
      {"alias database /etc/mail/aliases rebuilt by root", "ignored service"},
      {"/etc/mail/aliases: 13 aliases, longest 10 bytes, 144 bytes total",
       "ignored service"},
      {"", "ignored empty"},
      {"uAEKY1Xl007527: something new", "rejected bad_syntax"},
      {"something new", "rejected bad_syntax"},
  };
  for (const auto& [text, fate] : lines) {
    EXPECT_EQ(Fate("sm-mta", text), fate) << text;
  }
}

TEST(Sendmail, CutBeforeTheStatusIsRejected) {
  const std::string line = std::string(kHead) + "dsn=5.1.1, stat=User unknown";
  for (auto cut = line.find("to="); cut <= line.find("stat=") + 4; ++cut) {
    const auto fate = Fate("sm-mta", line.substr(0, cut));
    EXPECT_EQ(fate, "rejected bad_syntax") << line.substr(0, cut);
  }
}

TEST(Sendmail, HostileLinesAreSurvived) {
  const std::string huge(100'000, '<');
  EXPECT_EQ(Fate("sm-mta", "uAEKY1Xl007527: to=" + huge),
            "rejected bad_syntax");
  EXPECT_EQ(Fate("sm-mta", "uAEKY1Xl007527: to=\\"), "rejected bad_syntax");
  EXPECT_EQ(Fate("sm-mta", "uAEKY1Xl007527: from="), "rejected bad_syntax");
  EXPECT_EQ(Fate("sm-mta", "uAEKY1Xl007527:"), "rejected bad_syntax");
  EXPECT_EQ(Fate("sm-mta", "\xff\xfe\x00"), "rejected bad_syntax");
}

}  // namespace
}  // namespace ricochet
