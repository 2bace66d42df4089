#include "correlate/correlator.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace ricochet {
namespace {

using namespace std::chrono_literals;

// A log in a few words: each call is one line of host "mx", one second after
// the line before; what it leads to comes back as text.
class Log {
 public:
  explicit Log(CorrelationLimits limits = {}, AttributionRules rules = {})
      : attribution_(*Attribution::Make(std::move(rules))),
        correlator_(limits, attribution_, "mail.logs", *counts_) {}

  void Client(std::string_view id) { Add({.kind = Kind::kAccepted}, id); }
  void MessageId(std::string_view id, std::string_view message_id) {
    Add({.kind = Kind::kMessageId, .message_id = message_id}, id);
  }
  void Queued(std::string_view id, std::string_view sender) {
    Add({.kind = Kind::kQueued,
         .sender = sender,
         .has_sender = true,
         .size = 1000,
         .recipients = 1},
        id);
  }
  void Received(std::string_view id, std::string_view sender,
                std::string_view message_id) {
    Add({.kind = Kind::kReceived,
         .sender = sender,
         .has_sender = true,
         .message_id = message_id,
         .size = 1000},
        id);
  }
  void HeaderLine(std::string_view id, std::string_view name,
                  std::string_view value) {
    Add({.kind = Kind::kHeader, .header_name = name, .header_value = value},
        id);
  }
  std::string Attempt(std::string_view id, std::string_view recipient,
                      Outcome outcome, MtaEvent event = {}) {
    event.kind = Kind::kAttempt;
    event.recipient = recipient;
    event.outcome = outcome;
    return Add(event, id);
  }
  std::string Sent(std::string_view id, std::string_view recipient,
                   MtaEvent event = {}) {
    return Attempt(id, recipient, Outcome::kDelivered, event);
  }
  std::string Deferred(std::string_view id, std::string_view recipient,
                       Reason reason = Reason::kMailboxFull) {
    reason_ = reason;
    return Attempt(id, recipient, Outcome::kDeferred);
  }
  std::string Expired(std::string_view id) {
    // The outcome is whatever the line before left in the event.
    return Add({.kind = Kind::kExpired, .outcome = Outcome::kDeferred}, id);
  }
  void Removed(std::string_view id) { Add({.kind = Kind::kRemoved}, id); }
  void Wait(std::chrono::seconds time) { now_ += time; }

  Correlator& correlator() { return correlator_; }
  const Counts& counts() const { return *counts_; }
  void Host(std::string_view host) { host_ = host; }
  void NoTimes() { timed_ = false; }

  // "sender>recipient outcome #attempt [reason] {role}", one per attempt.
  std::string Add(MtaEvent event, std::string_view id) {
    now_ += 1s;
    event.queue_id = id;
    const LogLine line{.host = host_, .time = timed_ ? now_ : kNoTime};
    correlator_.Add(line, event, offset_++);
    std::string out;
    while (const DeliveryAttempt* attempt = correlator_.Next()) {
      if (!out.empty()) out += "; ";
      out += Describe(*attempt);
      if (attempt->outcome == Outcome::kDeferred) {
        correlator_.Remember(Verdict{.reason = reason_},
                             {.reply_code = 452, .text = "full"});
      }
    }
    return out;
  }

  DeliveryAttempt last;

 private:
  using Kind = MtaEvent::Kind;

  std::string Describe(const DeliveryAttempt& a) {
    last = a;
    std::string out = a.has_sender ? std::string(a.sender) : "?";
    out += ">" + std::string(a.recipient) + " ";
    out += kOutcomeNames[static_cast<std::size_t>(a.outcome)];
    out += " #" + std::to_string(a.attempt);
    if (a.last != nullptr) {
      out += " " + std::string(Info(a.last->verdict.reason).name);
    }
    if (a.role != Role::kMessage) {
      out += " " + std::string(kRoleNames[static_cast<std::size_t>(a.role)]);
    }
    return out;
  }

