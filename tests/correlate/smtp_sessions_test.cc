#include "correlate/smtp_sessions.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

using namespace std::chrono_literals;
using Step = MtaEvent::Step;

// A session's log in short: "> " is ours, "< " the server's, "* " a note, "-"
// the end, each line a second after the one before. What a line leads to comes
// back, one attempt a line.
class Log {
 public:
  explicit Log(SessionLimits limits = {}) : sessions_(*counts_, limits) {}

  // Several lines of one session.
  std::string Say(std::string_view lines, std::string_view id = "A1") {
    std::string out;
    while (!lines.empty()) {
      const auto end = lines.find('\n');
      out += Line(lines.substr(0, end), id);
      if (end == std::string_view::npos) break;
      lines.remove_prefix(end + 1);
    }
    return out;
  }
  void Wait(std::chrono::seconds time) { now_ += time; }

  SmtpSessions& sessions() { return sessions_; }
  std::uint64_t Evicted(Eviction why) const {
    return counts_->evicted[static_cast<std::size_t>(why)];
  }

 private:
  std::string Line(std::string_view text, std::string_view id) {
    now_ += 1s;
    const LogLine line{.host = "mx", .time = now_};
    MtaEvent event;
    event.kind = MtaEvent::Kind::kDialogue;
    event.mta = Mta::kExchange;
    event.queue_id = id;
    event.egress = "To Internet";
    event.relay_ip = "192.0.2.25";
    event.relay_port = 25;
    event.step = text[0] == '>'   ? Step::kSent
                 : text[0] == '<' ? Step::kHeard
                 : text[0] == '*' ? Step::kNote
                                  : Step::kDisconnected;
    event.dialogue = text.substr(std::min<std::size_t>(2, text.size()));
    sessions_.Add(line, event, offset_++);
    std::string out;
    while (const MtaEvent* fact = sessions_.Next()) out += Describe(*fact);
    return out;
  }

  // "recipient outcome command [authority] reply"
  static std::string Describe(const MtaEvent& event) {
    if (event.kind == MtaEvent::Kind::kRemoved) return "removed\n";
    EXPECT_EQ(event.kind, MtaEvent::Kind::kAttempt);
    EXPECT_TRUE(event.self_contained);
    std::string out(event.recipient);
    out += ' ';
    out += kOutcomeNames[static_cast<std::size_t>(event.outcome)];
    out += " [";
    out += kSmtpCommandNames[static_cast<std::size_t>(event.command)];
    if (event.authority == Authority::kLocal) out += " local";
    out += "] ";
    out += event.reply;
    out += '\n';
    return out;
  }

  std::unique_ptr<Counts> counts_ = std::make_unique<Counts>();
  SmtpSessions sessions_;
  EventTime now_ = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21};
  Offset offset_ = 0;
};

constexpr std::string_view kGreeting =
    "< 220 mx.example.org ESMTP\n"
    "> EHLO mail.shop.example\n"
    "< 250-mx.example.org\n"
    "< 250-PIPELINING\n"
    "< 250 CHUNKING\n";

TEST(SmtpSessions, FinalReplyIsThatOfEveryAcceptedRecipient) {
  Log log;
  EXPECT_EQ(log.Say(kGreeting), "");
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "< 250 2.1.0 Ok\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 250 2.1.5 Ok\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 250 2.1.5 Ok\n"
                    "> DATA\n"
                    "< 354 Go on"),
            "");
  EXPECT_EQ(log.Say("< 250 2.0.0 Queued as 4F1C2T"),
            "ann@example.org delivered [end of DATA] 250 2.0.0 Queued as "
            "4F1C2T\n"
            "bob@example.org delivered [end of DATA] 250 2.0.0 Queued as "
            "4F1C2T\n");
  EXPECT_EQ(log.Say("> QUIT\n< 221 Bye\n- Local"), "");
  EXPECT_EQ(log.sessions().size(), 0U);
  EXPECT_EQ(log.sessions().low_water(), kNoOffset);
}

