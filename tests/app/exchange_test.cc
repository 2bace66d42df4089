#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "app/pipeline.h"

// Exchange's logs through the whole first stage.
namespace ricochet {
namespace {

std::string Tracked(std::string_view second, std::string_view event,
                    std::string_view recipients, std::string_view status,
                    std::string_view source = "SMTP") {
  std::string row = "2026-11-21T10:00:";
  row.append(second).append(".500Z,198.51.100.5,EX01,192.0.2.25,");
  row.append("mx.example.org,,To Internet,").append(source).append(",");
  row.append(event).append(",709,<1@shop.example>,6f1d3c2a-0b4e-4c55,");
  row.append(recipients).append(",\"").append(status);
  return row +
         "\",7229,3,,,Hello,a@shop.example,news@shop.example,,Originating,,,,,"
         "Email,,15.02.1748.010\n";
}

std::string Failed(std::string_view reply) {
  return "[{LED=" + std::string(reply) +
         "};{MSG=};{FQDN=mx.example.org};{IP=192.0.2.25};{LRT=}]";
}

// Lines of a send protocol log: "> data", "< data" or "- context".
std::string Session(std::string_view lines) {
  std::string out;
  int number = 0;
  for (const std::string& line : Lines(lines)) {
    const std::string text = line.substr(2);
    const bool end = line[0] == '-';
    out += "2026-11-21T10:00:0" + std::to_string(number % 10) +
           ".000Z,To Internet,08DE28D3A0010001," + std::to_string(number) +
           ",198.51.100.5:52001,192.0.2.25:25," + line[0] + ",\"" +
           (end ? "" : text) + "\"," + (end ? text : "") + "\n";
    ++number;
  }
  return out;
}

std::string Said(const Pipeline& pipeline) {
  std::string out;
  for (const SeenEvent& event : pipeline.events) {
    out += event.recipient + " " +
           std::string(kOutcomeNames[static_cast<std::size_t>(event.outcome)]) +
           " " + std::string(Info(event.reason()).name) + "\n";
  }
  return out;
}

void ExpectAllAccounted(const Pipeline& pipeline, std::string_view text) {
  EXPECT_EQ(pipeline.LinesCounted(), CountOf(text, "\n"));
}

// Symptom: a bounce of one recipient suppressed all, or another one.
TEST(Exchange, OneBounceOfThreeRecipientsIsOneAddressConvicted) {
  const std::string transaction = Session(
      "< 220 mx.example.org ESMTP\n"
      "> EHLO mail.shop.example\n"
      "< 250 mx.example.org\n"
      "> MAIL FROM:<news@shop.example>\n"
      "> RCPT TO:<ann@example.org>\n"
      "> RCPT TO:<bob@example.org>\n"
      "> RCPT TO:<carl@example.org>\n"
      "> DATA\n"
      "< 250 2.1.0 Ok\n"
      "< 250 2.1.5 Ok\n"
      "< 550 5.1.1 User unknown\n"
      "< 250 2.1.5 Ok\n"
      "< 354 Go on\n"
      "< 250 2.0.0 Queued\n"
      "> QUIT\n"
      "< 221 Bye\n"
      "- Local");
  const std::string tracking =
      Tracked("01", "FAIL", "bob@example.org",
              Failed("550 5.1.1 User unknown")) +
      Tracked("02", "SENDEXTERNAL", "ann@example.org;carl@example.org",
              "250 2.1.5 Ok;250 2.1.5 Ok");
  for (const std::string& log : {transaction, tracking}) {
    Pipeline pipeline;
    pipeline.Feed(log);
    ASSERT_EQ(pipeline.events.size(), 3U) << Said(pipeline);
    std::set<std::string> convicted;
    for (const SeenEvent& event : pipeline.events) {
      EXPECT_EQ(event.sender, "news@shop.example");
      if (event.verdict.kind == Kind::kHard) convicted.insert(event.recipient);
    }
    EXPECT_EQ(convicted, std::set<std::string>{"bob@example.org"});
    ExpectAllAccounted(pipeline, log);
    EXPECT_TRUE(pipeline.letters.empty());
  }
}

// Symptom: one deferred and one bounced in a session: both counted as bounced.
TEST(Exchange, DeferredAndBouncedInOneSessionAreEachTheirOwn) {
  Pipeline pipeline;
  const std::string log = Session(
      "> MAIL FROM:<news@shop.example>\n"
      "> RCPT TO:<ann@example.org>\n"
      "> RCPT TO:<bob@example.org>\n"
      "< 250 2.1.0 Ok\n"
      "< 452 4.2.2 Mailbox full\n"
      "< 550 5.1.1 User unknown\n"
      "> QUIT\n"
      "< 221 Bye\n"
      "- Local");
  pipeline.Feed(log);
  EXPECT_EQ(Said(pipeline),
            "ann@example.org deferred mailbox_full\n"
            "bob@example.org bounced user_unknown\n");
  ExpectAllAccounted(pipeline, log);
  EXPECT_EQ(pipeline.Counted(Cause::kAttempt), 2U);
  EXPECT_EQ(pipeline.Counted(Cause::kDialogue), 7U);
}

TEST(Exchange, LostConnectionIsNobodysFault) {
  Pipeline pipeline;
  pipeline.Feed(
      Session("> MAIL FROM:<news@shop.example>\n"
              "< 250 2.1.0 Ok\n"
              "> RCPT TO:<ann@example.org>\n"
              "< 250 2.1.5 Ok\n"
              "> DATA\n"
              "- Remote(ConnectionReset)"));
  ASSERT_EQ(pipeline.events.size(), 1U);
  const SeenEvent& event = pipeline.events[0];
  EXPECT_EQ(event.outcome, Outcome::kDeferred);
  EXPECT_EQ(event.verdict.authority, Authority::kLocal);
  EXPECT_EQ(Info(event.verdict.reason).name, "connection_lost");
}

TEST(Exchange, ExpiryCarriesTheLastReply) {
  Pipeline pipeline;
  pipeline.Feed(
      Tracked("00", "RECEIVE", "ann@example.org", "") +
      Tracked("01", "DEFER", "ann@example.org",
              Failed("452 4.2.2 Mailbox full")) +
      Tracked("02", "FAIL", "ann@example.org",
              "[{LRT=};{LED=550 4.4.7 QUEUE.Expired; message expired};{FQDN=};"
              "{IP=}]",
              "QUEUE"));
  ASSERT_EQ(pipeline.events.size(), 2U);
  const SeenEvent& event = pipeline.events[1];
  EXPECT_EQ(event.outcome, Outcome::kExpired);
  EXPECT_EQ(event.verdict.reason, Reason::kExpired);
  EXPECT_EQ(event.verdict.last_reason, Reason::kMailboxFull);
  EXPECT_EQ(event.text, "Mailbox full");
  EXPECT_EQ(event.attempt, 1U);
}

TEST(Exchange, ResolverFailureIsOursAndConvictsNobody) {
  Pipeline pipeline;
  pipeline.Feed(Tracked("01", "FAIL", "list@shop.example",
                        "[{LRT=};{LED=550 5.7.1 RESOLVER.RST.AuthRequired; "
                        "authentication required};{FQDN=};{IP=}]",
                        "ROUTING"));
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].verdict.authority, Authority::kLocal);
  EXPECT_NE(pipeline.events[0].verdict.kind, Kind::kHard);
}

