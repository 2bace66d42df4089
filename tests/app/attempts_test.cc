#include "app/attempts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "app/pipeline.h"

namespace ricochet {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kClient =
    "Nov 21 19:36:15 mx1 postfix/smtpd[1]: 4F1C2T: client=app[192.0.2.1]\n";
constexpr std::string_view kQueued =
    "Nov 21 19:36:15 mx1 postfix/qmgr[1]: 4F1C2T: from=<news@shop.example>, "
    "size=1374, nrcpt=1 (queue active)\n";
constexpr std::string_view kBounced =
    "Nov 21 19:36:16 mx1 postfix/smtp[2]: 4F1C2T: to=<ann@example.org>, "
    "relay=mx.example.org[192.0.2.7]:25, delay=0.4, delays=0.1/0/0.2/0.1, "
    "dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.7] said: 550 5.1.1 "
    "<ann@example.org>: User unknown (in reply to RCPT TO command))\n";
constexpr std::string_view kDeferred =
    "Nov 21 19:36:16 mx1 postfix/smtp[2]: 4F1C2T: to=<ann@example.org>, "
    "relay=mx.example.org[192.0.2.7]:25, delay=0.4, delays=0.1/0/0.2/0.1, "
    "dsn=4.2.2, status=deferred (host mx.example.org[192.0.2.7] said: 452 "
    "4.2.2 Mailbox full (in reply to RCPT TO command))\n";
constexpr std::string_view kExpired =
    "Nov 26 19:36:16 mx1 postfix/qmgr[1]: 4F1C2T: from=<news@shop.example>, "
    "status=expired, returned to sender\n";

std::string Concat(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

TEST(Attempts, ABounceIsOneEventWithItsSenderAndItsVerdict) {
  Pipeline pipeline;
  pipeline.Feed(Concat({kClient, kQueued, kBounced}));
  ASSERT_EQ(pipeline.events.size(), 1U);
  const SeenEvent& event = pipeline.events[0];
  EXPECT_EQ(event.outcome, Outcome::kBounced);
  EXPECT_EQ(event.sender, "news@shop.example");
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.reply_code, 550);
  EXPECT_EQ(event.dsn, "5.1.1");
  EXPECT_EQ(event.verdict.reason, Reason::kUserUnknown);
  EXPECT_EQ(event.verdict.kind, Kind::kHard);
  EXPECT_EQ(event.verdict.authority, Authority::kRemote);
  EXPECT_TRUE(event.final);
  EXPECT_EQ(event.attempt, 1U);
}

TEST(Attempts, AnExpiryCarriesTheLastReply) {
  Pipeline pipeline;
  pipeline.Feed(Concat({kClient, kQueued, kDeferred, kExpired}));
  ASSERT_EQ(pipeline.events.size(), 2U);
  const SeenEvent& event = pipeline.events[1];
  EXPECT_EQ(event.outcome, Outcome::kExpired);
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.verdict.reason, Reason::kExpired);
  EXPECT_EQ(event.verdict.last_reason, Reason::kMailboxFull);
  EXPECT_EQ(event.verdict.kind, Kind::kSoft);
  EXPECT_EQ(event.verdict.permanence, Permanence::kPermanent);
  EXPECT_EQ(event.text, "Mailbox full");
  EXPECT_EQ(event.reply_code, 452);
  EXPECT_TRUE(event.final);
}

// `line` with all from "host mx" to the end replaced.
std::string Answered(std::string_view line, std::string_view reply) {
  return std::string(line.substr(0, line.find("host mx.example.org["))) +
         "host mx.example.org[192.0.2.7] said: " + std::string(reply) +
         " (in reply to RCPT TO command))\n";
}

TEST(Attempts, AFailureNamesWhatItsReplyNames) {
  Pipeline pipeline;
  pipeline.Feed(Answered(
      kBounced,
      "554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using "
      "zen.spamhaus.org; https://www.spamhaus.org/query/ip/198.51.100.1"));
  ASSERT_EQ(pipeline.events.size(), 1U);
  const auto& entities = pipeline.events[0].entities;
  EXPECT_EQ(entities.dnsbl, "zen.spamhaus.org");
  EXPECT_EQ(entities.listed_ip, "198.51.100.1");
  EXPECT_EQ(entities.url, "https://www.spamhaus.org/query/ip/198.51.100.1");
}

TEST(Attempts, AnExpiryNamesWhatItsLastReplyNames) {
  Pipeline pipeline;
  pipeline.Feed(
      Concat({kClient, kQueued}) +
      Answered(kDeferred,
               "421 4.7.0 [TSS04] Messages from 198.51.100.1 temporarily "
               "deferred; see https://postmaster.example.org/") +
      std::string(kExpired));
  ASSERT_EQ(pipeline.events.size(), 2U);
  EXPECT_EQ(pipeline.events[1].outcome, Outcome::kExpired);
  EXPECT_EQ(pipeline.events[1].entities.tag, "TSS04");
  EXPECT_EQ(pipeline.events[1].entities.url, "https://postmaster.example.org/");
}

TEST(Attempts, ARecipientIsNotItsOwnNewAddress) {
  Pipeline pipeline;
  pipeline.Feed(
      Answered(kBounced,
               "551 5.1.6 mail to <ANN@example.org>: User has moved; please "
               "try <ann@example.net>"));
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].verdict.reason, Reason::kMailboxMoved);
  EXPECT_EQ(pipeline.events[0].entities.new_address, "ann@example.net");
}