TEST(SmtpSessions, RepliesAnswerPipelinedCommandsInTheirOrder) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example> SIZE=7229\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "> RCPT TO:<carl@example.org>\n"
                    "> DATA\n"
                    "< 250 2.1.0 Ok\n"
                    "< 250 2.1.5 Ok\n"
                    "< 550 5.1.1 No bob\n"
                    "< 450 4.2.1 Greylisted\n"
                    "< 354 Go on\n"
                    "< 250 2.0.0 Queued"),
            "bob@example.org bounced [RCPT TO] 550 5.1.1 No bob\n"
            "carl@example.org deferred [RCPT TO] 450 4.2.1 Greylisted\n"
            "ann@example.org delivered [end of DATA] 250 2.0.0 Queued\n");
}

TEST(SmtpSessions, RcptReplyOutranksDataReply) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 250 Ok\n"
                    "< 452 4.2.2 Full\n"
                    "< 250 Ok\n"
                    "> DATA\n"
                    "< 354 Go on\n"
                    "< 554 5.7.1 Spam"),
            "ann@example.org deferred [RCPT TO] 452 4.2.2 Full\n"
            "bob@example.org bounced [end of DATA] 554 5.7.1 Spam\n");
}

TEST(SmtpSessions, OneDeferredAndOneBouncedInASessionStayApart) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 451 4.7.1 Try again later\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 550 5.1.1 No bob\n"
                    "> QUIT\n"
                    "< 221 Bye\n"
                    "- Local"),
            "ann@example.org deferred [RCPT TO] 451 4.7.1 Try again later\n"
            "bob@example.org bounced [RCPT TO] 550 5.1.1 No bob\n"
            "removed\n");
}

TEST(SmtpSessions, RefusedMailIsTheOutcomeOfAllRecipients) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 550 5.7.1 Sender refused\n"
                    "< 503 5.5.1 MAIL first\n"
                    "< 503 5.5.1 MAIL first"),
            "ann@example.org bounced [MAIL FROM] 550 5.7.1 Sender refused\n"
            "bob@example.org bounced [MAIL FROM] 550 5.7.1 Sender refused\n");
}

TEST(SmtpSessions, RefusedDataIsTheOutcomeOfAllAcceptedRecipients) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> DATA\n"
                    "< 250 Ok\n"
                    "< 250 Ok\n"
                    "< 451 4.3.0 Not now"),
            "ann@example.org deferred [DATA] 451 4.3.0 Not now\n");
}

TEST(SmtpSessions, LastChunkEndsTheMessage) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> BDAT 65536\n"
                    "> BDAT 1024 LAST\n"
                    "< 250 Ok\n"
                    "< 250 Ok\n"
                    "< 250 65536 octets received"),
            "");
  EXPECT_EQ(log.Say("< 250 2.6.0 Queued"),
            "ann@example.org delivered [end of DATA] 250 2.6.0 Queued\n");
}

TEST(SmtpSessions, RepliesOfSeveralLinesAreOneReply) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 550-5.1.1 No such user.\n"
                    "< 550-5.1.1 Check the address,\n"
                    "< 550 5.1.1 and try again.\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 550-5.2.1 Disabled. 550 5.2.1 For good."),
            "ann@example.org bounced [RCPT TO] 550-5.1.1 No such user. "
            "550-5.1.1 Check the address, 550 5.1.1 and try again.\n"
            "bob@example.org bounced [RCPT TO] 550-5.2.1 Disabled. 550 5.2.1 "
            "For good.\n");
}

TEST(SmtpSessions, LostConnectionDefersWhoIsOpen) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 550 5.1.1 No bob\n"
                    "> RCPT TO:<carl@example.org>\n"
                    "- Remote(SocketError)"),
            "bob@example.org bounced [RCPT TO] 550 5.1.1 No bob\n"
            "ann@example.org deferred [RCPT TO local] Connection dropped: "
            "Remote(SocketError)\n"
            "carl@example.org deferred [RCPT TO local] Connection dropped: "
            "Remote(SocketError)\n"
            "removed\n");
}