TEST(Exchange, RowsOfOneMessageOverSeveralServersNeedNoState) {
  Pipeline pipeline;
  const auto row = Tracked("01", "FAIL", "bob@example.org",
                           Failed("550 5.1.1 User unknown"));
  pipeline.Feed(row, kNoTime, "ex01");
  pipeline.Feed("\xEF\xBB\xBF" + row, kNoTime, "ex02");
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[0].sender, "news@shop.example");
  EXPECT_EQ(pipeline.events[0].time, pipeline.events[1].time);
  EXPECT_NE(pipeline.events[0].time, kNoTime);
}

TEST(Exchange, MessageTraceRowsTellTheirTime) {
  Pipeline pipeline;
  pipeline.Feed(
      R"({"Received":"2026-11-21T10:00:02.5000000","SenderAddress":"news@shop.example","RecipientAddress":"ann@example.org","Status":"Failed","ToIP":null,"Size":1,"MessageId":"\u003c1@shop.example\u003e","MessageTraceId":"6f1d","Detail":"Reason: [{LED=550 5.1.1 User unknown};{MSG=};{FQDN=mx.example.org};{IP=192.0.2.25};{LRT=}]"})");
  ASSERT_EQ(pipeline.events.size(), 1U) << Said(pipeline);
  EXPECT_EQ(Said(pipeline), "ann@example.org bounced user_unknown\n");
  using namespace std::chrono_literals;
  EXPECT_EQ(pipeline.events[0].time,
            std::chrono::sys_days{2026y / 11 / 21} + 10h + 2500ms);
}

// The samples are other people's; they are read where they are.
class ExchangeReference : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExchangeReference);

TEST_P(ExchangeReference, EveryLineIsAccountedFor) {
  const std::string text = ReadFile(GetParam());
  Pipeline pipeline;
  pipeline.Feed(text);
  EXPECT_GE(pipeline.LinesCounted(), CountOf(text, "\n"));
  EXPECT_TRUE(pipeline.letters.empty()) << pipeline.letters.front().value;
  EXPECT_EQ(pipeline.Counted(Cause::kForeignProgram), 0U);
}

std::vector<std::string> Samples() {
  std::vector<std::string> files;
  if (ReferenceData().empty()) return files;
  for (const auto& entry :
       std::filesystem::directory_iterator(ReferenceData() + "/logs")) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("exchange-")) files.push_back(entry.path().string());
  }
  return files;
}
INSTANTIATE_TEST_SUITE_P(Samples, ExchangeReference,
                         testing::ValuesIn(Samples()));

}  // namespace
}  // namespace ricochet
