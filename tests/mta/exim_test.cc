#include "mta/exim.h"

#include <gtest/gtest.h>

#include <string>

#include "mta/lines.h"

namespace ricochet {
namespace {

using std::string_literals::operator""s;

// As a file has it: no program, the stamp in the text.
std::string InFile(const std::string& text) {
  return "2026-11-21 19:59:01 1xUrEb-0000l7-2r " + text;
}

// Keeps the line that the event's views are of.
struct OfFile {
  explicit OfFile(const std::string& text)
      : line(InFile(text)), parsed(ParseText("", line)) {}
  const MtaEvent* operator->() const { return &parsed.event; }
  std::string line;
  Parsed parsed;
};

std::string FateOf(const std::string& line) { return Fate("", line); }

TEST(Exim, ArrivalTellsSenderSizeAndMessageId) {
  const OfFile event(
      "<= ann@example.org H=(client.example.org) [192.0.2.7] P=esmtp S=331 "
      "id=1795.1@example.org");
  ASSERT_TRUE(event.parsed.is_event());
  EXPECT_EQ(event->kind, MtaEvent::Kind::kReceived);
  EXPECT_EQ(event->mta, Mta::kExim);
  EXPECT_EQ(event->queue_id, "1xUrEb-0000l7-2r");
  EXPECT_TRUE(event->has_sender);
  EXPECT_EQ(event->sender, "ann@example.org");
  EXPECT_EQ(event->size, 331);
  EXPECT_EQ(event->message_id, "<1795.1@example.org>");
  EXPECT_EQ(event->recipients, -1);
}

TEST(Exim, ArrivalWithEverySelectorCountsItsRecipients) {
  const OfFile event(
      "<= \"a b\"@example.org H=mx.example.org (helo) [192.0.2.7]:34230 "
      "I=[198.51.100.1]:25 P=esmtps L.- X=TLS1.3:AES:256 CV=no "
      "DN=\"CN=a b, S=7\" SNI=mx.example.org A=plain:ann PRX=198.51.100.9 K "
      "S=342 M8S=0 RT=0.001s id*=E1@example.org T=\"S=9 \\\" for x\" DKIM=d "
      "from <ann@example.org> for bob@example.net \"c d\"@example.net");
  ASSERT_TRUE(event.parsed.is_event());
  EXPECT_EQ(event->sender, "\"a b\"@example.org");
  EXPECT_EQ(event->size, 342);
  EXPECT_EQ(event->message_id, "<E1@example.org>");
  EXPECT_EQ(event->recipients, 2);
}

TEST(Exim, BounceNamesTheMessageItIsAbout) {
  const OfFile event("<= <> R=1xUrEb-0000rX-2w U=Debian-exim P=local S=1881");
  ASSERT_TRUE(event.parsed.is_event());
  EXPECT_TRUE(event->has_sender);
  EXPECT_EQ(event->sender, "");
  EXPECT_EQ(event->other_id, "1xUrEb-0000rX-2w");
}

TEST(Exim, DeliveryTellsHostReplyAndTimes) {
  const OfFile event(
      "=> bob@example.net F=<ann@example.org> P=<ann@example.org> R=dnsl "
      "T=smtp S=358 H=mx.example.net [192.0.2.1]:25* I=[198.51.100.1]:37856 "
      "X=TLS1.3:x:256 CV=yes DN=\"CN=mx: a\" L K "
      "C=\"250 2.0.0 \\\"Ok\\\": queued\" QT=1m0.5s DT=0.25s");
  ASSERT_TRUE(event.parsed.is_event());
  EXPECT_EQ(event->outcome, Outcome::kDelivered);
  EXPECT_EQ(event->recipient, "bob@example.net");
  EXPECT_EQ(event->original_recipient, "");
  EXPECT_EQ(event->sender, "ann@example.org");
  EXPECT_EQ(event->daemon, "smtp");
  EXPECT_EQ(event->relay_host, "mx.example.net");
  EXPECT_EQ(event->relay_ip, "192.0.2.1");
  EXPECT_EQ(event->relay_port, 25);
  EXPECT_EQ(event->egress, "198.51.100.1");
  EXPECT_EQ(event->reply, "250 2.0.0 \"Ok\": queued");
  EXPECT_EQ(event->delay_s, 60.5);
  EXPECT_EQ(event->delays_s[3], 0.25F);
  EXPECT_EQ(event->authority, Authority::kRemote);
  EXPECT_FALSE(event->truncated);
}

TEST(Exim, EveryArrowOfADeliveryIsOne) {
  for (const auto* arrow : {"=>", "->", ">>"}) {
    const OfFile event(arrow + " bob@example.net R=r T=smtp"s);
    ASSERT_TRUE(event.parsed.is_event()) << arrow;
    EXPECT_EQ(event->outcome, Outcome::kDelivered);
  }
}

TEST(Exim, DeliverySuppressedByAnOptionIsNone) {
  EXPECT_EQ(FateOf(InFile("*> bob@example.net R=r T=smtp")), "ignored service");
}

TEST(Exim, AliasKeepsWhomTheMessageWasFor) {
  const OfFile event("=> bob@example.net (x@a, y@b) <list@example.org> R=r");
  EXPECT_EQ(event->recipient, "bob@example.net");
  EXPECT_EQ(event->original_recipient, "list@example.org");
}

TEST(Exim, RecipientOfWhatStaysHereIsTheAddress) {
  for (const std::string way :
       {"ann", ":blackhole:", "/var/mail/ann", "|/bin/cat -a <b> x",
        ">bob@example.net", "save inbox", "discarded"}) {
    const OfFile event("=> " + way + " <ann@example.org> R=local T=file");
    ASSERT_TRUE(event.parsed.is_event()) << way;
    EXPECT_EQ(event->recipient, "ann@example.org") << way;
    EXPECT_EQ(event->original_recipient, "") << way;
    EXPECT_EQ(event->authority, Authority::kLocal) << way;
    EXPECT_EQ(event->daemon, "file") << way;
  }
}

TEST(Exim, QuotedLocalPartsAreTakenFromTheOriginal) {
  const OfFile event("=> a b@example.net <\"a b\"@example.net> R=r T=smtp");
  EXPECT_EQ(event->recipient, "\"a b\"@example.net");
  EXPECT_EQ(event->original_recipient, "");
}

TEST(Exim, FailureIsSplitIntoCommandAndReply) {
  const OfFile event(
      "** bob@example.net R=dnsl T=smtp H=mx.example.net [192.0.2.1]: SMTP "
      "error from remote mail server after RCPT TO:<bob@example.net>: 550 "
      "5.1.1 <bob@example.net>: User unknown DT=0.5s");
  ASSERT_TRUE(event.parsed.is_event());
  EXPECT_EQ(event->outcome, Outcome::kBounced);
  EXPECT_EQ(event->command, SmtpCommand::kRcptTo);
  EXPECT_EQ(event->reply, "550 5.1.1 <bob@example.net>: User unknown");
  EXPECT_EQ(event->authority, Authority::kRemote);
  EXPECT_EQ(event->relay_ip, "192.0.2.1");
  EXPECT_EQ(event->delays_s[3], 0.5F);
}

TEST(Exim, BlankBeforeTheColonIsNewerWording) {
  const OfFile event(
      "** bob@example.net R=r T=smtp H=mx.example.net [192.0.2.1]* : SMTP "
      "error from remote mail server after DATA: 550 no");
  EXPECT_EQ(event->relay_host, "mx.example.net");
  EXPECT_EQ(event->relay_ip, "192.0.2.1");
  EXPECT_EQ(event->reply, "550 no");
  const OfFile unrouted("** bob@example.net : Unrouteable address");
  EXPECT_EQ(unrouted->recipient, "bob@example.net");
  EXPECT_EQ(unrouted->reply, "Unrouteable address");
}

TEST(Exim, DeferralHasFieldsBehindItsErrorNumber) {
  const OfFile event(
      "== bob@example.net R=dnsl T=smtp defer (-44) H=mx.example.net "
      "[192.0.2.1]:25 I=[198.51.100.1]:3 DT=0.1s: SMTP error from remote mail "
      "server after pipelined MAIL FROM:<ann@example.org> SIZE=9: 450 4.2.0 "
      "Greylisted");
  EXPECT_EQ(event->outcome, Outcome::kDeferred);
  EXPECT_EQ(event->command, SmtpCommand::kMailFrom);
  EXPECT_EQ(event->reply, "450 4.2.0 Greylisted");
  EXPECT_EQ(event->relay_port, 25);
  EXPECT_EQ(event->egress, "198.51.100.1");
  EXPECT_EQ(event->delays_s[3], 0.1F);
}

TEST(Exim, SystemErrorIsTheReplyWhereNothingElseIs) {
  const OfFile refused(
      "== b@example.net R=r T=smtp defer (111): Connection "
      "refused DT=0.004s");
  EXPECT_EQ(refused->reply, "Connection refused");
  EXPECT_EQ(refused->command, SmtpCommand::kConnect);
  EXPECT_EQ(refused->authority, Authority::kLocal);
  const OfFile late(
      "== b@example.net R=r T=smtp defer (110): Connection timed out "
      "H=mx.example.net [192.0.2.1]: SMTP timeout after initial connection");
  EXPECT_EQ(late->reply, "SMTP timeout after initial connection");
  EXPECT_EQ(late->command, SmtpCommand::kConnect);
  const OfFile file(
      "== b@example.net R=r T=file defer (13): Permission denied: creating "
      "lock file");
  EXPECT_EQ(file->reply, "Permission denied: creating lock file");
}

TEST(Exim, OlderWordingNamesTheHostBesideTheReply) {
  const OfFile event(
      "** b@example.net R=r T=smtp: SMTP error from remote mailer after RCPT "
      "TO:<b@example.net>: host mx.example.net [192.0.2.1]: 550 no");
  EXPECT_EQ(event->remote_host, "mx.example.net");
  EXPECT_EQ(event->remote_ip, "192.0.2.1");
  EXPECT_EQ(event->reply, "550 no");
}

TEST(Exim, QuotedRecipientDoesNotEndTheCommand) {
  const OfFile event(
      "** \"a>: b\"@example.net R=r T=smtp H=mx [192.0.2.1]: SMTP error from "
      "remote mail server after RCPT TO:<\"a>: b\"@example.net>: 550 no");
  EXPECT_EQ(event->reply, "550 no");
}

// Behaviours, row 16.
TEST(Exim, MultiLineReplyIsFoldedWhetherEscapedOnceOrTwice) {
  for (const std::string n : {"\\n", "\\\\n"}) {
    const OfFile event(
        "** b@example.net R=r T=smtp H=mx [192.0.2.1]: SMTP error from remote "
        "mail server after end of data: 451-one" +
        n + "451-two" + n + "451 three");
    EXPECT_EQ(event->reply, "451-one 451-two 451 three");
    EXPECT_EQ(event->command, SmtpCommand::kEndOfData);
  }
}

TEST(Exim, OctetsPrintedInOctalAreThemselvesAgain) {
  const OfFile event(
      "** b@example.net R=r T=smtp H=mx [192.0.2.1]: SMTP error from remote "
      "mail server after DATA: 550 Empf\\303\\244nger\\tC:\\\\nowhere \\q \\");
  EXPECT_EQ(event->reply, "550 Empf\303\244nger C:\\nowhere \\q \\");
}

TEST(Exim, RetryTimeNotReachedIsNoAttempt) {
  for (const std::string text :
       {"routing defer (-52): retry time not reached",
        "R=r T=smtp defer (-53) DT=0.1s: retry time not reached for any host "
        "for 'example.net'",
        "R=r T=smtp defer (0): SMTP delivery explicitly queued"}) {
    EXPECT_EQ(FateOf(InFile("== b@example.net " + text)),
              "ignored retry_not_reached");
  }
}

TEST(Exim, RetryTimeoutIsExpiredWithTheReplyOfTheLine) {
  const OfFile bare("** b@example.net: retry timeout exceeded");
  EXPECT_EQ(bare->outcome, Outcome::kExpired);
  EXPECT_EQ(bare->reply, "");
  const OfFile said(
      "** b@example.net R=r T=smtp H=mx [192.0.2.1]: SMTP error from remote "
      "mail server after DATA: 450 later: retry timeout exceeded");
  EXPECT_EQ(said->outcome, Outcome::kExpired);
  EXPECT_EQ(said->reply, "450 later");
  EXPECT_FALSE(said->untried);
}

TEST(Exim, HostsFailingForLongAreExpiredWithoutATry) {
  const OfFile event(
      "** b@example.net R=r T=smtp: all hosts for 'example.net' have been "
      "failing for a long time (and retry time not reached)");
  EXPECT_EQ(event->outcome, Outcome::kExpired);
  EXPECT_TRUE(event->untried);
}

TEST(Exim, AuthorityIsWhoSpoke) {
  const auto authority = [](const std::string& text) {
    return OfFile("** b@example.net " + text)->authority;
  };
  EXPECT_EQ(authority("R=r: account disabled"), Authority::kLocal);
  EXPECT_EQ(authority(": Unrouteable address"), Authority::kLocal);
  EXPECT_EQ(authority(": an MX or SRV record indicated no SMTP service"),
            Authority::kDns);
  EXPECT_EQ(authority(": all relevant MX records point to non-existent hosts"),
            Authority::kDns);
  EXPECT_EQ(authority("R=r T=lmtp: LMTP error after RCPT TO:<b@x>: 550 no"),
            Authority::kLocal);
  EXPECT_EQ(authority("R=r T=my_lmtp H=127.0.0.1 [127.0.0.1]: SMTP error from "
                      "remote mail server after RCPT TO:<b@x>: 550 no"),
            Authority::kLocal);
  EXPECT_EQ(authority("R=r T=s H=mx [192.0.2.1]: SMTP error from remote mail "
                      "server after AUTH PLAIN *: 535 no"),
            Authority::kRelay);
}

TEST(Exim, CompletedRemovesTheMessage) {
  for (const auto* text : {"Completed", "Completed QT=1h2m"}) {
    const OfFile event(text);
    ASSERT_TRUE(event.parsed.is_event());
    EXPECT_EQ(event->kind, MtaEvent::Kind::kRemoved);
  }
}

TEST(Exim, EveryFormOfStampPidAndIdIsRead) {
  for (const std::string front :
       {"2026-11-21 19:59:01 ", "2026-11-21 19:59:01.123 ",
        "2026-11-21 19:59:01 +0000 ", "2026-11-21 19:59:01.123 -0730 ",
        "2026-11-21 19:59:01 [12] ", "2026-11-21 19:59:01.123 +0000 [12] ",
        ""}) {
    for (const std::string id :
         {"1xUrEb-0000l7-2r", "1xUrEb-00000000l7a-2rAb"}) {
      const auto line = front + id + " => b@example.net R=r T=smtp";
      const auto parsed = ParseText("", line);
      ASSERT_TRUE(parsed.is_event()) << line;
      EXPECT_EQ(parsed.event.queue_id, id);
    }
  }
}

TEST(Exim, MessageIdMayBeAllThatFollowsTheStamp) {
  for (const std::string end : {"", " ", "  ", " \r\n"}) {
    EXPECT_EQ(FateOf("2026-11-21 19:59:01 1xUrEb-0000l7-2r" + end),
              "ignored remark");
  }
  EXPECT_EQ(FateOf("2026-11-21 19:59:01 1xUrEb-0000l7-2r\r"),
            "rejected unknown_format");
}

TEST(Exim, TwoCharactersThatAreNoFlagAreARemark) {
  EXPECT_EQ(FateOf(InFile("no")), "ignored remark");
  EXPECT_EQ(FateOf(InFile("no flag")), "ignored remark");
  EXPECT_EQ(FateOf(InFile("=<")), "rejected bad_syntax");
  EXPECT_EQ(FateOf(InFile("=< ann@example.org")), "rejected bad_syntax");
}

TEST(Exim, AddressEndsBeforeTheFirstFieldHoweverItLooks) {
  for (const std::string address :
       {"ann@example.org", "a b@example.org", "a.@example.org.",
        "a R b@example.org", "+a@example.org", "ann"}) {
    const OfFile event("=> " + address +
                       " R=dnslookup T=remote_smtp H=mx.example.org "
                       "[192.0.2.7] C=\"250 OK\"");
    ASSERT_TRUE(event.parsed.is_event()) << address;
    EXPECT_EQ(event->recipient, address);
    EXPECT_EQ(event->original_recipient, "");
    EXPECT_EQ(event->relay_ip, "192.0.2.7");
  }
}

TEST(Exim, WhatIsAlmostAnIdIsNone) {
  for (const std::string id :
       {"1xUrEb-0000l7-2", "1xUrEb-0000l7-2rr", "1xUrEb-0000l7_2r",
        "1xUrE--0000l7-2r", "1xUr_b-0000l7-2r", "1xUrEb-0000l7--r",
        "1xUrEb-00000000l7a-2rA", "1xUrEb-00000000l7a-2rAbc",
        "1xUrEb-00000000l7a_2rAb", "1xUrEb-0000-000l7a-2rAb",
        "1xUrEb-00000000l7a-2r-b", "1xUr\xc3\xa9-0000l7-2r"}) {
    const auto line = "2026-11-21 19:59:01 " + id + " => b@example.net R=r T=s";
    EXPECT_FALSE(ParseText("", line).is_event()) << line;
  }
}

TEST(Exim, SyslogLineWithItsOwnZonedStampTellsItsTime) {
  const std::string line =
      "2026-11-21 19:59:01.123 +0100 1xUrEb-0000l7-2r Completed";
  EXPECT_EQ(ParseText("exim", line).event.time_text,
            "2026-11-21 19:59:01.123 +0100");
  EXPECT_EQ(ParseText("", line).event.time_text, "");
  const std::string unzoned = "2026-11-21 19:59:01 1xUrEb-0000l7-2r Completed";
  EXPECT_EQ(ParseText("exim4", unzoned).event.time_text, "");
  const std::string bare = "1xUrEb-0000l7-2r Completed";
  EXPECT_TRUE(ParseText("exim", bare).is_event());
}

TEST(Exim, LineThatSyslogSplitIsReadAsFarAsItsFirstPieceGoes) {
  const std::string first =
      "[1/2] 1xUrEb-0000l7-2r ** b@example.net R=r T=smtp H=mx [192.0.2.1]: "
      "SMTP error from remote mail server after DATA: 550 a very";
  const auto parsed = ParseText("exim", first);
  ASSERT_TRUE(parsed.is_event());
  EXPECT_TRUE(parsed.event.truncated);
  EXPECT_EQ(parsed.event.reply, "550 a very");
  EXPECT_EQ(Fate("exim", "[2/2] long reply"), "rejected continuation");
  EXPECT_EQ(Fate("exim", "[2\\3] Envelope-from: <a@b>"),
            "ignored inbound_reject");
  EXPECT_EQ(Fate("exim", "[3/3] T To: <a@b>"), "ignored inbound_reject");
}

TEST(Exim, InboundRejectsAreNoAttempts) {
  const auto at = [](const std::string& text) {
    return FateOf("2026-11-21 19:59:12 " + text);
  };
  EXPECT_EQ(at("H=(c) [192.0.2.7] F=<a@example.org> rejected RCPT "
               "<b@example.net>: relay not permitted"),
            "ignored inbound_reject");
  EXPECT_EQ(at("H=(c) [192.0.2.7] F=<a@example.org> temporarily rejected RCPT "
               "<b@example.net>: greylisted"),
            "ignored inbound_reject");
  EXPECT_EQ(at("plain authenticator failed for (c) [192.0.2.7]: 535 no"),
            "ignored inbound_reject");
  EXPECT_EQ(FateOf(InFile("H=(c) [192.0.2.7] F=<a@example.org> rejected after "
                          "DATA: spam")),
            "ignored inbound_reject");
}

TEST(Exim, NextHostOfAnAttemptThatGoesOnIsADetail) {
  EXPECT_EQ(FateOf(InFile("H=mx.example.net [192.0.2.1]: SMTP error from "
                          "remote mail server after DATA: 450 rejected")),
            "ignored session_detail");
  EXPECT_EQ(FateOf(InFile("H=mx.example.net [192.0.2.1] Connection refused")),
            "ignored session_detail");
}

TEST(Exim, LinesOfNoDeliveryHaveNamedCauses) {
  const auto at = [](const std::string& text) {
    return FateOf("2026-11-21 19:59:12 " + text);
  };
  EXPECT_EQ(at("exim 4.96 daemon started: pid=1"), "ignored service");
  EXPECT_EQ(at("Start queue run: pid=1"), "ignored service");
  EXPECT_EQ(at("cwd=/ 3 args: exim -q"), "ignored service");
  EXPECT_EQ(at("SMTP connection from [192.0.2.7]"), "ignored connection");
  EXPECT_EQ(at("no host name found for IP address 192.0.2.7"),
            "ignored connection");
  EXPECT_EQ(at("TLS error on connection from [192.0.2.7]"), "ignored tls");
  EXPECT_EQ(at("Warning: no certificate"), "ignored warning");
  EXPECT_EQ(FateOf(InFile("Frozen (delivery error message)")),
            "ignored service");
  EXPECT_EQ(FateOf(InFile("Unfrozen by errmsg timer")), "ignored service");
  EXPECT_EQ(FateOf(InFile("what the postmaster logs")), "ignored remark");
}

TEST(Exim, WordsOfNobodyAreNotTakenForExims) {
  EXPECT_EQ(FateOf("2026-11-21 19:59:12 INFO hello"),
            "rejected unknown_format");
  EXPECT_EQ(Fate("exim", "2026-11-21 19:59:12 hello"), "ignored remark");
  EXPECT_EQ(FateOf("1xUrEb-0000l7-2r is an id"), "rejected unknown_format");
}

TEST(Exim, BadDeliveriesAreRejected) {
  for (const std::string text :
       {"=>", "** ", "== : x", "<=", "=* a@b", "<> a@example.org"}) {
    EXPECT_EQ(Fate("exim", "1xUrEb-0000l7-2r " + text), "rejected bad_syntax")
        << text;
  }
}

TEST(Exim, AnyPrefixOfALineHasOneFate) {
  const auto line = InFile(
      "== \"b c\"@example.net (p) <l@example.org> F=<a@example.org> R=r T=smtp "
      "defer (110): Connection timed out H=mx [2001:db8::1]:25* "
      "I=[2001:db8::2]:1 DT=1s: SMTP timeout after RCPT TO:<b@example.net>");
  for (std::size_t size = 0; size <= line.size(); ++size) {
    const std::string cut = line.substr(0, size);
    const auto parsed = ParseText("exim", cut);
    if (parsed.result.what == ParseResult::What::kEvent) {
      EXPECT_FALSE(parsed.event.recipient.empty()) << cut;
    }
  }
}

TEST(Exim, NothingOfAnEarlierLineIsLeft) {
  const auto full = InFile(
      "** b@example.net <l@example.org> F=<a@example.org> R=r T=smtp H=mx "
      "[192.0.2.1]:25 I=[192.0.2.2]: SMTP error from remote mailer after RCPT "
      "TO:<b>: host mx [192.0.2.1]: 550 no DT=1s");
  const auto bare = InFile("=> c@example.net");
  static ParserMemory memory;
  LogLine line;
  MtaEvent event;
  line.text = full;
  (void)Parse(line, memory, event);
  line.text = bare;
  (void)Parse(line, memory, event);
  EXPECT_EQ(event.recipient, "c@example.net");
  EXPECT_EQ(event.original_recipient, "");
  EXPECT_EQ(event.relay_host, "");
  EXPECT_EQ(event.remote_host, "");
  EXPECT_EQ(event.egress, "");
  EXPECT_EQ(event.daemon, "");
  EXPECT_EQ(event.reply, "");
  EXPECT_EQ(event.delays_s[3], -1);
  EXPECT_FALSE(event.has_sender);
  EXPECT_EQ(event.command, SmtpCommand::kUnknown);
}

}  // namespace
}  // namespace ricochet
