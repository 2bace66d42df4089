#include "mta/exchange.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "mta/exchange_status.h"
#include "mta/lines.h"

// What each kind of row gives is in tests/data/exchange; here is what rows do
// to each other, and what becomes of rows that no Exchange wrote.
namespace ricochet {
namespace {

// A SEND row of Exchange 2019, for these recipients.
std::string Row(std::string_view recipients, std::string_view status,
                std::string_view event = "FAIL") {
  std::string row =
      "2026-11-21T10:00:02.500Z,198.51.100.5,EX01,192.0.2.25,mx.example.org,,"
      "To Internet,SMTP,";
  row.append(event).append(",709,<1@shop.example>,6f1d3c2a,");
  row.append(recipients).append(",").append(status);
  return row +
         ",7229,1,,,Hello,a@shop.example,a@shop.example,,Originating,,,,,Email,"
         ",15.02.1748.010";
}

// One parser's memory, and the lines of a host.
class Host {
 public:
  Parsed Line(std::string_view text, std::string_view host = "ex01") {
    LogLine line;
    line.host = host;
    line.text = line.raw = text;
    Parsed parsed;
    parsed.result = Parse(line, memory_, parsed.event);
    return parsed;
  }
  // "recipient: reply" of each.
  std::vector<std::string> Replies(std::string_view text) {
    auto parsed = Line(text);
    std::vector<std::string> replies;
    if (!parsed.is_event()) return replies;
    do {
      replies.push_back(std::string(parsed.event.recipient) + ": " +
                        std::string(parsed.event.reply));
    } while (NextRecipient(memory_, parsed.event));
    return replies;
  }

