#include "mta/postfix_delivery.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mta/lines.h"

namespace ricochet {
namespace {

constexpr std::string_view kSent =
    "4F1C2T: to=<ann@example.org>, orig_to=<sales@example.com>, "
    "relay=mx.example.org[192.0.2.7]:25, conn_use=3, delay=1.25, "
    "delays=0.5/0.25/0.125/0.375, tls=dane, dsn=2.0.0, status=sent "
    "(250 2.0.0 Ok: queued as 9A8B7C)";

Parsed Delivery(std::string_view text) {
  return ParseText("postfix/smtp", text);
}

// A delivery line of that status and text.
Parsed Failure(std::string_view status, std::string_view text) {
  static std::string line;
  line =
      "4F1C2T: to=<ann@example.org>, relay=none, delay=1, delays=1/0/0/0, "
      "dsn=4.0.0, status=" +
      std::string(status) + " (" + std::string(text) + ")";
  return Delivery(line);
}

TEST(PostfixDelivery, SentLineKeepsEveryField) {
  const auto parsed = Delivery(kSent);
  ASSERT_TRUE(parsed.is_event());
  const auto& event = parsed.event;
  EXPECT_EQ(event.kind, MtaEvent::Kind::kAttempt);
  EXPECT_EQ(event.cause, Cause::kAttempt);
  EXPECT_EQ(event.mta, Mta::kPostfix);
  EXPECT_EQ(event.queue_id, "4F1C2T");
  EXPECT_EQ(event.instance, "postfix");
  EXPECT_EQ(event.service, "");
  EXPECT_EQ(event.daemon, "smtp");
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.original_recipient, "sales@example.com");
  EXPECT_EQ(event.relay_host, "mx.example.org");
  EXPECT_EQ(event.relay_ip, "192.0.2.7");
  EXPECT_EQ(event.relay_port, 25);
  EXPECT_EQ(event.delay_s, 1.25);
  EXPECT_EQ(event.delays_s, (std::array<float, 4>{0.5, 0.25, 0.125, 0.375}));
  EXPECT_EQ(event.dsn, (EnhancedCode{2, 0, 0}));
  EXPECT_EQ(event.outcome, Outcome::kDelivered);
  EXPECT_EQ(event.authority, Authority::kRemote);
  EXPECT_EQ(event.reply, "250 2.0.0 Ok: queued as 9A8B7C");
  EXPECT_EQ(event.other_id, "");  // another machine's queue
  EXPECT_FALSE(event.truncated);
  EXPECT_FALSE(event.forwarded);
}

TEST(PostfixDelivery, NothingOfAnEarlierLineStays) {
  ParserMemory memory;
  MtaEvent event;
  LogLine line;
  line.program = "postfix/pool1/smtp";
  line.text =
      "4F1C2T: to=<a@example.org>, orig_to=<b@example.org>, "
      "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=1/2/3/4, dsn=5.1.1, "
      "status=bounced (host mx.example.org[192.0.2.7] said: 550 no (in reply "
      "to RCPT TO comma";
  ASSERT_EQ(Parse(line, memory, event).what, ParseResult::What::kEvent);
  ASSERT_TRUE(event.truncated);
  line.program = "postfix/local";
  line.text =
      "4F1C2T: to=<a@example.org>, relay=local, delay=1, dsn=2.0.0, "
      "status=sent (forwarded as 77AB)";
  ASSERT_EQ(Parse(line, memory, event).what, ParseResult::What::kEvent);
  ASSERT_EQ(event.other_id, "77AB");

  line.program = "postfix-out/error";
  line.text = "9B9B9B: to=<z@example.org>, relay=none, status=deferred (busy)";
  ASSERT_EQ(Parse(line, memory, event).what, ParseResult::What::kEvent);
  MtaEvent fresh;
  ASSERT_EQ(Parse(line, memory, fresh).what, ParseResult::What::kEvent);
  EXPECT_EQ(event.instance, "postfix-out");
  EXPECT_EQ(event.service, "");
  EXPECT_EQ(event.original_recipient, "");
  EXPECT_EQ(event.relay_host, "");
  EXPECT_EQ(event.relay_ip, "");
  EXPECT_EQ(event.relay_port, 0);
  EXPECT_EQ(event.remote_host, "");
  EXPECT_EQ(event.remote_ip, "");
  EXPECT_FALSE(event.dsn.present());
  EXPECT_EQ(event.delay_s, -1);
  EXPECT_EQ(event.delays_s, fresh.delays_s);
  EXPECT_EQ(event.authority, Authority::kLocal);
  EXPECT_EQ(event.command, SmtpCommand::kUnknown);
  EXPECT_EQ(event.other_id, "");
  EXPECT_FALSE(event.forwarded);
  EXPECT_FALSE(event.truncated);
  EXPECT_EQ(event.outcome, Outcome::kDeferred);
  EXPECT_EQ(event.reply, "busy");
}

TEST(PostfixDelivery, StatusGivesTheOutcome) {
  EXPECT_EQ(Failure("bounced", "x").event.outcome, Outcome::kBounced);
  EXPECT_EQ(Failure("deferred", "x").event.outcome, Outcome::kDeferred);
  EXPECT_EQ(Failure("SOFTBOUNCE", "x").event.outcome, Outcome::kDeferred);
  EXPECT_EQ(Failure("melted", "x").result.cause, Cause::kBadSyntax);
}

TEST(PostfixDelivery, AddressProbesAreCountedAndNoDelivery) {
  for (const auto* status : {"deliverable", "undeliverable"}) {
    const auto parsed = Failure(status, "delivers to mailbox");
    EXPECT_EQ(parsed.result.what, ParseResult::What::kIgnored);
    EXPECT_EQ(parsed.result.cause, Cause::kProbe);
    EXPECT_EQ(FateOf(parsed.result.cause), Fate::kAbsorbed);
  }
}

TEST(PostfixDelivery, AddressesMayHoldAnything) {
  const auto recipient = [](std::string_view address) {
    static std::string line;
    line = "4F1C2T: to=" + std::string(address) +
           ", relay=none, dsn=5.1.3, status=bounced (bad)";
    return std::string(Delivery(line).event.recipient);
  };
  EXPECT_EQ(recipient("<a b@example.org>"), "a b@example.org");
  EXPECT_EQ(recipient("<\"a, b\"@example.org>"), "\"a, b\"@example.org");
  EXPECT_EQ(recipient("<\"x>, relay=y\\\", <\"@example.org>"),
            "\"x>, relay=y\\\", <\"@example.org");
  EXPECT_EQ(recipient("<\"open@example.org>"), "\"open@example.org");
  EXPECT_EQ(recipient("<a>b@example.org>"), "a>b@example.org");
  EXPECT_EQ(recipient("<a>, b@example.org>"), "a>, b@example.org");
  EXPECT_EQ(recipient("<m\xc3\xbcller@example.org>"),
            "m\xc3\xbcller@example.org");
  EXPECT_EQ(recipient("<\xff@example.org>"), "\xff@example.org");
  EXPECT_EQ(recipient("user@hostname"), "user@hostname");
}

TEST(PostfixDelivery, AddressesWithoutBracketsAreTaken) {
  const auto parsed = ParseText(
      "postfix/local",
      "2A22C263F6: to=user@hostname, orig_to=root@localhost, relay=local, "
      "delay=0.07, delays=0.04/0/0/0.03, dsn=2.0.0, status=sent (delivered to "
      "command: procmail -a \"$EXTENSION\")");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.recipient, "user@hostname");
  EXPECT_EQ(parsed.event.original_recipient, "root@localhost");
  EXPECT_EQ(parsed.event.reply,
            "delivered to command: procmail -a \"$EXTENSION\"");
  EXPECT_EQ(parsed.event.authority, Authority::kLocal);
}