  std::unique_ptr<Counts> counts_ = std::make_unique<Counts>();
  Attribution attribution_;
  Correlator correlator_;
  Reason reason_ = Reason::kMailboxFull;
  Offset offset_ = 0;
  EventTime now_ = EventTime{1'700'000'000'000ms};
  std::string host_ = "mx";
  bool timed_ = true;
};

TEST(Correlator, GivesADeliveryItsSenderMessageIdAndSize) {
  Log log;
  log.Client("A1");
  log.MessageId("A1", "<m@x>");
  log.Queued("A1", "news@shop.example");
  EXPECT_EQ(log.Sent("A1", "bob@example.net"),
            "news@shop.example>bob@example.net delivered #1");
  EXPECT_EQ(log.last.message_id, "<m@x>");
  EXPECT_EQ(log.last.size, 1000);
  EXPECT_EQ(log.last.age_s, 3.0);
  EXPECT_TRUE(log.last.final);
}

TEST(Correlator, SaysNothingOfASenderThatTheLogDoesNotShow) {
  Log log;
  EXPECT_EQ(log.Sent("A1", "bob@example.net"),
            "?>bob@example.net delivered #0");
}

TEST(Correlator, CountsTheAttemptsOfEachRecipient) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  EXPECT_EQ(log.Deferred("A1", "b@y"), "a@x>b@y deferred #1");
  EXPECT_EQ(log.Deferred("A1", "c@y"), "a@x>c@y deferred #1");
  EXPECT_FALSE(log.last.final);
  EXPECT_EQ(log.Deferred("A1", "b@y"), "a@x>b@y deferred #2");
  EXPECT_EQ(log.Sent("A1", "b@y"), "a@x>b@y delivered #3");
}

TEST(Correlator, ExpiryFansOutToRecipientsStillOutstanding) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Deferred("A1", "b@y", Reason::kGreylisted);
  log.Deferred("A1", "c@y", Reason::kMailboxFull);
  log.Deferred("A1", "d@y");
  log.Sent("A1", "d@y");
  EXPECT_EQ(log.Expired("A1"),
            "a@x>c@y expired #1 mailbox_full; a@x>b@y expired #1 greylisted");
  EXPECT_TRUE(log.last.final);
  EXPECT_EQ(log.Expired("A1"), "") << "a second expiry has nobody left";
}

TEST(Correlator, ExpiryOfAnUnseenMessageGivesNothing) {
  Log log;
  EXPECT_EQ(log.Expired("A1"), "");
}

TEST(Correlator, AMessageWithoutTimesHasNoAge) {
  Log log;
  log.NoTimes();
  log.Client("A1");
  log.Queued("A1", "a@x");
  EXPECT_EQ(log.Sent("A1", "b@y", {.delay_s = 0.5}), "a@x>b@y delivered #1");
  EXPECT_EQ(log.last.age_s, 0.5) << "what the MTA logged is left";
}

TEST(Correlator, AReusedQueueIdIsAnotherMessage) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "old@x");
  log.Deferred("A1", "b@y");
  log.Removed("A1");
  log.Client("A1");
  EXPECT_EQ(log.Sent("A1", "b@y"), "?>b@y delivered #1");
  log.Queued("A1", "new@x");
  EXPECT_EQ(log.Sent("A1", "c@y"), "new@x>c@y delivered #1");
}

TEST(Correlator, AQueueIdReusedWithoutARemovalIsAnotherMessage) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "old@x");
  log.Client("A1");
  EXPECT_EQ(log.Sent("A1", "b@y"), "?>b@y delivered #1");
}

TEST(Correlator, TheQueueManagerSpeaksAgainAtEachRetry) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Deferred("A1", "b@y");
  log.Queued("A1", "a@x");
  EXPECT_EQ(log.Sent("A1", "b@y"), "a@x>b@y delivered #2");
}