TEST(Attempts, AnExpiryWithoutKnownRecipientsIsCountedByName) {
  Pipeline pipeline;
  pipeline.Feed(kExpired);
  EXPECT_TRUE(pipeline.events.empty());
  EXPECT_EQ(pipeline.Counted(Cause::kExpiryUnknown), 1U);
}

TEST(Attempts, OurOwnSmartHostConvictsNobody) {
  Pipeline pipeline({.relays = {"mx.example.org"}});
  pipeline.Feed(kBounced);
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].verdict.authority, Authority::kRelay);
}

TEST(Attempts, LinesOutsideTheTimeRangeStillTellTheSender) {
  const EventTime since =
      std::chrono::sys_days{2026y / 11 / 21} + 19h + 36min + 16s;
  Pipeline pipeline({.decode = {.year = 2026}, .since = since});
  pipeline.Feed(Concat({kClient, kQueued, kBounced}));
  ASSERT_EQ(pipeline.events.size(), 1U);
  EXPECT_EQ(pipeline.events[0].sender, "news@shop.example");

  Pipeline later({.decode = {.year = 2026}, .since = since + 1s});
  later.Feed(Concat({kClient, kQueued, kBounced}));
  EXPECT_TRUE(later.events.empty());
  EXPECT_EQ(later.Counted(Cause::kOutOfRange), 1U);
}

TEST(Attempts, EventIdsDependOnThePlaceAlone) {
  Pipeline one;
  Pipeline two;
  const std::string log = Concat({kClient, kQueued, kBounced});
  one.Feed(log);
  one.Feed(log);
  two.Feed(log);
  ASSERT_EQ(one.events.size(), 2U);
  EXPECT_EQ(one.events[0].id, two.events[0].id);
  EXPECT_NE(one.events[0].id, one.events[1].id);
}

TEST(Attempts, BlocksOfAFileGiveTheSameIdsWhateverTheirSize) {
  const std::string log = Concat({kClient, kQueued, kDeferred, kBounced});
  Pipeline whole({.records_are_blocks = true});
  whole.Feed(log);
  ASSERT_EQ(whole.events.size(), 2U);
  EXPECT_EQ(whole.events[0].source.offset,
            static_cast<Offset>(kClient.size() + kQueued.size()));
  EXPECT_EQ(whole.events[1].source.index, 0U);
}

TEST(Attempts, TheSameLinesGiveTheSameVerdictsHoweverTheyAreBatched) {
  const std::string log = Concat({kClient, kQueued, kDeferred, kExpired});
  Pipeline whole;
  whole.Feed(log);
  Pipeline single;
  for (const std::string& line : Lines(log)) single.Feed(line);
  ASSERT_EQ(whole.events.size(), single.events.size());
  for (std::size_t i = 0; i < whole.events.size(); ++i) {
    EXPECT_EQ(whole.events[i].recipient, single.events[i].recipient);
    EXPECT_EQ(whole.events[i].verdict.reason, single.events[i].verdict.reason);
  }
}

// Lines in = emitted + absorbed + ignored + dead-lettered, whatever comes.
TEST(Accounting, EveryLineOfAHostileLogHasOneFate) {
  std::mt19937 random(7);
  const std::vector<std::string_view> lines = {kClient, kQueued, kBounced,
                                               kDeferred, kExpired};
  Pipeline pipeline;
  std::uint64_t fed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string line(lines[random() % lines.size()]);
    line.pop_back();
    for (auto edits = random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % (line.size() + 1);
      switch (random() % 4) {
        case 0:
          line.resize(at);
          break;
        case 1:
          line.insert(at, 1, static_cast<char>(random()));
          break;
        case 2:
          line.insert(at, line.substr(random() % (line.size() + 1), 9));
          break;
        default:
          line.erase(at, random() % 30);
      }
      if (line.empty()) break;
    }
    std::ranges::replace(line, '\n', ' ');
    pipeline.Feed(line);
    ++fed;
  }
  // A line that became JSON-like may hold several; none may hold none.
  EXPECT_GE(pipeline.LinesCounted(), fed);
  EXPECT_EQ(pipeline.letters.size(),
            pipeline.counts->Lines(Fate::kDeadLettered));
}

TEST(Accounting, PlainLinesAreCountedOneByOne) {
  Pipeline pipeline;
  pipeline.Feed(Concat({kClient, "\n", kQueued, "\xff\xfe garbage\n", kBounced,
                        "Nov 21 19:36:16 mx1 cron[1]: job\n"}));
  EXPECT_EQ(pipeline.LinesCounted(), 6U);
  EXPECT_EQ(pipeline.Counted(Cause::kEmpty), 1U);
  EXPECT_EQ(pipeline.Counted(Cause::kForeignProgram), 1U);
  EXPECT_EQ(pipeline.counts->Lines(Fate::kEmitted), 1U);
  EXPECT_EQ(pipeline.counts->Lines(Fate::kAbsorbed), 2U);
  ASSERT_EQ(pipeline.letters.size(), 1U);
  EXPECT_EQ(pipeline.letters[0].value, "\xff\xfe garbage");
}

}  // namespace
}  // namespace ricochet