TEST(PostfixDelivery, RelayFormsAreTakenApart) {
  const auto relay = [](std::string_view text) {
    static std::string line;
    line = "4F1C2T: to=<a@example.org>, relay=" + std::string(text) +
           ", delay=1, dsn=2.0.0, status=sent (ok)";
    const auto event = Delivery(line).event;
    return std::string(event.relay_host) + "|" + std::string(event.relay_ip) +
           "|" + std::to_string(event.relay_port);
  };
  EXPECT_EQ(relay("mx.example.org[192.0.2.7]:25"),
            "mx.example.org|192.0.2.7|25");
  EXPECT_EQ(relay("mx.example.org[2001:db8::1b]:587"),
            "mx.example.org|2001:db8::1b|587");
  EXPECT_EQ(relay("::1[::1]:24"), "::1|::1|24");
  EXPECT_EQ(relay("none"), "||0");
  EXPECT_EQ(relay("local"), "local||0");
  EXPECT_EQ(relay("mail.example.org[private/dovecot-lmtp]"),
            "mail.example.org||0");
  EXPECT_EQ(relay("[192.0.2.7]:25"), "192.0.2.7|192.0.2.7|25");
  EXPECT_EQ(relay("mx.example.org[192.0.2.7]:99999"),
            "mx.example.org|192.0.2.7|0");
  EXPECT_EQ(relay("mx.example.org[192.0.2.7"), "mx.example.org[192.0.2.7||0");
}