TEST(SmtpSessions, ServiceClosingIsTheOutcomeOfWhoIsOpen) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 250 Ok\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "< 421 4.7.0 Too many, closing\n"
                    "- Remote"),
            "ann@example.org deferred [RCPT TO] 421 4.7.0 Too many, closing\n"
            "bob@example.org deferred [RCPT TO] 421 4.7.0 Too many, closing\n"
            "removed\n");
}

TEST(SmtpSessions, TransactionsOfASessionAreApart) {
  Log log;
  log.Say(kGreeting);
  constexpr std::string_view kOne =
      "> MAIL FROM:<news@shop.example>\n"
      "> RCPT TO:<ann@example.org>\n"
      "> DATA\n"
      "< 250 Ok\n"
      "< 250 Ok\n"
      "< 354 Go on\n"
      "< 250 Queued";
  EXPECT_EQ(log.Say(kOne),
            "ann@example.org delivered [end of DATA] 250 "
            "Queued\n");
  EXPECT_EQ(log.Say("> RSET\n< 250 Ok"), "");
  EXPECT_EQ(log.Say(kOne),
            "ann@example.org delivered [end of DATA] 250 "
            "Queued\n");
}

TEST(SmtpSessions, ResetLeavesNobodyOpen) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<news@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> RSET\n"
                    "< 250 Ok\n"
                    "< 250 Ok\n"
                    "< 250 Ok\n"
                    "- Local"),
            "");
}

TEST(SmtpSessions, SessionSetUpIsNoOutcome) {
  Log log;
  EXPECT_EQ(log.Say("< 220-mx.example.org\n"
                    "< 220 ESMTP\n"
                    "> EHLO mail.shop.example\n"
                    "< 502 5.5.1 What?\n"
                    "> HELO mail.shop.example\n"
                    "< 250 mx.example.org\n"
                    "> STARTTLS\n"
                    "< 454 4.7.0 No TLS now\n"
                    "> AUTH LOGIN\n"
                    "< 334 VXNlcm5hbWU6\n"
                    "> bmV3cw==\n"
                    "< 334 UGFzc3dvcmQ6\n"
                    "> c2VjcmV0\n"
                    "< 535 5.7.8 No\n"
                    "> QUIT\n"
                    "< 221 Bye\n"
                    "- Local"),
            "");
}

TEST(SmtpSessions, AttemptsTellSenderMessageAndServer) {
  std::unique_ptr<Counts> counts = std::make_unique<Counts>();
  SmtpSessions sessions(*counts);
  const LogLine line{.host = "mx"};
  const auto add = [&](Step step, std::string_view dialogue) {
    MtaEvent event;
    event.kind = MtaEvent::Kind::kDialogue;
    event.mta = Mta::kExchange;
    event.queue_id = "A1";
    event.egress = "To Internet";
    event.relay_ip = "192.0.2.25";
    event.relay_port = 25;
    event.step = step;
    event.dialogue = dialogue;
    sessions.Add(line, event, 7);
    return sessions.Next();
  };
  add(Step::kHeard, "220 mx.example.org ESMTP");
  add(Step::kNote,
      "sending message with RecordId 7 and InternetMessageId <1@shop.example>");
  add(Step::kSent, "mail from:<\"a>b\"@shop.example> SIZE=1374 BODY=8BITMIME");
  add(Step::kHeard, "250 Ok");
  add(Step::kSent, "rcpt to:<\"x> y\\\"z\"@example.org> NOTIFY=NEVER");
  const auto* event = add(Step::kHeard, "550 5.1.1 No");
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->mta, Mta::kExchange);
  EXPECT_EQ(event->queue_id, "A1");
  EXPECT_EQ(event->egress, "To Internet");
  EXPECT_TRUE(event->has_sender);
  EXPECT_EQ(event->sender, "\"a>b\"@shop.example");
  EXPECT_EQ(event->size, 1374);
  EXPECT_EQ(event->message_id, "<1@shop.example>");
  EXPECT_EQ(event->recipient, "\"x> y\\\"z\"@example.org");
  EXPECT_EQ(event->relay_ip, "192.0.2.25");
  EXPECT_EQ(event->relay_port, 25);
  EXPECT_EQ(event->remote_host, "mx.example.org");
  EXPECT_EQ(sessions.low_water(), 7);
}

