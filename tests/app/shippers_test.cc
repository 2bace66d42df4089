// The same deliveries, as each MTA logs them, through every shipper: what comes
// out must not depend on who brought the lines.

#include "app/shippers.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "app/pipeline.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

const EventTime kRecordTime = std::chrono::sys_days{2026y / 11 / 22};

// A user who is unknown, a mailbox that is full, and a delivery, in that order.
struct Log {
  std::string mta;
  std::string program;  // as syslog has it, with its pid
  std::vector<std::string> lines;
  bool bare;  // its lines tell the time and need no program, as in a file
};

std::string TrackingRow(const std::string& event, const std::string& recipient,
                        const std::string& status) {
  return "2026-11-21T19:59:01.500Z,198.51.100.5,EX01,192.0.2.25,mx.example.org,"
         ",To Internet,SMTP," +
         event + ",709,<1@shop.example>,6f1d3c2a-0b4e-4c55," + recipient + "," +
         status +
         ",7229,1,,,Hello,news@shop.example,news@shop.example,,Originating,,,,,"
         "Email,,15.02.1748.010";
}

const std::vector<Log>& Logs() {
  static const std::string exim = "2026-11-21 19:59:01 1xUrEb-0000l7-2r ";
  static const std::string sendmail = "uAEKY1Xl007527: ";
  static const std::string tried =
      ", delay=00:00:03, xdelay=00:00:02, mailer=esmtp, pri=30709, "
      "relay=mx.example.org. [192.0.2.25], ";
  static const std::vector<Log> logs = {
      {"exim",
       "exim[25402]",
       {exim + "<= news@shop.example H=app.shop.example [192.0.2.66] P=esmtp "
               "S=709 id=1@shop.example",
        exim + "** ann@example.org R=dnslookup T=remote_smtp H=mx.example.org "
               "[192.0.2.25]: SMTP error from remote mail server after RCPT "
               "TO:<ann@example.org>: 550 5.1.1 <ann@example.org>: User "
               "unknown",
        exim + "== bob@example.org R=dnslookup T=remote_smtp defer (-44) "
               "H=mx.example.org [192.0.2.25]: SMTP error from remote mail "
               "server after RCPT TO:<bob@example.org>: 452 4.2.2 Mailbox full",
        exim + "=> cid@example.org R=dnslookup T=remote_smtp H=mx.example.org "
               "[192.0.2.25] C=\"250 2.0.0 Ok: queued as 4F1c2T\""},
       true},
      {"sendmail",
       "sm-mta[25402]",
       {sendmail + "from=<news@shop.example>, size=709, class=0, nrcpts=3, "
                   "msgid=<1@shop.example>, proto=ESMTP, daemon=MTA, "
                   "relay=app.shop.example [192.0.2.66]",
        sendmail + "to=<ann@example.org>" + tried +
            "dsn=5.1.1, reply=550 5.1.1 <ann@example.org>: User unknown, "
            "stat=User unknown",
        sendmail + "to=<bob@example.org>" + tried +
            "dsn=4.2.2, stat=Deferred: 452 4.2.2 Mailbox full",
        sendmail + "to=<cid@example.org>" + tried +
            "dsn=2.0.0, stat=Sent (Ok: queued as 4F1c2T)"},
       false},
      {"exchange",
       "exchange[25402]",
       {TrackingRow("RECEIVE", "ann@example.org", ""),
        TrackingRow("FAIL", "ann@example.org",
                    "[{LED=550 5.1.1 <ann@example.org>: User unknown};{MSG=};"
                    "{FQDN=mx.example.org};{IP=192.0.2.25};{LRT=}]"),
        TrackingRow("DEFER", "bob@example.org",
                    "[{LED=452 4.2.2 Mailbox full};{MSG=};"
                    "{FQDN=mx.example.org};{IP=192.0.2.25};{LRT=}]"),
        TrackingRow("SENDEXTERNAL", "cid@example.org",
                    "250 2.1.5 Recipient OK")},
       true},
  };
  return logs;
}

// Syslog wrote the line half a minute after the MTA, if the line tells when
// that was; else then.
std::string AsSyslog(const Log& log, const std::string& line) {
  const std::string second = log.mta == "exchange" ? "31" : "01";
  return "Nov 21 19:59:" + second + " mta " + log.program + ": " + line;
}

std::string Said(const Pipeline& pipeline) {
  std::string out;
  for (const SeenEvent& event : pipeline.events) {
    out += event.sender + ">" + event.recipient + " " +
           std::string(Info(event.reason()).name) + "\n";
  }
  return out;
}

class Shipped
    : public testing::TestWithParam<std::tuple<std::size_t, std::string>> {};

TEST_P(Shipped, DeliveriesHaveTheVerdictsOfTheFile) {
  const auto& [index, shipper] = GetParam();
  const Log& log = Logs()[index];
  const Wrap& wrap = ShipperWraps().at(shipper);
  Pipeline file;
  Pipeline shipped;
  for (const std::string& line : log.lines) {
    file.Feed(log.bare ? line : AsSyslog(log, line), kRecordTime);
    shipped.Feed(wrap(AsSyslog(log, line)), kRecordTime);
  }
  EXPECT_EQ(Said(shipped),
            "news@shop.example>ann@example.org user_unknown\n"
            "news@shop.example>bob@example.org mailbox_full\n"
            "news@shop.example>cid@example.org delivered\n");
  EXPECT_EQ(VerdictsOf(shipped), VerdictsOf(file));
  EXPECT_EQ(shipped.LinesCounted(), file.LinesCounted());
  EXPECT_TRUE(shipped.letters.empty()) << shipped.letters[0].value;
}

std::vector<std::string> Shippers() {
  std::vector<std::string> names;
  for (const auto& [name, wrap] : ShipperWraps()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(
    Shippers, Shipped,
    testing::Combine(testing::Range<std::size_t>(0, Logs().size()),
                     testing::ValuesIn(Shippers())),
    [](const auto& param) {
      return Logs()[std::get<0>(param.param)].mta + "_" +
             std::get<1>(param.param);
    });

}  // namespace
}  // namespace ricochet
