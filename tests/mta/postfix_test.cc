#include "mta/postfix.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mta/lines.h"

namespace ricochet {
namespace {

using Kind = MtaEvent::Kind;

TEST(Postfix, QueuedMessageTellsSenderSizeAndRecipients) {
  const auto parsed =
      ParseText("postfix/qmgr",
                "4F1C2T: from=<news@example.com>, size=1374, nrcpt=12 (queue "
                "active)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.kind, Kind::kQueued);
  EXPECT_EQ(parsed.event.cause, Cause::kQueued);
  EXPECT_TRUE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.sender, "news@example.com");
  EXPECT_EQ(parsed.event.size, 1374);
  EXPECT_EQ(parsed.event.recipients, 12);
}

TEST(Postfix, NullSenderIsASender) {
  const auto parsed = ParseText(
      "postfix/qmgr", "4F1C2T: from=<>, size=9, nrcpt=1 (queue active)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_TRUE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.sender, "");
}

TEST(Postfix, SenderMayHoldBrackets) {
  const auto parsed = ParseText(
      "postfix/qmgr",
      "4F1C2T: from=<\"a>, size=1\"@example.com>, size=9, nrcpt=1 (queue "
      "active)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.sender, "\"a>, size=1\"@example.com");
  EXPECT_EQ(parsed.event.size, 9);
}

TEST(Postfix, ExpiryNamesTheSenderOnly) {
  for (const auto* status : {"expired", "force-expired"}) {
    const auto text =
        "4F1C2T: from=<news@example.com>, status=" + std::string(status) +
        ", returned to sender";
    const auto parsed = ParseText("postfix/qmgr", text);
    ASSERT_TRUE(parsed.is_event());
    EXPECT_EQ(parsed.event.kind, Kind::kExpired);
    EXPECT_EQ(parsed.event.cause, Cause::kExpiry);
    EXPECT_EQ(FateOf(parsed.event.cause), Fate::kEmitted);
    EXPECT_TRUE(parsed.event.has_sender);
    EXPECT_EQ(parsed.event.sender, "news@example.com");
  }
}

TEST(Postfix, CutQueueLinesAreRejected) {
  constexpr std::string_view kQueued =
      "4F1C2T: from=<news@example.com>, size=1374, nrcpt=12 (queue active)";
  for (std::size_t n = 9; n < kQueued.find(" (queue") + 2; ++n) {
    EXPECT_EQ(Fate("postfix/qmgr", kQueued.substr(0, n)), "rejected bad_syntax")
        << n;
  }
}

TEST(Postfix, RemovalByQueueManagerOrAdministratorEndsAMessage) {
  for (const auto* program : {"postfix/qmgr", "postfix/postsuper"}) {
    const auto parsed = ParseText(program, "4F1C2T: removed");
    ASSERT_TRUE(parsed.is_event());
    EXPECT_EQ(parsed.event.kind, Kind::kRemoved);
    EXPECT_EQ(parsed.event.queue_id, "4F1C2T");
  }
}

TEST(Postfix, AcceptedMessageHasAQueueId) {
  const auto parsed =
      ParseText("postfix/submission/smtpd",
                "4F1C2T: client=unknown[2001:db8::5], sasl_method=PLAIN, "
                "sasl_username=ann");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.kind, Kind::kAccepted);
  EXPECT_EQ(parsed.event.cause, Cause::kClient);
  EXPECT_FALSE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.service, "submission");
}

TEST(Postfix, LocalSubmissionNamesItsUser) {
  for (const auto* text : {"D2FAE20586: uid=0 from=<fail2ban>",
                           "D2FAE20586: uid=0 from=<fail2ban> orig_id=12AB"}) {
    const auto parsed = ParseText("postfix/pickup", text);
    ASSERT_TRUE(parsed.is_event());
    EXPECT_EQ(parsed.event.kind, Kind::kAccepted);
    EXPECT_EQ(parsed.event.cause, Cause::kSubmission);
    EXPECT_TRUE(parsed.event.has_sender);
    EXPECT_EQ(parsed.event.sender, "fail2ban");
  }
}

TEST(Postfix, MessageIdIsKeptAsLogged) {
  const auto id = [](std::string_view text) {
    const auto parsed = ParseText("postfix/cleanup", text);
    EXPECT_EQ(parsed.event.kind, Kind::kMessageId);
    return std::string(parsed.event.message_id);
  };
  EXPECT_EQ(id("4F1C2T: message-id=<1@example.com>"), "<1@example.com>");
  EXPECT_EQ(id("4F1C2T: resent-message-id=<2@example.com>"), "<2@example.com>");
  EXPECT_EQ(id("4F1C2T: message-id=odd one"), "odd one");
  EXPECT_EQ(id("4F1C2T: message-id=<>"), "<>");
  EXPECT_EQ(id("4F1C2T: message-id==?UTF-8?B?PDE5?=? =?UTF-8?B?MTI=?="),
            "=?UTF-8?B?PDE5?=? =?UTF-8?B?MTI=?=");
}

TEST(Postfix, LoggedHeaderEndsBeforeItsClient) {
  const auto header = [](std::string_view text) {
    const auto parsed = ParseText("postfix/cleanup", text);
    EXPECT_EQ(parsed.event.cause, Cause::kHeader);
    return std::string(parsed.event.header_name) + "|" +
           std::string(parsed.event.header_value);
  };
  constexpr std::string_view kTail =
      "; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<c>";
  const std::string tail(kTail);
  EXPECT_EQ(header("4F1C2T: info: header client-id: first-client from "
                   "app.example.com[192.0.2.3]" +
                   tail),
            "client-id|first-client");
  EXPECT_EQ(header("4F1C2T: info: header Subject: news from home from local" +
                   tail + ": seen"),
            "Subject|news from home");
  EXPECT_EQ(header("4F1C2T: info: header Subject: x; from=<y@z> from "
                   "mx[192.0.2.1]" +
                   tail),
            "Subject|x; from=<y@z>");
  EXPECT_EQ(header("4F1C2T: info: header client-id: first-client"),
            "client-id|first-client");
  EXPECT_EQ(header("4F1C2T: info: header X-Empty:"), "X-Empty|");
}

TEST(Postfix, BounceNamesTheNewMessage) {
  const auto other = [](std::string_view text) {
    const auto parsed = ParseText("postfix/bounce", text);
    EXPECT_EQ(parsed.event.kind, Kind::kNotification);
    return std::string(parsed.event.other_id);
  };
  EXPECT_EQ(other("17CCA8044: sender non-delivery notification: ADD2F8052"),
            "ADD2F8052");
  EXPECT_EQ(other("17CCA8044: postmaster non-delivery notification: ADD2"),
            "ADD2");
  EXPECT_EQ(other("17CCA8044: sender delay notification: ADD2F8052"),
            "ADD2F8052");
  EXPECT_EQ(other("17CCA8044: sender delivery status notification: ADD2F8052"),
            "ADD2F8052");
  EXPECT_EQ(other("17CCXXXX: sender non-delivery notificationXXXX: ADD2F8052"),
            "ADD2F8052");
}

TEST(Postfix, NothingOfAnEarlierKindStays) {
  ParserMemory memory;
  MtaEvent event;
  const auto parse = [&](std::string_view program, std::string_view text) {
    LogLine line;
    line.program = program;
    line.text = text;
    return Parse(line, memory, event).what == ParseResult::What::kEvent;
  };
  ASSERT_TRUE(parse("postfix/x/qmgr",
                    "4F1C2T: from=<a@b>, size=9, nrcpt=1 (queue active)"));
  ASSERT_TRUE(parse("postfix/smtpd", "4F1C2T: client=x[192.0.2.1]"));
  EXPECT_FALSE(event.has_sender);
  EXPECT_EQ(event.sender, "");
  EXPECT_EQ(event.size, -1);
  EXPECT_EQ(event.recipients, -1);
  EXPECT_EQ(event.service, "");
  ASSERT_TRUE(parse("postfix/cleanup", "4F1C2T: message-id=<a>"));
  ASSERT_TRUE(parse("postfix/cleanup", "4F1C2T: info: header A: b"));
  EXPECT_EQ(event.message_id, "");
  ASSERT_TRUE(
      parse("postfix/bounce", "4F1C2T: sender delay notification: ABCD1"));
  EXPECT_EQ(event.header_name, "");
  EXPECT_EQ(event.header_value, "");
  ASSERT_TRUE(parse("postfix/qmgr", "4F1C2T: from=<>, status=expired, retur"));
  EXPECT_EQ(event.other_id, "");
  EXPECT_EQ(event.size, -1);
}

TEST(Postfix, QueueIdsOfAllKinds) {
  for (const std::string_view id :
       {"ABCDEF", "5FA029F20A2", "4jX32319ljz1bFRk", "BFDEB3FC0A1XXXX",
        "ED06590130AA1C9D6D862", "0D9633D", "DEAD"}) {
    const auto text = std::string(id) + ": removed";
    EXPECT_EQ(ParseText("postfix/qmgr", text).event.queue_id, id);
  }
  for (const std::string_view none :
       {"warning: x", "NOQUEUE: x", "A1: x", "ABCDEF:x", "ABCDEF x",
        "panic: removed"}) {
    EXPECT_NE(ParseText("postfix/qmgr", none).result.what,
              ParseResult::What::kEvent)
        << none;
  }
}

TEST(Postfix, InboundRejectsAreNoAttempts) {
  for (const std::string_view text :
       {"NOQUEUE: reject: RCPT from x[192.0.2.1]: 550 5.1.1 <a@b>: no; "
        "from=<c@d> to=<a@b> proto=ESMTP helo=<e>",
        "NOQUEUE: reject_warning: RCPT from x[192.0.2.1]: 553 no; from=<a@b>",
        "NOQUEUE: milter-reject: CONNECT from x[192.0.2.1]: 550; proto=SMTP",
        "4F1C2T: reject: RCPT from x[192.0.2.1]: 554 no; from=<a@b> to=<c@d>",
        "4F1C2T: milter-reject: END-OF-MESSAGE from x[192.0.2.1]: 5.7.1 no; "
        "from=<a@b>",
        "proxy-reject: END-OF-MESSAGE: ; from=<a@b> to=<c@d> proto=ESMTP"}) {
    EXPECT_EQ(Fate("postfix/smtpd", text), "ignored inbound_reject") << text;
  }
  EXPECT_EQ(Fate("postfix/postscreen",
                 "NOQUEUE: reject: RCPT from [192.0.2.1]:4984: 550 5.7.1 no; "
                 "from=<a@b>, to=<c@d>, proto=ESMTP, helo=<e>"),
            "ignored inbound_reject");
  EXPECT_EQ(Fate("postfix/cleanup",
                 "4F1C2T: reject: header Subject: x from y[192.0.2.1]; "
                 "from=<a@b> to=<c@d>: 5.7.1 no"),
            "ignored inbound_reject");
}

TEST(Postfix, ActionsOnIncomingMailAreCountedAsSuch) {
  for (const std::string_view action :
       {"hold", "discard", "warning", "replace", "prepend", "filter",
        "redirect", "milter-hold", "milter-discard"}) {
    const auto text = "4F1C2T: " + std::string(action) +
                      ": header Subject: x from y[192.0.2.1]; from=<a@b>";
    EXPECT_EQ(Fate("postfix/cleanup", text), "ignored content_action") << text;
  }
  EXPECT_EQ(Fate("postfix/cleanup", "4F1C2T: info: body x from y[192.0.2.1]"),
            "ignored content_action");
}

TEST(Postfix, LinesOfNoInterestAreNamed) {
  const auto fate = [](std::string_view daemon, std::string_view text) {
    return Fate("postfix/" + std::string(daemon), text);
  };
  EXPECT_EQ(fate("smtpd", "connect from x[192.0.2.1]"), "ignored connection");
  EXPECT_EQ(fate("smtpd", "disconnect from x[192.0.2.1] quit=1 commands=1"),
            "ignored connection");
  EXPECT_EQ(fate("smtpd", "lost connection after RSET from x[192.0.2.1]"),
            "ignored connection");
  EXPECT_EQ(fate("smtpd", "timeout after CONNECT from x[192.0.2.1]"),
            "ignored connection");
  EXPECT_EQ(fate("smtpd", "NOQUEUE: client=x[192.0.2.1]"),
            "ignored connection");
  EXPECT_EQ(fate("postscreen", "PASS OLD [192.0.2.1]:53024"),
            "ignored connection");
  EXPECT_EQ(fate("smtpd", "SSL_accept error from x[192.0.2.1]: lost"),
            "ignored tls");
  EXPECT_EQ(fate("smtp",
                 "Untrusted TLS connection established to x[192.0.2.1]"
                 ":25: TLSv1.3"),
            "ignored tls");
  EXPECT_EQ(fate("smtp", "certificate verification failed for x[192.0.2.1]"),
            "ignored tls");
  EXPECT_EQ(fate("smtp", "connect to x[192.0.2.1]:25: Connection refused"),
            "ignored session_detail");
  for (const auto* detail :
       {"4F1C2T: host x[192.0.2.1] said: 450 later (in reply to RCPT TO "
        "command)",
        "4F1C2T: host x[192.0.2.1] refused to talk to me: 421 no",
        "4F1C2T: lost connection with x[192.0.2.1] while sending RCPT TO",
        "4F1C2T: conversation with x[192.0.2.1] timed out while sending DATA "
        "command",
        "4F1C2T: breaking line > 998 bytes with <CR><LF>SPACE",
        "4F1C2T: enabling PIX workarounds: disable_esmtp for x[192.0.2.1]:25",
        "4F1C2T: Cannot start TLS: handshake failure"}) {
    EXPECT_EQ(fate("smtp", detail), "ignored session_detail") << detail;
  }
  EXPECT_EQ(fate("anvil", "statistics: max cache size 1 at Jun 10 06:22:30"),
            "ignored statistics");
  EXPECT_EQ(fate("scache", "statistics: start interval Jun 10"),
            "ignored statistics");
  EXPECT_EQ(fate("smtp", "warning: no MX host for x has a valid address"),
            "ignored warning");
  EXPECT_EQ(fate("local", "4F1C2T: warning: odd"), "ignored warning");
  EXPECT_EQ(fate("sendmail", "fatal: root(0): message file too big"),
            "ignored warning");
  EXPECT_EQ(fate("master", "daemon started -- version 3.7.11"),
            "ignored service");
  EXPECT_EQ(fate("local",
                 "table hash:/etc/aliases(0,lock|fold_fix) has "
                 "changed -- restarting"),
            "ignored service");
  EXPECT_EQ(fate("qmgr", "4F1C2T: skipped, still being delivered"),
            "ignored service");
  EXPECT_EQ(fate("postsuper", "Deleted: 3 messages"), "ignored service");
  EXPECT_EQ(fate("postsuper", "4F1C2T: requeued"), "ignored service");
  EXPECT_EQ(fate("policy-spf", "Policy action=DUNNO from=<a@b>"),
            "ignored service");
  EXPECT_EQ(fate("smtp", ""), "ignored empty");
  EXPECT_EQ(fate("qmgr", " \r\n"), "ignored empty");
}

TEST(Postfix, UnknownBodiesOfAgentsAreRejected) {
  for (const auto* daemon :
       {"smtp", "lmtp", "local", "virtual", "pipe", "error", "discard", "qmgr",
        "cleanup", "bounce", "pickup"}) {
    const auto program = "postfix/" + std::string(daemon);
    EXPECT_EQ(Fate(program, "4F1C2T: what is this"), "rejected bad_syntax");
    EXPECT_EQ(Fate(program, "what is this"), "rejected bad_syntax");
  }
}

TEST(Postfix, FactsThatAreNotUnderstoodAreNeverIgnored) {
  for (const auto* daemon :
       {"smtp", "qmgr", "cleanup", "smtpd", "verify", "master", "anvil"}) {
    const auto program = "postfix/" + std::string(daemon);
    EXPECT_EQ(Fate(program, "4F1C2T: new=1, status=sent"),
              "rejected bad_syntax");
    EXPECT_EQ(Fate(program, "4F1C2T: new from=<a@b>"), "rejected bad_syntax");
    EXPECT_EQ(Fate(program, "table TLS status=1"), "rejected bad_syntax");
  }
  EXPECT_EQ(Fate("postfix/qmgr", "4F1C2T: from=<a@b>, status=odd"),
            "rejected bad_syntax");
}

TEST(Postfix, LineEndsOfShippersDoNotMatter) {
  EXPECT_EQ(Fate("postfix/qmgr", "4F1C2T: removed\r\n"), "event removed");
}

}  // namespace
}  // namespace ricochet