TEST(Correlator, ALineAfterTheRemovalStillFindsItsMessage) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Removed("A1");
  EXPECT_EQ(log.Sent("A1", "b@y"), "a@x>b@y delivered #1");
  log.Wait(10s);
  EXPECT_EQ(log.Sent("A1", "c@y"), "?>c@y delivered #0")
      << "but not after it lingered";
}

TEST(Correlator, HostsHaveTheirOwnQueueIds) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Host("mx2");
  EXPECT_EQ(log.Sent("A1", "b@y"), "?>b@y delivered #0");
}

TEST(Correlator, ABounceMessageIsANotification) {
  Log log;
  log.MessageId("A1", "<n@mx>");
  log.Queued("A1", "");
  EXPECT_EQ(log.Sent("A1", "a@x"), ">a@x delivered #1 notification");
}

TEST(Correlator, AnAliasExpansionIsNoDelivery) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  EXPECT_EQ(log.Sent("A1", "list@y", {.other_id = "B2", .forwarded = true}),
            "a@x>list@y delivered #1 alias");
  EXPECT_FALSE(log.last.final);
}

TEST(Correlator, AContentFilterThatGivesTheMailBackIsNoDelivery) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Client("B2");  // the filter brings it back
  log.Queued("B2", "a@x");
  const MtaEvent to_filter{.other_id = "B2",
                           .relay_host = "127.0.0.1",
                           .relay_ip = "127.0.0.1",
                           .relay_port = 10024};
  EXPECT_EQ(log.Sent("A1", "b@y", to_filter),
            "a@x>b@y delivered #1 reinjection");
  EXPECT_EQ(log.Sent("B2", "b@y"), "a@x>b@y delivered #1");
}

TEST(Correlator, ALoopbackRelayThatNamesAnotherHostsIdIsADelivery) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  EXPECT_EQ(
      log.Sent("A1", "b@y",
               {.other_id = "B2", .relay_ip = "127.0.0.1", .relay_port = 2424}),
      "a@x>b@y delivered #1");
}

TEST(Correlator, AConfiguredContentFilterIsKnownByItsAddress) {
  Log log({.content_filters = {{"127.0.0.1", 10024}}});
  log.Client("A1");
  log.Queued("A1", "a@x");
  EXPECT_EQ(log.Sent("A1", "b@y",
                     {.relay_host = "127.0.0.1",
                      .relay_ip = "127.0.0.1",
                      .relay_port = 10024}),
            "a@x>b@y delivered #1 reinjection");
}

TEST(Correlator, OfTooManyOutstandingRecipientsTheRestIsCounted) {
  Log log({.max_recipients = 2});
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Deferred("A1", "b@y");
  log.Deferred("A1", "c@y");
  EXPECT_EQ(log.Deferred("A1", "d@y"), "a@x>d@y deferred #1");
  EXPECT_EQ(log.Deferred("A1", "d@y"), "a@x>d@y deferred #0")
      << "whether it is the first is no longer known";
  EXPECT_EQ(
      log.counts().evicted[static_cast<std::size_t>(Eviction::kRecipients)],
      2U);
}

TEST(Correlator, TheOldestMessageIsEvictedWhenFull) {
  Log log({.max_messages = 2});
  for (const char* id : {"A1", "B2", "C3"}) {
    log.Client(id);
    log.Queued(id, "a@x");
  }
  EXPECT_EQ(log.correlator().messages(), 2U);
  EXPECT_EQ(log.counts().evicted[static_cast<std::size_t>(Eviction::kCapacity)],
            1U);
  EXPECT_EQ(log.Sent("C3", "b@y"), "a@x>b@y delivered #1");
}

TEST(Correlator, AMessageOlderThanItsLifetimeIsForgotten) {
  Log log;
  log.Client("A1");
  log.Queued("A1", "a@x");
  log.Wait(8 * 24h);
  EXPECT_EQ(log.Sent("A1", "b@y"), "?>b@y delivered #0");
  EXPECT_EQ(log.counts().evicted[static_cast<std::size_t>(Eviction::kAge)], 1U);
}

