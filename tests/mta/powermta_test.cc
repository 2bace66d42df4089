#include "mta/powermta.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "mta/lines.h"

namespace ricochet {
namespace {

// A host's files, in order. Views in an event die at the next Line().
class Host {
 public:
  Parsed Line(std::string_view text) {
    text_ = text;
    LogLine line;
    line.host = "mta1";
    line.text = line.raw = text_;
    Parsed parsed;
    parsed.result = Parse(line, memory_, parsed.event);
    return parsed;
  }
  std::string Fate(std::string_view text) {
    const auto parsed = Line(text);
    return std::string(WhatName(parsed.result.what)) + ' ' +
           std::string(Name(parsed.result.cause));
  }

 private:
  ParserMemory memory_;
  std::string text_;
};

// Without configuration: User's Guide, "Accounting records".
constexpr std::string_view kBounce =
    "b,2026-11-21 19:58:52+0000,2026-11-21 19:58:50+0000,news@shop.example,"
    "ann@example.org,rfc822;Ann@example.org,failed,5.1.1 (bad destination "
    "mailbox address),\"smtp;550 5.1.1 <ann@example.org>, \"\"no\"\" such "
    "user\",mx.example.org (192.0.2.7),bad-mailbox,smtp,app (192.0.2.1),smtp,"
    "198.51.100.1,192.0.2.7,\"ENHANCEDSTATUSCODES,PIPELINING\",1374,vmta1,"
    "job7,env9";

TEST(PowerMta, BounceTellsEverythingOfTheTry) {
  Host host;
  const auto parsed = host.Line(kBounce);
  ASSERT_TRUE(parsed.is_event());
  const auto& event = parsed.event;
  EXPECT_TRUE(event.self_contained);
  EXPECT_EQ(event.queue_id, "");
  EXPECT_EQ(event.message_key,
            "2026-11-21 19:58:50+0000|news@shop.example|ann@example.org");
  EXPECT_EQ(event.time_text, "2026-11-21 19:58:52+0000");
  EXPECT_EQ(event.sender, "news@shop.example");
  EXPECT_TRUE(event.has_sender);
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.original_recipient, "Ann@example.org");
  EXPECT_EQ(event.outcome, Outcome::kBounced);
  EXPECT_EQ(event.dsn, (EnhancedCode{5, 1, 1}));
  EXPECT_EQ(event.reply, "550 5.1.1 <ann@example.org>, \"no\" such user");
  EXPECT_EQ(event.authority, Authority::kRemote);
  EXPECT_EQ(event.relay_host, "mx.example.org");
  EXPECT_EQ(event.relay_ip, "192.0.2.7");
  EXPECT_EQ(event.egress, "vmta1");
  EXPECT_EQ(event.daemon, "smtp");
  EXPECT_EQ(event.size, 1374);
  EXPECT_EQ(event.delay_s, 2);
}

TEST(PowerMta, HeaderSaysWhatTheColumnsAre) {
  Host host;
  const std::string record =
      "d,1795291200,vmta1,2.0.0 (success),ann@example.org,news@shop.example";
  EXPECT_EQ(host.Fate(record), "rejected unknown_layout");
  EXPECT_EQ(
      host.Fate("\xEF\xBB\xBFtype,timeLogged,vmta,dsnStatus,rcpt,orig\r\n"),
      "ignored columns");
  const auto parsed = host.Line(record);
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.recipient, "ann@example.org");
  EXPECT_EQ(parsed.event.sender, "news@shop.example");
  EXPECT_EQ(parsed.event.time_text, "1795291200");
  EXPECT_EQ(parsed.event.delay_s, -1);
}

TEST(PowerMta, FilesOfOtherColumnsComeFromTheSameHost) {
  Host host;
  EXPECT_EQ(host.Fate("type,timeLogged,rcpt"), "ignored columns");
  EXPECT_EQ(host.Fate("type,timeLogged,rcpt,bounceCat"), "ignored columns");
  EXPECT_EQ(host.Fate("d,1795291200,ann@example.org"), "event attempt");
  EXPECT_EQ(host.Fate("b,1795291200,ann@example.org,other"), "event attempt");
}

TEST(PowerMta, ColumnsWithoutARecipientAreAnUnknownLayout) {
  Host host;
  EXPECT_EQ(host.Fate("type,timeLogged,orig"), "ignored columns");
  EXPECT_EQ(host.Fate("d,1795291200,news@shop.example"),
            "rejected unknown_layout");
}

TEST(PowerMta, PublishedLayoutMustFitTheRecord) {
  Host host;
  std::string record(kBounce);
  record.replace(record.find(",failed,"), 8, ",mx.example.org,");
  EXPECT_EQ(host.Fate(record), "rejected unknown_layout");
}