TEST(PostfixDelivery, LinesOfOldVersionsHaveNoDsn) {
  const auto parsed = Delivery(
      "C8103B94: to=<user@example.com>, relay=none, delay=0, status=bounced "
      "(Host or domain name not found. Name service error for "
      "name=unknown.test type=A: Host not found)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_FALSE(parsed.event.dsn.present());
  EXPECT_EQ(parsed.event.delay_s, 0);
  EXPECT_EQ(parsed.event.authority, Authority::kDns);
}

TEST(PostfixDelivery, UnknownFieldsArePassedOver) {
  const auto parsed = Delivery(
      "4F1C2T: to=<a@example.org>, relay=none, fresh=1/x=2, dsn=5.0.0, "
      "status=bounced (no)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.dsn, (EnhancedCode{5, 0, 0}));
}

TEST(PostfixDelivery, ReinjectionNamesItsNewQueueId) {
  const auto other = [](std::string_view relay, std::string_view reply) {
    static std::string line;
    line = "4F1C2T: to=<a@example.org>, relay=" + std::string(relay) +
           ", delay=1, dsn=2.0.0, status=sent (" + std::string(reply) + ")";
    return std::string(Delivery(line).event.other_id);
  };
  const auto* amavis =
      "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
      "3FD1C2";
  EXPECT_EQ(other("127.0.0.1[127.0.0.1]:10024", amavis), "3FD1C2");
  EXPECT_EQ(other("::1[::1]:10024", amavis), "3FD1C2");
  EXPECT_EQ(other("filter[private/filter]", "250 Ok: queued as 4jX3234PLHz1b."),
            "4jX3234PLHz1b");
  EXPECT_EQ(other("127.0.0.1[127.0.0.1]:10024", "250 2.7.0 Ok, discarded"), "");
  EXPECT_EQ(other("mx.example.org[192.0.2.7]:25", amavis), "");
}

TEST(PostfixDelivery, ForwardingIsNoDelivery) {
  const auto parsed = ParseText(
      "postfix/local",
      "4F1C2T: to=<list@example.org>, relay=local, delay=0, delays=0/0/0/0, "
      "dsn=2.0.0, status=sent (forwarded as 4jX3YNRz1bFSr)");
  ASSERT_TRUE(parsed.is_event());
  EXPECT_TRUE(parsed.event.forwarded);
  EXPECT_EQ(parsed.event.other_id, "4jX3YNRz1bFSr");
}

TEST(PostfixDelivery, CutBeforeTheStatusIsRejected) {
  for (std::size_t n = kSent.find("to="); n < kSent.find("sent (") + 4; ++n) {
    EXPECT_EQ(Fate("postfix/smtp", kSent.substr(0, n)), "rejected bad_syntax")
        << kSent.substr(0, n);
  }
}

TEST(PostfixDelivery, CutWithinTheReplyIsStillAnAttempt) {
  for (std::size_t n = kSent.find("sent (") + 4; n < kSent.size(); ++n) {
    const auto parsed = Delivery(kSent.substr(0, n));
    ASSERT_TRUE(parsed.is_event());
    EXPECT_TRUE(parsed.event.truncated);
    EXPECT_EQ(parsed.event.recipient, "ann@example.org");
  }
}

TEST(PostfixDelivery, WithoutARecipientItIsRejected) {
  EXPECT_EQ(Fate("postfix/smtp",
                 "4F1C2T: to=<>, relay=none, dsn=5.0.0, status=bounced (x)"),
            "rejected bad_syntax");
  EXPECT_EQ(Fate("postfix/smtp", "4F1C2T: to="), "rejected bad_syntax");
  EXPECT_EQ(Fate("postfix/smtp", "4F1C2T: to=, status=sent (x)"),
            "rejected bad_syntax");
}

TEST(PostfixDelivery, AnyDaemonMayTellOne) {
  for (const auto* daemon :
       {"smtp", "lmtp", "local", "virtual", "pipe", "error", "retry", "discard",
        "qmgr", "nqmgr", "cleanup", "smtp-pool1", "relay", "slow"}) {
    EXPECT_EQ(Fate(std::string("postfix/") + daemon, kSent), "event attempt")
        << daemon;
  }
}

}  // namespace
}  // namespace ricochet