TEST(Correlator, AnOrdinaryMessageLeavesNothingBehind) {
  Log log;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "ID" + std::to_string(i);
    log.Client(id);
    log.Queued(id, "a@x");
    log.Deferred(id, "b@y");
    log.Sent(id, "b@y");
    log.Removed(id);
  }
  EXPECT_LE(log.correlator().messages(), 3U);
}

TEST(Correlator, OverlongTextsAreAbsentNotCut) {
  Log log;
  const std::string long_id(5000, 'x');
  log.Client("A1");
  log.MessageId("A1", long_id);
  log.Queued("A1", "a@x");
  log.Sent("A1", "b@y");
  EXPECT_EQ(log.last.message_id, "");
}

TEST(Attribution, NamesTenantStreamAndEgress) {
  Log log({}, {.tenants = {{.sender_domain = ".shop.example", .name = "shop"}},
               .streams = {{.header_name = "X-Campaign",
                            .header_value = "spring",
                            .name = "marketing"},
                           {.service = "submission", .name = "people"}},
               .egresses = {{.host = "mx", .name = "192.0.2.1"}}});
  log.Client("A1");
  log.HeaderLine("A1", "x-campaign", "spring");
  log.Queued("A1", "n@news.shop.example");
  log.Sent("A1", "b@y");
  EXPECT_EQ(log.last.tenant, "shop");
  EXPECT_EQ(log.last.stream, "marketing");
  EXPECT_EQ(log.last.egress, "192.0.2.1");
  log.Client("B2");
  log.Queued("B2", "n@other.example");
  log.Sent("B2", "b@y", {.service = "submission"});
  EXPECT_EQ(log.last.tenant, "default");
  EXPECT_EQ(log.last.stream, "people");
}

TEST(Correlator, AnArrivalInOneLineBeginsAMessage) {
  Log log;
  log.Received("1xUrEb-0000l7-2r", "news@shop.example", "<m@x>");
  EXPECT_EQ(log.Deferred("1xUrEb-0000l7-2r", "b@y"),
            "news@shop.example>b@y deferred #1");
  EXPECT_EQ(log.last.message_id, "<m@x>");
  // The id again: another message.
  log.Received("1xUrEb-0000l7-2r", "other@shop.example", "");
  EXPECT_EQ(log.Sent("1xUrEb-0000l7-2r", "b@y"),
            "other@shop.example>b@y delivered #1");
  EXPECT_EQ(log.last.message_id, "");
}

TEST(Correlator, AnExpiryThatNamesItsRecipientHasItsLastReply) {
  Log log;
  log.Received("A1", "s@x", "");
  log.Deferred("A1", "b@y", Reason::kRateLimited);
  log.Deferred("A1", "c@y", Reason::kMailboxFull);
  EXPECT_EQ(log.Attempt("A1", "b@y", Outcome::kExpired),
            "s@x>b@y expired #1 rate_limited");
  EXPECT_TRUE(log.last.final);
  EXPECT_EQ(log.Attempt("A1", "b@y", Outcome::kExpired), "s@x>b@y expired #0");
  EXPECT_EQ(log.Attempt("A1", "c@y", Outcome::kExpired),
            "s@x>c@y expired #1 mailbox_full");
}

TEST(Correlator, AnExpiryIsForgottenBeforeTheMessageThatItEnded) {
  Log log;
  log.Received("A1", "s@x", "");
  log.Deferred("A1", "b@y");
  log.Attempt("A1", "b@y", Outcome::kExpired);
  log.Wait(8 * 24h);  // the next line ends A1 by its age
  EXPECT_EQ(log.Sent("B1", "b@y"), "?>b@y delivered #0");
  log.Received("C1", "s@x", "");
  log.Deferred("C1", "b@y");
  log.Removed("C1");
  log.Attempt("C1", "b@y", Outcome::kExpired);
  log.Wait(1min);  // and this one by its removal
  EXPECT_EQ(log.Sent("B1", "c@y"), "?>c@y delivered #0");
  EXPECT_EQ(log.correlator().messages(), 1U);
}