TEST(SmtpSessions, NullSenderIsKnown) {
  Log log;
  EXPECT_EQ(log.Say("> MAIL FROM:<>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "< 250 Ok\n"
                    "< 550 No"),
            "ann@example.org bounced [RCPT TO] 550 No\n");
}

TEST(SmtpSessions, SessionsDoNotMix) {
  Log log;
  log.Say("> MAIL FROM:<a@shop.example>\n> RCPT TO:<ann@example.org>", "A1");
  log.Say("> MAIL FROM:<a@shop.example>\n> RCPT TO:<bob@example.org>", "A2");
  EXPECT_EQ(log.Say("< 250 Ok\n< 550 No", "A2"),
            "bob@example.org bounced [RCPT TO] 550 No\n");
  EXPECT_EQ(log.Say("< 250 Ok\n< 452 Full", "A1"),
            "ann@example.org deferred [RCPT TO] 452 Full\n");
  EXPECT_EQ(log.sessions().low_water(), 0);
  log.Say("-", "A1");
  EXPECT_EQ(log.sessions().low_water(), 2);
}

TEST(SmtpSessions, SilentSessionsAreGivenUp) {
  Log log;
  log.Say("> MAIL FROM:<a@shop.example>\n> RCPT TO:<ann@example.org>", "A1");
  log.Wait(16min);
  log.Say("> EHLO mail.shop.example", "A2");
  EXPECT_EQ(log.sessions().size(), 1U);
  EXPECT_EQ(log.Evicted(Eviction::kAge), 1U);
  EXPECT_EQ(log.Say("< 250 Ok\n< 550 No", "A1"), "");
}

TEST(SmtpSessions, OldestSessionMakesRoom) {
  Log log({.max_sessions = 2});
  log.Say("> MAIL FROM:<a@shop.example>\n> RCPT TO:<ann@example.org>", "A1");
  log.Say("> EHLO mail.shop.example", "A2");
  log.Say("> EHLO mail.shop.example", "A3");
  EXPECT_EQ(log.sessions().size(), 2U);
  EXPECT_EQ(log.Evicted(Eviction::kCapacity), 1U);
}

TEST(SmtpSessions, RecipientsBeyondTheLimitAreCountedAndRepliesStayInStep) {
  Log log({.max_recipients = 1});
  EXPECT_EQ(log.Say("> MAIL FROM:<a@shop.example>\n"
                    "> RCPT TO:<ann@example.org>\n"
                    "> RCPT TO:<bob@example.org>\n"
                    "> DATA\n"
                    "< 250 Ok\n"
                    "< 250 Ok\n"
                    "< 550 5.1.1 No bob\n"
                    "< 354 Go on\n"
                    "< 250 Queued"),
            "ann@example.org delivered [end of DATA] 250 Queued\n");
  EXPECT_EQ(log.Evicted(Eviction::kRecipients), 1U);
}

TEST(SmtpSessions, CommandsThatNobodyAnswersAreBounded) {
  Log log({.max_recipients = 10});
  for (int i = 0; i < 10'000; ++i) log.Say("> RCPT TO:<ann@example.org>");
  EXPECT_GT(log.Evicted(Eviction::kCapacity), 0U);
  EXPECT_EQ(log.Say("> MAIL FROM:<a@shop.example>\n- Local"), "");
}

TEST(SmtpSessions, NonsenseIsNoOutcome) {
  Log log;
  EXPECT_EQ(log.Say("< 2\n< \n> \n< 999 x\n> RCPT TO:\n> RCPT TO:<\n> MAIL\n"
                    "> RCPT TO:<>\n< 550\n< 550-\n* InternetMessageId \n"
                    "> BDAT\n> \xff\xfe\n< 354 x\n< 354 x"),
            "");
  EXPECT_EQ(log.Say("- "), "");
}

}  // namespace
}  // namespace ricochet