TEST(PowerMta, PublishedLayoutsDifferByTheirNumberOfColumns) {
  Host host;
  const std::string pooled = std::string(kBounce) + ",example.org/vmta1,pool3";
  EXPECT_EQ(host.Line(pooled).event.service, "pool3");
  for (std::string record : {std::string(kBounce), pooled}) {
    record.insert(record.find(",news@"), ",2026-11-21 19:58:50+0000");
    const auto parsed = host.Line(record);
    ASSERT_TRUE(parsed.is_event()) << record;
    EXPECT_EQ(parsed.event.recipient, "ann@example.org");
  }
  EXPECT_EQ(host.Fate(std::string(kBounce) + ",1,2,3,4"),
            "rejected unknown_layout");
}

TEST(PowerMta, EachTypeHasItsOutcomeOrItsName) {
  const std::vector<std::pair<std::string_view, std::string_view>> types = {
      {"d", "event attempt"},           {"b", "event attempt"},
      {"t", "event attempt"},           {"rb", "event report"},
      {"tq", "ignored session_detail"}, {"r", "ignored internal_hop"},
      {"rs", "ignored feedback"},       {"f", "ignored feedback"},
      {"x", "rejected unknown_format"},
  };
  for (const auto& [type, fate] : types) {
    Host host;
    const std::string record =
        std::string(type) + std::string(kBounce.substr(1));
    EXPECT_EQ(host.Fate(record), fate) << type;
  }
}

constexpr std::string_view kFeedbackHeader =
    "type,timeLogged,format,feedbackType,userAgent,orig,rcpt,reportedDomain";

std::string Feedback(std::string_view format, std::string_view type,
                     std::string_view recipient) {
  return std::string("f,2026-11-21 19:58:52+0000,")
      .append(format)
      .append(",")
      .append(type)
      .append(",Loop/1,<news@shop.example>,")
      .append(recipient)
      .append(",shop.example");
}

TEST(PowerMta, FeedbackIsAComplaintOfItsRecipient) {
  Host host;
  EXPECT_EQ(host.Fate(kFeedbackHeader), "ignored columns");
  const auto parsed = host.Line(Feedback("arf", "abuse", "<ann@example.org>"));
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.result.cause, Cause::kReport);
  EXPECT_TRUE(parsed.event.report);
  EXPECT_EQ(parsed.event.outcome, Outcome::kComplaint);
  EXPECT_EQ(parsed.event.recipient, "ann@example.org");
  EXPECT_EQ(parsed.event.sender, "news@shop.example");
  EXPECT_EQ(parsed.event.time_text, "2026-11-21 19:58:52+0000");
  const auto wish = host.Line(Feedback("arf", "Opt-Out", "ann@example.org"));
  EXPECT_EQ(wish.event.outcome, Outcome::kUnsubscribed);
  const auto hotmail = host.Line(Feedback("jmrp", "", "ann@example.org"));
  EXPECT_EQ(hotmail.event.outcome, Outcome::kComplaint);
}

TEST(PowerMta, FeedbackThatIsNoWishOrNamesNobodyIsIgnored) {
  Host host;
  const auto abuse = Feedback("arf", "abuse", "ann@example.org");
  EXPECT_EQ(host.Fate(abuse), "ignored feedback");  // of unknown columns
  EXPECT_EQ(host.Fate(kFeedbackHeader), "ignored columns");
  EXPECT_EQ(host.Fate(abuse), "event report");
  EXPECT_EQ(host.Fate(Feedback("arf", "not-spam", "ann@example.org")),
            "ignored feedback");
  EXPECT_EQ(host.Fate(Feedback("arf", "", "ann@example.org")),
            "ignored feedback");
  EXPECT_EQ(host.Fate(Feedback("arf", "abuse", "redacted")),
            "ignored feedback");
  EXPECT_EQ(host.Fate(Feedback("jmrp", "", "")), "ignored feedback");
}

TEST(PowerMta, FeedbackAndBouncesOfAsManyColumnsAreToldApart) {
  Host host;
  const std::string bounce =
      "b,1795291200,ann@example.org,5.1.1,smtp;550 5.1.1 no,news@shop.example,"
      "vmta1,pool3";
  EXPECT_EQ(host.Fate("type,timeLogged,rcpt,dsnStatus,dsnDiag,orig,vmta,"
                      "vmtaPool"),
            "ignored columns");
  EXPECT_EQ(host.Fate(kFeedbackHeader), "ignored columns");
  const auto parsed = host.Line(bounce);
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.reply, "550 5.1.1 no");
  EXPECT_EQ(host.Fate(Feedback("arf", "abuse", "ann@example.org")),
            "event report");
}

// A record of the columns that say why.
struct Why {
  std::string_view type = "b";
  std::string_view status;
  std::string_view diagnostic;
  std::string_view category;
};