TEST(Correlator, GivingUpWithoutATryIsNoAttemptThoughTheLineSaysWhy) {
  Log log;
  const MtaEvent why{.reply = "all hosts have been failing", .untried = true};
  log.Received("A1", "s@x", "");
  log.Deferred("A1", "b@y", Reason::kRateLimited);
  EXPECT_EQ(log.Attempt("A1", "b@y", Outcome::kExpired, why),
            "s@x>b@y expired #1 rate_limited");
  EXPECT_EQ(log.Attempt("A1", "c@y", Outcome::kExpired, why),
            "s@x>c@y expired #0");
  EXPECT_EQ(log.Attempt("A1", "d@y", Outcome::kExpired, {.reply = "450 no"}),
            "s@x>d@y expired #1");
}

TEST(Correlator, MessagesWithoutAQueueIdAreToldApartByTheirKey) {
  Log log;
  const auto record = [](std::string_view key) {
    return MtaEvent{.self_contained = true, .message_key = key};
  };
  (void)log.Attempt("", "ann@example.org", Outcome::kDeferred, record("one"));
  (void)log.Attempt("", "ann@example.org", Outcome::kDeferred, record("two"));
  EXPECT_EQ(log.correlator().messages(), 2U);
  (void)log.Attempt("", "ann@example.org", Outcome::kDelivered, record("two"));
  EXPECT_EQ(log.correlator().messages(), 1U);
}

TEST(Correlator, OfASelfContainedRecordOnlyDeferredRecipientsAreKept) {
  Log log;
  const MtaEvent record{.sender = "s@x",
                        .has_sender = true,
                        .message_id = "<m@x>",
                        .size = 7,
                        .self_contained = true,
                        .attempt = 4};
  EXPECT_EQ(log.Sent("id", "b@y", record), "s@x>b@y delivered #4");
  EXPECT_EQ(log.last.message_id, "<m@x>");
  EXPECT_EQ(log.last.size, 7);
  EXPECT_EQ(log.correlator().messages(), 0u);
  log.Attempt("id", "b@y", Outcome::kDeferred, record);
  EXPECT_EQ(log.correlator().messages(), 1u);
  EXPECT_EQ(log.Attempt("id", "b@y", Outcome::kExpired, record),
            "s@x>b@y expired #4 mailbox_full");
  log.Sent("another", "b@y", record);
  EXPECT_EQ(log.correlator().messages(), 0u);
}

TEST(Correlator, LongIdentifiersAreToldApart) {
  Log log;
  const std::string one = "3b241101-e2bb-4255-8caf-4136c566a961";
  const std::string other = "3b241101-e2bb-4255-8caf-4136c566a962";
  log.Received(one, "one@x", "");
  log.Received(other, "other@x", "");
  EXPECT_EQ(log.Sent(one, "b@y"), "one@x>b@y delivered #1");
  EXPECT_EQ(log.Sent(other, "b@y"), "other@x>b@y delivered #1");
}

TEST(Attribution, EgressIsTheServiceNameWhenNoRuleNamesOne) {
  Log log;
  log.Sent("A1", "b@y", {.service = "smtp-pool1"});
  EXPECT_EQ(log.last.egress, "smtp-pool1");
}

TEST(Attribution, RefusesMoreHeaderRulesThanItCanTellApart) {
  AttributionRules rules;
  for (int i = 0; i < 65; ++i) {
    rules.streams.push_back({.header_name = "X", .name = "s"});
  }
  EXPECT_FALSE(Attribution::Make(rules).has_value());
}

TEST(TextPool, ReusesWhatWasGivenBack) {
  TextPool pool;
  PooledText a = pool.Copy("news@shop.example");
  const char* place = a.data;
  pool.Free(a);
  EXPECT_EQ(a.view(), "");
  const PooledText b = pool.Copy("other");
  EXPECT_EQ(b.data, place);
  EXPECT_EQ(b.view(), "other");
}

}  // namespace
}  // namespace ricochet
