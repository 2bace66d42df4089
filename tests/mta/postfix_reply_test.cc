#include "mta/postfix_reply.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mta/lines.h"

namespace ricochet {
namespace {

// A deferral with that text in brackets. The event points into `line`.
struct Deferral {
  explicit Deferral(std::string_view text, std::string_view daemon = "smtp",
                    std::string_view relay = "none")
      : line("4F1C2T: to=<ann@example.org>, relay=" + std::string(relay) +
             ", delay=1, delays=1/0/0/0, dsn=4.0.0, status=deferred (" +
             std::string(text)),
        event(ParseText("postfix/" + std::string(daemon), line).event) {}

  // "authority|command|remote host|remote ip|reply", "+" if cut
  [[nodiscard]] std::string Shown() const {
    const auto name = [](auto& names, auto value) {
      return std::string(names[static_cast<std::size_t>(value)]);
    };
    return name(kAuthorityNames, event.authority) + "|" +
           name(kSmtpCommandNames, event.command) + "|" +
           std::string(event.remote_host) + "|" + std::string(event.remote_ip) +
           "|" + std::string(event.reply) + (event.truncated ? "+" : "");
  }

  std::string line;
  MtaEvent event;
};

std::string Reply(std::string_view text, std::string_view daemon = "smtp",
                  std::string_view relay = "none") {
  return Deferral(std::string(text) + ")", daemon, relay).Shown();
}

TEST(PostfixReply, ServersWordsAreTheReply) {
  EXPECT_EQ(Reply("host mx.example.org[192.0.2.7] said: 550 5.1.1 No such user "
                  "(in reply to RCPT TO command)"),
            "remote|RCPT TO|mx.example.org|192.0.2.7|550 5.1.1 No such user");
  EXPECT_EQ(Reply("host mx.example.org[2001:db8::7] said: 421 (busy) :( (in "
                  "reply to end of DATA command)"),
            "remote|end of DATA|mx.example.org|2001:db8::7|421 (busy) :(");
  EXPECT_EQ(Reply("Protocol error: host mx.example.org[192.0.2.7] said: 250 ok "
                  "(in reply to DATA command)"),
            "remote|DATA|mx.example.org|192.0.2.7|250 ok");
}

TEST(PostfixReply, EveryCommandIsKnown) {
  const auto command = [](std::string_view request) {
    return Deferral("host mx[192.0.2.7] said: 500 x (in reply to " +
                    std::string(request) + " command))")
        .event.command;
  };
  EXPECT_EQ(command("MAIL FROM"), SmtpCommand::kMailFrom);
  EXPECT_EQ(command("RCPT TO"), SmtpCommand::kRcptTo);
  EXPECT_EQ(command("DATA"), SmtpCommand::kData);
  EXPECT_EQ(command("end of DATA"), SmtpCommand::kEndOfData);
  EXPECT_EQ(command("END OF DATA"), SmtpCommand::kEndOfData);
  EXPECT_EQ(command("BDAT"), SmtpCommand::kEndOfData);
  EXPECT_EQ(command("EHLO"), SmtpCommand::kEhlo);
  EXPECT_EQ(command("HELO"), SmtpCommand::kEhlo);
  EXPECT_EQ(command("LHLO"), SmtpCommand::kEhlo);
  EXPECT_EQ(command("STARTTLS"), SmtpCommand::kStartTls);
  EXPECT_EQ(command("AUTH"), SmtpCommand::kAuth);
  EXPECT_EQ(command("RSET"), SmtpCommand::kRset);
  EXPECT_EQ(command("final RSET"), SmtpCommand::kRset);
  EXPECT_EQ(command("QUIT"), SmtpCommand::kQuit);
  EXPECT_EQ(command("XFORWARD"), SmtpCommand::kUnknown);
}

TEST(PostfixReply, ReplyThatQuotesTheTailIsCutAtTheLastOne) {
  EXPECT_EQ(Reply("host mx[192.0.2.7] said: 554 (in reply to RCPT TO command) "
                  "is what you said (in reply to DATA command)"),
            "remote|DATA|mx|192.0.2.7|554 (in reply to RCPT TO command) is "
            "what you said");
}

TEST(PostfixReply, RefusedGreetingIsTheServersWordToConnect) {
  EXPECT_EQ(
      Reply(
          "host mx.example.org[192.0.2.7] refused to talk to me: 554 go away"),
      "remote|connect|mx.example.org|192.0.2.7|554 go away");
}

TEST(PostfixReply, FailuresToConnectAreOurOwnWords) {
  EXPECT_EQ(
      Reply("connect to mx.example.org[192.0.2.7]:25: Connection refused"),
      "local|connect|mx.example.org|192.0.2.7|connect to "
      "mx.example.org[192.0.2.7]:25: Connection refused");
  EXPECT_EQ(Reply("connect to mx.example.org[2001:db8::7]:25: Network is "
                  "unreachable"),
            "local|connect|mx.example.org|2001:db8::7|connect to "
            "mx.example.org[2001:db8::7]:25: Network is unreachable");
  EXPECT_EQ(
      Reply("connect to mail[private/dovecot-lmtp]: No such file or "
            "directory",
            "lmtp"),
      "local|connect|mail||connect to mail[private/dovecot-lmtp]: No such "
      "file or directory");
}

TEST(PostfixReply, BrokenSessionsNameHostAndStage) {
  const auto stage = [](std::string_view text) {
    const Deferral deferral(std::string(text) + ")");
    EXPECT_EQ(deferral.event.remote_host, "mx.example.org");
    EXPECT_EQ(deferral.event.remote_ip, "192.0.2.7");
    EXPECT_EQ(deferral.event.authority, Authority::kLocal);
    EXPECT_EQ(deferral.event.reply, text);
    return deferral.event.command;
  };
  const std::string lost =
      "lost connection with mx.example.org[192.0.2.7] while ";
  EXPECT_EQ(stage(lost + "receiving the initial server greeting"),
            SmtpCommand::kConnect);
  EXPECT_EQ(stage(lost + "performing the EHLO handshake"), SmtpCommand::kEhlo);
  EXPECT_EQ(stage(lost + "performing the HELO handshake"), SmtpCommand::kEhlo);
  EXPECT_EQ(stage(lost + "sending MAIL FROM"), SmtpCommand::kMailFrom);
  EXPECT_EQ(stage(lost + "sending RCPT TO"), SmtpCommand::kRcptTo);
  EXPECT_EQ(stage(lost + "sending DATA command"), SmtpCommand::kData);
  EXPECT_EQ(stage(lost + "sending message body"), SmtpCommand::kData);
  EXPECT_EQ(
      stage(lost + "sending end of data -- message may be sent more than once"),
      SmtpCommand::kEndOfData);
  EXPECT_EQ(stage("conversation with mx.example.org[192.0.2.7] timed out while "
                  "receiving the initial server greeting"),
            SmtpCommand::kConnect);
}

TEST(PostfixReply, AnswersOfDnsAreNotTheServers) {
  for (const std::string_view text :
       {"Host or domain name not found. Name service error for name=x.test "
        "type=MX: Host not found, try again",
        "Name service error for name=x.test type=AAAA: Malformed or unexpected "
        "name server reply",
        "Domain null.test does not accept mail (nullMX)",
        "unable to look up host x.test: No address associated with hostname"}) {
    EXPECT_EQ(Reply(text), "dns||||" + std::string(text));
    EXPECT_EQ(
        Reply("delivery temporarily suspended: " + std::string(text), "error"),
        "dns||||" + std::string(text));
  }
}

TEST(PostfixReply, SuspendedDestinationsKeepWhatWasSaid) {
  EXPECT_EQ(Reply("delivery temporarily suspended: host mx.example.org"
                  "[192.0.2.7] refused to talk to me: 421 4.7.0 Not allowed.",
                  "error"),
            "remote|connect|mx.example.org|192.0.2.7|421 4.7.0 Not allowed.");
  EXPECT_EQ(Reply("delivery temporarily suspended: connect to mx.example.org"
                  "[192.0.2.7]:25: Connection timed out",
                  "qmgr"),
            "local|connect|mx.example.org|192.0.2.7|connect to "
            "mx.example.org[192.0.2.7]:25: Connection timed out");
}

TEST(PostfixReply, TlsTroubleIsAboutStartTls) {
  EXPECT_EQ(Reply("TLS is required, but was not offered by host "
                  "mx.example.org[192.0.2.7]"),
            "local|STARTTLS|mx.example.org|192.0.2.7|TLS is required, but was "
            "not offered by host mx.example.org[192.0.2.7]");
  EXPECT_EQ(Reply("TLS is required, but host mx.example.org[192.0.2.7] refused "
                  "to start TLS: 454 4.7.0 not now"),
            "remote|STARTTLS|mx.example.org|192.0.2.7|454 4.7.0 not now");
  EXPECT_EQ(Reply("Cannot start TLS: handshake failure"),
            "local|STARTTLS|||Cannot start TLS: handshake failure");
  EXPECT_EQ(Reply("Server certificate not trusted"),
            "local|STARTTLS|||Server certificate not trusted");
}

TEST(PostfixReply, RefusedLoginIsOurRelays) {
  EXPECT_EQ(Reply("SASL authentication failed; server smtp.example.net"
                  "[192.0.2.9] said: 535 5.7.8 Bad credentials"),
            "relay|AUTH|smtp.example.net|192.0.2.9|535 5.7.8 Bad credentials");
  EXPECT_EQ(Reply("SASL authentication failed; cannot authenticate to server "
                  "smtp.example.net[192.0.2.9]: no mechanism available"),
            "local|AUTH|smtp.example.net|192.0.2.9|SASL authentication failed; "
            "cannot authenticate to server smtp.example.net[192.0.2.9]: no "
            "mechanism available");
}

TEST(PostfixReply, MissingExtensionsNameTheServer) {
  EXPECT_EQ(Reply("SMTPUTF8 is required, but was not offered by host "
                  "mx.example.org[192.0.2.7]"),
            "local||mx.example.org|192.0.2.7|SMTPUTF8 is required, but was not "
            "offered by host mx.example.org[192.0.2.7]");
  EXPECT_EQ(Reply("message size 9 exceeds size limit 5 of server "
                  "mx.example.org[192.0.2.7]"),
            "local||mx.example.org|192.0.2.7|message size 9 exceeds size limit "
            "5 of server mx.example.org[192.0.2.7]");
}

TEST(PostfixReply, OwnWordsAreLocal) {
  EXPECT_EQ(Reply("mail for loop.test loops back to myself"),
            "local||||mail for loop.test loops back to myself");
  EXPECT_EQ(Reply("unknown user: \"ann\"", "local"),
            "local||||unknown user: \"ann\"");
  EXPECT_EQ(Reply("user unknown. Command output: 550 no (such) user", "pipe"),
            "local||||user unknown. Command output: 550 no (such) user");
  EXPECT_EQ(Reply("Command died with status 1: \"/bin/false\"", "local"),
            "local||||Command died with status 1: \"/bin/false\"");
}

TEST(PostfixReply, StoreOnThisMachineSpeaksForUs) {
  EXPECT_EQ(Reply("host mail[private/dovecot-lmtp] said: 550 5.1.1 <a> User "
                  "doesn't exist (in reply to RCPT TO command)",
                  "lmtp", "mail[private/dovecot-lmtp]"),
            "local|RCPT TO|mail||550 5.1.1 <a> User doesn't exist");
  EXPECT_EQ(Reply("host localhost[127.0.0.1] said: 550 no (in reply to RCPT TO "
                  "command)",
                  "lmtp"),
            "local|RCPT TO|localhost|127.0.0.1|550 no");
  EXPECT_EQ(Reply("host store.example.org[192.0.2.8] said: 550 no (in reply to "
                  "RCPT TO command)",
                  "lmtp"),
            "remote|RCPT TO|store.example.org|192.0.2.8|550 no");
  EXPECT_EQ(Reply("host filter[127.0.0.1] said: 550 no (in reply to RCPT TO "
                  "command)"),
            "remote|RCPT TO|filter|127.0.0.1|550 no");
}

TEST(PostfixReply, CutRepliesAreMarkedWhereverTheyEnd) {
  const std::string whole =
      "host mx[192.0.2.7] said: 550 5.1.1 gone (S1) (in reply to RCPT TO "
      "command))";
  const auto reply = whole.find("550");
  const auto tail = whole.find(" (in reply");
  for (auto n = reply; n < whole.size(); ++n) {
    const Deferral cut(whole.substr(0, n));
    EXPECT_TRUE(cut.event.truncated) << cut.line;
    EXPECT_EQ(cut.event.remote_host, "mx") << cut.line;
    EXPECT_EQ(cut.event.authority, Authority::kRemote) << cut.line;
    if (n > tail + 2) {
      EXPECT_EQ(cut.event.reply, "550 5.1.1 gone (S1)") << cut.line;
    } else {
      EXPECT_TRUE(whole.substr(reply).starts_with(cut.event.reply)) << cut.line;
    }
    if (n >= whole.find("RCPT TO") + 7) {
      EXPECT_EQ(cut.event.command, SmtpCommand::kRcptTo) << cut.line;
    }
  }
  EXPECT_FALSE(Deferral(whole).event.truncated);
}

TEST(PostfixReply, BracketInsideACutReplyIsKept) {
  const Deferral cut("host mx[192.0.2.7] said: 550 5.7.1 blocked (S3150)");
  EXPECT_TRUE(cut.event.truncated);
  EXPECT_EQ(cut.event.reply, "550 5.7.1 blocked (S3150)");
}

TEST(PostfixReply, HostileTextsEndNowhereBad) {
  for (const std::string_view text :
       {"host ", "host", "host [", "host ] said: ", "host x said: ",
        "connect to ", "lost connection with ", "(", "", "TLS is required, but",
        "SASL authentication failed; server ",
        "delivery temporarily suspended"
        ": delivery temporarily suspended: ",
        " by host ", "\xff\xfe"}) {
    const Deferral deferral(std::string(text) + ")");
    EXPECT_EQ(deferral.event.outcome, Outcome::kDeferred) << text;
  }
}

}  // namespace
}  // namespace ricochet