std::string Explain(const Why& why) {
  Host host;
  EXPECT_EQ(host.Fate("type,timeLogged,rcpt,dsnStatus,dsnDiag,bounceCat"),
            "ignored columns");
  std::string record(why.type);
  record.append(",1795291200,ann@example.org,").append(why.status);
  record.append(",").append(why.diagnostic).append(",").append(why.category);
  const auto parsed = host.Line(record);
  EXPECT_TRUE(parsed.is_event()) << record;
  const auto& event = parsed.event;
  std::string out(kOutcomeNames[static_cast<std::size_t>(event.outcome)]);
  out.append(" ").append(
      kAuthorityNames[static_cast<std::size_t>(event.authority)]);
  return out.append(": ").append(event.reply);
}

TEST(PowerMta, ReplyOfASmtpServerIsItsWord) {
  EXPECT_EQ(Explain({.status = "5.1.1", .diagnostic = "smtp;550 no"}),
            "bounced remote: 550 no");
  EXPECT_EQ(Explain({.status = "5.1.1", .diagnostic = "smtp; 550 no"}),
            "bounced remote: 550 no");
  EXPECT_EQ(Explain({.status = "5.1.1", .diagnostic = "550 no"}),
            "bounced remote: 550 no");
  EXPECT_EQ(Explain({"t", "4.2.2", "smtp;452 4.2.2 full", "quota-issues"}),
            "deferred remote: 452 4.2.2 full");
}

TEST(PowerMta, ItsOwnWordsAreNotTheServers) {
  EXPECT_EQ(Explain({.status = "5.0.0",
                     .diagnostic = "x-pmta;deleted by administrator",
                     .category = "other"}),
            "bounced local: deleted by administrator");
  EXPECT_EQ(Explain({.status = "5.7.1",
                     .diagnostic = "x-pmta;bounce-queue;reply:550 5.7.1 no",
                     .category = "spam-related"}),
            "bounced local: 550 5.7.1 no");
}

TEST(PowerMta, WithoutAReplyItsCategoryIsAParaphrase) {
  EXPECT_EQ(Explain({.status = "5.1.1 (bad destination mailbox address)",
                     .category = "bad-mailbox"}),
            "bounced esp: 5.1.1");
  EXPECT_EQ(Explain({.category = "bad-mailbox"}), "bounced esp: bad-mailbox");
  EXPECT_EQ(Explain({.status = "5.1.2 (bad destination system: no such "
                               "domain)",
                     .category = "bad-domain"}),
            "bounced dns: 5.1.2");
  EXPECT_EQ(Explain({.type = "t", .status = "4.4.1 (no answer from host)"}),
            "deferred local: 4.4.1");
}

TEST(PowerMta, BounceOfAnExpiredMessageIsAnExpiry) {
  EXPECT_EQ(Explain({.status = "4.4.7 (delivery time expired)"}),
            "expired local: ");
  EXPECT_EQ(Explain({.status = "5.4.7", .diagnostic = "smtp;452 full"}),
            "expired remote: 452 full");
  EXPECT_EQ(Explain({.status = "4.4.1", .category = "message-expired"}),
            "expired local: ");
}

TEST(PowerMta, DelayIsBetweenTheTwoTimes) {
  const auto delay = [](std::string_view logged, std::string_view queued) {
    Host host;
    (void)host.Line("type,timeLogged,timeQueued,rcpt");
    return host
        .Line("d," + std::string(logged) + "," + std::string(queued) +
              ",a@b.example")
        .event.delay_s;
  };
  EXPECT_EQ(delay("1795291200", "1795291190"), 10);
  EXPECT_EQ(delay("2027-01-01 00:00:05+0100", "2026-12-31 23:00:00+0000"), 5);
  EXPECT_EQ(delay("2027-01-01 00:00:05-0500", "2027-01-01 00:00:00-05:00"), 5);
  EXPECT_EQ(delay("1795291200", ""), -1);
  EXPECT_EQ(delay("1795291200", "1795291201"), -1);
  EXPECT_EQ(delay("1795291200", "2026-02-30 00:00:00"), -1);
}

TEST(PowerMta, BadRecordsAreRejected) {
  Host host;
  for (std::size_t cut = 4; cut < kBounce.size(); ++cut) {
    const auto parsed = host.Line(kBounce.substr(0, cut));
    if (parsed.is_event()) {  // cut within the last column, envId
      EXPECT_GE(cut, kBounce.rfind(',') + 1);
      continue;
    }
    EXPECT_EQ(parsed.result.what, ParseResult::What::kRejected);
  }
  EXPECT_EQ(host.Fate("d,1"), "rejected unknown_format");
  EXPECT_EQ(host.Fate("d,17\"x"), "rejected unknown_layout");
  EXPECT_EQ(host.Fate("d,1,\"open"), "rejected bad_syntax");
  EXPECT_EQ(host.Fate("type,timeLogged,\"open"), "rejected bad_syntax");
  EXPECT_EQ(host.Fate("d,1" + std::string(1000, ',')), "rejected bad_syntax");
  EXPECT_EQ(host.Fate("d,1" + std::string(20, ',') + "\xff"),
            "rejected unknown_layout");
}

}  // namespace
}  // namespace ricochet