 private:
  ParserMemory memory_;
};

TEST(Exchange, ArrivalKeepsNothingOfTheFailureBefore) {
  ParserMemory memory;
  MtaEvent event;
  LogLine line;
  const std::string failure = Row("ann@example.org", "550 5.1.1 No");
  line.text = failure;
  (void)Parse(line, memory, event);
  EXPECT_EQ(event.reply, "550 5.1.1 No");
  const std::string arrival = Row("bob@example.org", "", "RECEIVE");
  line.text = arrival;
  (void)Parse(line, memory, event);
  EXPECT_EQ(event.kind, MtaEvent::Kind::kReceived);
  EXPECT_EQ(event.reply, "");
  EXPECT_EQ(event.recipient, "");
  EXPECT_EQ(event.relay_host, "");
  EXPECT_FALSE(event.self_contained);
}

// The message's arrival begins message-info.
TEST(Exchange, DelayIsUnknownWhereAStampIsGarbled) {
  const auto delay = [](std::string_view arrival) {
    std::string row = Row("ann@example.org", "550 5.1.1 No");
    row.replace(row.find(",,Originating") + 1, 0, arrival);
    return Host().Line(row).event.delay_s;
  };
  EXPECT_EQ(delay("2026-11-21T10:00:00.250Z;SRV=EX01"), 2.25);
  EXPECT_EQ(delay("2026-11-21T1x:00:00.250Z"), -1);
  EXPECT_EQ(delay("2026-11-21T10:00:00.2x0Z"), -1);
  EXPECT_EQ(delay("2026-11-31T10:00:00.250Z"), -1);
  EXPECT_EQ(delay("2026-11-21T10:00:00Z"), -1);
}

TEST(Exchange, RowsAreUnderstoodWithoutTheirHeader) {
  Host host;
  EXPECT_TRUE(host.Line(Row("ann@example.org", "550 5.1.1 No")).is_event());
}

TEST(Exchange, AnnouncedOrderHoldsForItsHostAlone) {
  Host host;
  constexpr std::string_view kHeader =
      "#Fields: event-id,date-time,message-id,internal-message-id,"
      "recipient-address,recipient-status,sender-address,source";
  constexpr std::string_view kRow =
      "2026-11-21T10:00:02.500Z,FAIL,<1@shop.example>,709,ann@example.org,"
      "550 5.1.1 No,a@shop.example,SMTP";
  constexpr std::string_view kHeaderByTime =
      "#Fields: date-time,event-id,message-id,internal-message-id,"
      "recipient-address,recipient-status,sender-address,source";
  EXPECT_EQ(host.Line(kRow).result.cause, Cause::kUnknownLayout);
  EXPECT_EQ(host.Line(kHeader).result.cause, Cause::kColumns);
  EXPECT_EQ(host.Line(kRow).result.cause, Cause::kBadSyntax);
  EXPECT_EQ(host.Line(kHeaderByTime).result.cause, Cause::kColumns);
  const auto parsed = host.Line(kRow);
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.recipient, "ann@example.org");
  EXPECT_EQ(parsed.event.reply, "550 5.1.1 No");
  EXPECT_EQ(host.Line(kRow, "ex02").result.cause, Cause::kUnknownLayout);
  // Rows of a published layout are still that.
  EXPECT_TRUE(host.Line(Row("ann@example.org", "550 5.1.1 No")).is_event());
}

TEST(Exchange, PublishedHeaderTakesThePlaceOfAnother) {
  Host host;
  constexpr std::string_view kPublished =
      "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,"
      "source-context,connector-id,source,event-id,internal-message-id,"
      "message-id,network-message-id,recipient-address,recipient-status,"
      "total-bytes,recipient-count,related-recipient-address,reference,"
      "message-subject,sender-address,return-path,message-info,directionality,"
      "tenant-id,original-client-ip,original-server-ip,custom-data,"
      "transport-traffic-type,log-id,schema-version";
  std::string other(kPublished);
  other.replace(other.find("event-id"), 8, "event-no");
  other.replace(other.find("log-id"), 6, "event-id");
  const auto row = Row("ann@example.org", "550 5.1.1 No");
  EXPECT_EQ(host.Line(other).result.cause, Cause::kColumns);
  EXPECT_EQ(host.Line(row).result.cause, Cause::kBadSyntax);
  EXPECT_EQ(host.Line(kPublished).result.cause, Cause::kColumns);
  EXPECT_TRUE(host.Line(row).is_event());
}

TEST(Exchange, EachRecipientHasHisOwnReply) {
  Host host;
  using Replies = std::vector<std::string>;
  EXPECT_EQ(
      host.Replies(Row("a@x.test;b@x.test",
                       "\"{LED=550 5.1.1 no; {a}};{MSG=};{FQDN=m};{IP=};"
                       "{LED=452 4.2.2 full, b};{MSG=};{FQDN=m};{IP=}\"")),
      (Replies{"a@x.test: 550 5.1.1 no; {a}", "b@x.test: 452 4.2.2 full, b"}));
  // One reply for all of them.
  EXPECT_EQ(host.Replies(Row("a@x.test;;b@x.test;", "550 5.1.1 no")),
            (Replies{"a@x.test: 550 5.1.1 no", "b@x.test: 550 5.1.1 no"}));
  // One has none.
  EXPECT_EQ(host.Replies(
                Row("a@x.test;b@x.test;c@x.test", "250 ok;;250 fine", "SEND")),
            (Replies{"a@x.test: 250 ok", "b@x.test: ", "c@x.test: 250 fine"}));
  EXPECT_EQ(host.Replies(Row("a@x.test", "")), (Replies{"a@x.test: "}));
}

TEST(Exchange, StatusOfTheNextRecipientTakesNothingFromTheLast) {
  Host host;
  LogLine line;
  const auto row =
      Row("a@x.test;b@x.test",
          "[{LED=550 4.4.7 QUEUE.Expired; message expired};{FQDN=m};{IP=}];"
          "[{LED=550 5.1.1 RESOLVER.ADR.RecipNotFound; not found};{FQDN=};"
          "{IP=}]");
  line.text = line.raw = row;
  ParserMemory memory;
  MtaEvent event;
  ASSERT_EQ(Parse(line, memory, event).cause, Cause::kAttempt);
  EXPECT_EQ(event.outcome, Outcome::kExpired);
  EXPECT_EQ(event.remote_host, "m");
  ASSERT_TRUE(NextRecipient(memory, event));
  EXPECT_EQ(event.outcome, Outcome::kBounced);
  EXPECT_FALSE(event.dsn.present());
  EXPECT_EQ(event.remote_host, "");
  EXPECT_EQ(event.authority, Authority::kLocal);
  EXPECT_FALSE(NextRecipient(memory, event));
}

TEST(Exchange, RecipientStatusWithinAReplyIsPartOfIt) {
  const auto status = SplitExchangeStatus(
      "[{LRT=21-11-26};{LED=450 4.7.0 failed with '[{LED=451 4.4.0 no};{MSG=};"
      "{FQDN=inner};{IP=192.0.2.1};{LRT=}]'};{FQDN=outer};{IP=192.0.2.2}]");
  EXPECT_EQ(status.reply,
            "450 4.7.0 failed with '[{LED=451 4.4.0 no};{MSG=};{FQDN=inner};"
            "{IP=192.0.2.1};{LRT=}]'");
  EXPECT_EQ(status.host, "outer");
  EXPECT_EQ(status.ip, "192.0.2.2");
}

TEST(Exchange, BrokenStatusIsReadAsFarAsItGoes) {
  EXPECT_EQ(SplitExchangeStatus("[{LED=550 5.1.1 no").reply, "550 5.1.1 no");
  EXPECT_EQ(SplitExchangeStatus("[{LRT=x};{LED=550 no};{FQ").reply,
            "550 no};{FQ");
  for (const auto* entry : {"", "[", "{", "[{", "{}", "[{}]", "}];[{",
                            "{LED=", "[{LRT=", "};{", "[{};{};{}]"}) {
    std::string_view rest = entry;
    (void)SplitExchangeStatus(TakeExchangeStatus(rest, false));
  }
}

TEST(Exchange, EveryCutOfARowIsRejectedOrUnderstood) {
  Host host;
  const auto row = Row("ann@example.org", "\"550 5.1.1 \"\"No\"\", sorry\"");
  ASSERT_TRUE(host.Line(row).is_event());
  for (std::size_t size = 0; size < row.size(); ++size) {
    const auto parsed = host.Line(row.substr(0, size));
    if (size > 24) {
      EXPECT_EQ(parsed.result.mta, Mta::kExchange) << size;
    }
    EXPECT_NE(parsed.result.cause, Cause::kForeignProgram) << size;
  }
}

TEST(Exchange, OtherTextsAreNotExchange) {
  for (const auto* text :
       {"", "2026", "2026-11-21T10:00:02.500Z", "2026-11-21T10:00:02.500Z text",
        "2026-11-21 10:00:02.500,1", "#", "#Fields", "date", "{}", "\"",
        "{\"MessageTraceId\":1", "\xEF\xBB\xBF", "d,2026-11-21 10:00:00"}) {
    LogLine line;
    line.text = text;
    EXPECT_EQ(RecognisesExchange(line),
              std::string_view(text) == "2026-11-21T10:00:02.500Z")
        << text;
  }
}

TEST(Exchange, RowsOfNoMessageOrRecipientAreRejected) {
  Host host;
  EXPECT_EQ(host.Line(Row("", "550 5.1.1 No")).result.cause, Cause::kBadSyntax);
  EXPECT_EQ(host.Line(Row(";;", "550 5.1.1 No")).result.cause,
            Cause::kBadSyntax);
  EXPECT_EQ(host.Line(Row("ann@example.org", "", "fail")).result.cause,
            Cause::kBadSyntax);
  EXPECT_EQ(host.Line(Row("ann@example.org", "", "")).result.cause,
            Cause::kBadSyntax);
}

TEST(Exchange, TextsNotUtf8AreKeptAsTheyAre) {
  Host host;
  const auto row = Row("\xff@example.org", "550 5.1.1 \xe9\x80 No");
  const auto parsed = host.Line(row);
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.recipient, "\xff@example.org");
  EXPECT_EQ(parsed.event.reply, "550 5.1.1 \xe9\x80 No");
}

TEST(Exchange, HugeListsAreReadToTheirEnd) {
  Host host;
  std::string recipients;
  std::string statuses;
  for (int i = 0; i < 5000; ++i) {
    recipients += "a@x.test;";
    statuses += "550 5.1.1 no;";
  }
  EXPECT_EQ(host.Replies(Row(recipients, statuses)).size(), 5000U);
}

}  // namespace
}  // namespace ricochet
