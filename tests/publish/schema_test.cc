// Real output of the encoders against config/schemas.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "publish/dead_letter.h"
#include "publish/names.h"
#include "publish/sample.h"
#include "publish/schema_checker.h"
#include "publish/schema_names.h"
#include "publish/suppression.h"
#include "publish/suppression_history.h"
#include "stream/dead_letter.h"

namespace ricochet {
namespace {

using nlohmann::json;

const SchemaChecker& Delivery() {
  static const SchemaChecker checker("delivery-event");
  return checker;
}

const SchemaChecker& Suppressions() {
  static const SchemaChecker checker("suppression");
  return checker;
}

const SchemaChecker& SuppressionChanges() {
  static const SchemaChecker checker("suppression-change");
  return checker;
}

const SchemaChecker& DeadLetters() {
  static const SchemaChecker checker("dead-letter-headers");
  return checker;
}

TEST(DeliveryEventSchema, ListsAreThoseOfTheCode) {
  const auto& s = Delivery();
  EXPECT_EQ(EnumOf(s, "/properties/outcome/enum"), NamesOf(kOutcomeNames));
  EXPECT_EQ(EnumOf(s, "/properties/time_quality/enum"),
            NamesOf(kTimeQualityNames));
  EXPECT_EQ(EnumOf(s, "/properties/mta/enum"), NamesOf(kMtaNames));
  EXPECT_EQ(EnumOf(s, "/properties/role/enum"), NamesOf(kRoleNames));
  EXPECT_EQ(EnumOf(s, "/properties/smtp/properties/command/enum"),
            NamesOf(kSmtpCommandNames));
  const std::string verdict = "/properties/verdict/properties/";
  const auto list = [&](const char* name) {
    return EnumOf(s, (verdict + name + "/enum").c_str());
  };
  EXPECT_EQ(list("reason"), ReasonNames());
  EXPECT_EQ(list("last_reason"), ReasonNames());
  EXPECT_EQ(list("permanence"), NamesOf(kPermanenceNames));
  EXPECT_EQ(list("fault"), NamesOf(kFaultNames));
  EXPECT_EQ(list("kind"), NamesOf(kKindNames));
  EXPECT_EQ(list("decided_by"), NamesOf(kDecidedByNames));
  EXPECT_EQ(list("authority"), NamesOf(kAuthorityNames));
}

TEST(SuppressionSchema, ListsAreThoseOfTheCode) {
  const auto& s = Suppressions();
  EXPECT_EQ(EnumOf(s, "/properties/action/enum"),
            NamesOf(kSuppressionActionNames));
  EXPECT_EQ(EnumOf(s, "/properties/scope/enum"),
            NamesOf(kSuppressionScopeNames));
  const std::string cause = "/properties/causes/items/properties/";
  EXPECT_EQ(EnumOf(s, (cause + "reason/anyOf/0/enum").c_str()), ReasonNames());
  EXPECT_EQ(EnumOf(s, (cause + "kind/enum").c_str()), NamesOf(kKindNames));
}

TEST(DeadLetterSchema, ListsAreThoseOfTheCode) {
  EXPECT_EQ(EnumOf(DeadLetters(), "/properties/reason/enum"), RejectNames());
}

std::string Written(Sample sample, Delivered delivered) {
  DeliveryEventEncoder encoder(SampleOptions(delivered));
  return std::string(encoder.Encode(sample.event(), false));
}

TEST(DeliveryEventSchema, AcceptsEveryFormOfEvent) {
  for (const auto delivered : {Delivered::kFull, Delivered::kShort}) {
    EXPECT_EQ(Delivery().Check(Written(Sample(), delivered)), "");
    EXPECT_EQ(Delivery().Check(Written(Sample::Delivered(), delivered)), "");
    EXPECT_EQ(Delivery().Check(Written(Sample::Expired(), delivered)), "");
  }
}

TEST(DeliveryEventSchema, AcceptsEntitiesAndNamesOfOthers) {
  auto options = SampleOptions();
  auto crosswalk = std::make_shared<Crosswalk>();
  for (auto& names : *crosswalk) names = {.ses = "Delivery", .sisimai = "none"};
  options.crosswalk = crosswalk;
  DeliveryEventEncoder encoder(options);
  for (auto sample : {Sample(), Sample::Delivered(), Sample::Expired()}) {
    sample.entities = {.dnsbl = "zen.spamhaus.org",
                       .listed_ip = "2001:db8::1",
                       .url = "https://example.org/",
                       .tag = "AS(201)",
                       .new_address = "ann@example.net"};
    EXPECT_EQ(Delivery().Check(encoder.Encode(sample.event(), true)), "");
  }
}

TEST(DeliveryEventSchema, IsStrict) {
  const auto event = json::parse(Written(Sample(), Delivered::kFull));
  const auto with = [&](const char* pointer, const json& value) {
    auto copy = event;
    copy[json::json_pointer(pointer)] = value;
    return Delivery().CheckJson(copy);
  };
  const auto without = [&](const char* name) {
    auto copy = event;
    copy.erase(name);
    return Delivery().CheckJson(copy);
  };
  EXPECT_NE(with("/surprise", 1), "");
  EXPECT_NE(with("/smtp/surprise", 1), "");
  EXPECT_NE(with("/smtp/entities", json::object()), "");
  EXPECT_NE(with("/smtp/entities/dnsbl", ""), "");
  EXPECT_NE(with("/smtp/entities/surprise", "x"), "");
  EXPECT_NE(with("/verdict/names/surprise", "x"), "");
  EXPECT_NE(with("/verdict/reason", "folklore"), "");
  EXPECT_NE(with("/time", "yesterday"), "");
  EXPECT_NE(with("/id", "0123"), "");
  EXPECT_NE(with("/attempt", 0), "");
  EXPECT_NE(without("verdict"), "");
  EXPECT_NE(without("source"), "");
}

// Changes every field of a sample at random, texts to hostile bytes.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : random_(seed) {}

  Sample Next() {
    texts_.clear();
    auto sample = Below(3) == 0   ? Sample::Delivered()
                  : Below(2) == 0 ? Sample::Expired()
                                  : Sample();
    Shake(sample.line);
    Shake(sample.attempt);
    Shake(sample.response);
    sample.verdict = AnyVerdict();
    sample.last.text = Text();
    sample.last.remote_host = Text();
    sample.entities.dnsbl = Text();
    sample.last.command = Any<SmtpCommand>(kSmtpCommandNames);
    return sample;
  }

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }
  template <class E, std::size_t N>
  E Any(const std::array<std::string_view, N>&) {
    return static_cast<E>(Below(N));
  }
  std::string_view Text() {
    auto& text = texts_.emplace_back(Below(4) == 0 ? 0 : Below(30), ' ');
    // No NUL: valijson counts the characters of a text only up to it.
    for (auto& c : text) c = static_cast<char>(1 + Below(255));
    if (Below(3) == 0) text += "@B\xC3\xBC\"\\.Test";
    return text;
  }
  EnhancedCode Code() {
    return {static_cast<std::uint8_t>(Below(7)),
            static_cast<std::uint16_t>(Below(65'536)),
            static_cast<std::uint16_t>(Below(65'536))};
  }
  void Shake(MtaEvent& line) {
    line.mta = Any<Mta>(kMtaNames);
    line.queue_id = Text();
    line.instance = Text();
    line.service = Text();
    line.remote_host = Text();
    line.relay_ip = Text();
    line.relay_port = static_cast<std::uint16_t>(Below(65'536));
    line.dsn = Code();
    line.delay_s = static_cast<double>(Below(1000)) / 7 - 10;
    line.delays_s[Below(4)] = static_cast<float>(Below(1000)) / 7 - 10;
  }
  void Shake(DeliveryAttempt& attempt) {
    attempt.time = Below(5) == 0 ? kNoTime : SampleTime(int(Below(9999)));
    attempt.time_quality = Any<TimeQuality>(kTimeQualityNames);
    attempt.host = Text();
    attempt.role = Any<Role>(kRoleNames);
    attempt.final = Below(2) == 0;
    attempt.attempt = static_cast<std::uint32_t>(Below(3));
    attempt.recipient = Text();
    attempt.original_recipient = Text();
    attempt.has_sender = Below(2) == 0;
    attempt.sender = Text();
    attempt.message_id = Text();
    attempt.size = static_cast<std::int64_t>(Below(3)) - 1;
    attempt.recipients = static_cast<std::int32_t>(Below(3)) - 1;
    attempt.tenant = Text();
    attempt.stream = Text();
    attempt.egress = Text();
  }
  void Shake(SmtpResponse& response) {
    response.reply_code =
        static_cast<std::uint16_t>(Below(2) == 0 ? 0 : 200 + Below(500));
    response.enhanced_code = Code();
    response.command = Any<SmtpCommand>(kSmtpCommandNames);
    response.text = Text();
    response.template_id = Below(2) == 0 ? 0 : random_();
    response.truncated = Below(2) == 0;
  }
  Verdict AnyVerdict() {
    return {.reason = static_cast<Reason>(1 + Below(kReasons.size() - 1)),
            .last_reason = static_cast<Reason>(Below(kReasons.size())),
            .permanence = Any<Permanence>(kPermanenceNames),
            .fault = Any<Fault>(kFaultNames),
            .kind = Any<Kind>(kKindNames),
            .authority = Any<Authority>(kAuthorityNames),
            .decided_by = Any<DecidedBy>(kDecidedByNames),
            .provider = static_cast<ProviderId>(Below(kMaxProviders)),
            .disagreement = Below(2) == 0,
            .rule = Text()};
  }

  std::mt19937_64 random_;
  std::deque<std::string> texts_;  // views of them stay good
};

TEST(DeliveryEventSchema, AcceptsHostileBytesInEveryField) {
  Chaos chaos(5);
  DeliveryEventEncoder encoder(SampleOptions(Delivered::kShort));
  for (int i = 0; i < 1'500; ++i) {
    auto sample = chaos.Next();
    const auto text = encoder.Encode(sample.event(), i % 2 == 0);
    ASSERT_EQ(Delivery().Check(text), "") << i;
  }
}

SuppressionEntry SampleEntry() {
  SuppressionEntry entry;
  entry.tenant = "ten|ant";
  entry.recipient = "utf@std.test";
  entry.since = SampleTime();
  entry.expires = SampleTime(1000);
  entry.advice = "Remove the address.";
  SuppressionCause cause;
  cause.reason = Reason::kUserUnknown;
  cause.kind = Kind::kHard;
  cause.rule = "generic.user-unknown.de";
  cause.first = SampleTime();
  cause.expires = entry.expires;
  cause.days = {{SampleTime(), {1, 2}}, {SampleTime(90'000), {3, 4}}};
  entry.causes = {cause};
  return entry;
}

TEST(Suppression, SaysWhatAndWhy) {
  SuppressionEncoder encoder("kafka://main/ricochet.evidence", "3b1e");
  const auto entry = SampleEntry();
  const auto record =
      encoder.ToRecord(entry, SuppressionAction::kSuppress, {3, 4});
  EXPECT_EQ(record.topic, Topic::kSuppressions);
  EXPECT_EQ(record.key, "ten%7Cant|address|utf@std.test");
  EXPECT_EQ(record.value,
            R"({"action":"suppress","scope":"address","tenant":"ten|ant",)"
            R"("recipient":"utf@std.test","domain":null,)"
            R"("sender_domain":null,"list":null,)"
            R"("since":"2026-11-21T19:59:23.007Z",)"
            R"("expires":"2026-11-21T20:16:03.007Z",)"
            R"("causes":[{"reason":"user_unknown","kind":"hard","count":2,)"
            R"("first":"2026-11-21T19:59:23.007Z",)"
            R"("last":"2026-11-22T20:59:23.007Z",)"
            R"("evidence":["00000000000000010000000000000002",)"
            R"("00000000000000030000000000000004"],)"
            R"("rule":"generic.user-unknown.de"}],)"
            R"("advice":"Remove the address.","policy":"3b1e"})");
  EXPECT_EQ(Suppressions().Check(record.value), "");
}

TEST(Suppression, EveryScopeHasItsKeyAndItsFields) {
  SuppressionEncoder encoder("kafka://main/ricochet.evidence", "3b1e");
  const auto check = [&](SuppressionScope scope, const char* address,
                         const char* qualifier) {
    auto entry = SampleEntry();
    entry.tenant = "t";
    entry.scope = scope;
    entry.recipient = address;
    entry.qualifier = qualifier;
    entry.causes.front().addresses = 3;
    const auto record =
        encoder.ToRecord(entry, SuppressionAction::kSuppress, {3, 4});
    EXPECT_EQ(Suppressions().Check(record.value), "");
    const auto parsed = json::parse(record.value);
    std::string said;
    for (const auto* name : {"recipient", "domain", "sender_domain", "list"}) {
      said += " " + parsed[name].dump();
    }
    const std::string key(record.key);
    EXPECT_EQ(encoder.Tombstone(entry).key, key);
    EXPECT_TRUE(encoder.Tombstone(entry).tombstone);
    return key + said;
  };
  EXPECT_EQ(check(SuppressionScope::kDomain, "std.test", ""),
            R"(t|domain|std.test null "std.test" null null)");
  EXPECT_EQ(check(SuppressionScope::kAddressSenderDomain, "u@std.test", "s.eu"),
            "t|address_sender_domain|s.eu|u@std.test "
            R"("u@std.test" null "s.eu" null)");
  EXPECT_EQ(check(SuppressionScope::kAddressList, "u@std.test", "a|b"),
            R"(t|address_list|a%7Cb|u@std.test "u@std.test" null null "a|b")");
  EXPECT_EQ(check(SuppressionScope::kAddressList, "u@std.test", ""),
            R"(t|address_list||u@std.test "u@std.test" null null null)");
}

TEST(Suppression, OperatorIsNamedAndNeedsNoReason) {
  SuppressionEncoder encoder("kafka://main/ricochet.evidence", "3b1e");
  auto entry = SampleEntry();
  entry.causes.front().reason = Reason::kNone;
  entry.causes.front().who = "ops";
  entry.causes.front().note = "asked by telephone";
  const auto text = encoder.Encode(entry, SuppressionAction::kSuppress);
  EXPECT_EQ(Suppressions().Check(text), "");
  const auto cause = json::parse(text)["causes"][0];
  EXPECT_EQ(cause["reason"], nullptr);
  EXPECT_EQ(cause["who"], "ops");
  EXPECT_EQ(cause["note"], "asked by telephone");
}

TEST(Suppression, NeverExpiringAndRuleLessIsNull) {
  SuppressionEncoder encoder("kafka://main/ricochet.evidence", "3b1e");
  auto entry = SampleEntry();
  entry.expires = kNoTime;
  entry.recipient = "\xFF\"@std.test";
  entry.causes.front().rule = "";
  const auto text = encoder.Encode(entry, SuppressionAction::kRelease);
  EXPECT_EQ(Suppressions().Check(text), "");
  const auto parsed = json::parse(text);
  EXPECT_EQ(parsed["expires"], nullptr);
  EXPECT_EQ(parsed["causes"][0]["rule"], nullptr);
  EXPECT_EQ(parsed["action"], "release");
}

TEST(Suppression, IdChangesWithTheEvidenceThatChangedIt) {
  SuppressionEncoder encoder("kafka://main/ricochet.evidence", "3b1e");
  const auto id = [&](EventId because) {
    const auto record =
        encoder.ToRecord(SampleEntry(), SuppressionAction::kSuppress, because);
    return std::string(record.headers[1].value);
  };
  EXPECT_EQ(id({1, 2}), id({1, 2}));
  EXPECT_NE(id({1, 2}), id({1, 3}));
}

TEST(SuppressionHistory, SaysWhatBecameOfItAndWhy) {
  SuppressionHistoryEncoder encoder("kafka://main/history", "3b1e");
  const auto entry = SampleEntry();  // the record's key is a view of it
  const auto record =
      encoder.ToRecord("t|address|utf@std.test", SuppressionChange::kReleased,
                       entry, {{3, 4}, SampleTime(9), "ops", "asked"});
  EXPECT_EQ(record.topic, Topic::kSuppressionHistory);
  EXPECT_EQ(record.key, "utf@std.test");
  EXPECT_FALSE(record.tombstone);
  EXPECT_EQ(record.value,
            R"({"change":"release","time":"2026-11-21T19:59:32.007Z",)"
            R"("scope":"address","tenant":"ten|ant",)"
            R"("recipient":"utf@std.test","domain":null,)"
            R"("sender_domain":null,"list":null,)"
            R"("since":"2026-11-21T19:59:23.007Z",)"
            R"("expires":"2026-11-21T20:16:03.007Z",)"
            R"("causes":[{"reason":"user_unknown","kind":"hard","count":2,)"
            R"("first":"2026-11-21T19:59:23.007Z",)"
            R"("last":"2026-11-22T20:59:23.007Z",)"
            R"("evidence":["00000000000000010000000000000002",)"
            R"("00000000000000030000000000000004"],)"
            R"("rule":"generic.user-unknown.de"}],)"
            R"("evidence":"00000000000000030000000000000004",)"
            R"("who":"ops","note":"asked","policy":"3b1e"})");
  EXPECT_EQ(SuppressionChanges().Check(record.value), "");
}

TEST(SuppressionHistory, WhatTimeDidHasNoEvidenceButAnId) {
  SuppressionHistoryEncoder encoder("kafka://main/history", "3b1e");
  const auto id = [&](EventTime time) {
    auto entry = SampleEntry();
    entry.scope = SuppressionScope::kDomain;
    entry.causes.clear();
    entry.since = entry.expires = kNoTime;
    const auto record =
        encoder.ToRecord("t|domain|std.test", SuppressionChange::kExpired,
                         entry, {.time = time});
    EXPECT_EQ(SuppressionChanges().Check(record.value), "");
    EXPECT_EQ(json::parse(record.value)["evidence"], nullptr);
    return std::string(record.headers[1].value);
  };
  EXPECT_EQ(id(SampleTime()), id(SampleTime()));
  EXPECT_NE(id(SampleTime()), id(SampleTime(1)));
}

TEST(SuppressionChangeSchema, ListsAreThoseOfTheCode) {
  const auto& s = SuppressionChanges();
  EXPECT_EQ(EnumOf(s, "/properties/change/enum"),
            NamesOf(kSuppressionChangeNames));
  EXPECT_EQ(EnumOf(s, "/properties/scope/enum"),
            NamesOf(kSuppressionScopeNames));
  const auto causes = "/properties/causes/items/properties";
  const json::json_pointer pointer(causes);
  EXPECT_EQ(s.json().at(pointer), Suppressions().json().at(pointer));
}

TEST(DeadLetter, KeepsTheBytesAndSaysWhy) {
  const std::vector<std::string> topics = {"mail.logs"};
  DeadLetterEncoder encoder("kafka://main", topics);
  const std::string bytes("\0\xFF raw\n", 7);
  for (const auto time : {SampleTime(), kNoTime}) {
    const auto record = encoder.ToRecord({.id = {1, 2},
                                          .source = {{0, 3}, 918273, 4},
                                          .reason = Reject::kBadSyntax,
                                          .error = "no queue id",
                                          .value = bytes,
                                          .key = "mx1",
                                          .time = time});
    EXPECT_EQ(record.topic, Topic::kDeadLetters);
    EXPECT_EQ(record.value, bytes);
    EXPECT_EQ(record.key, "mx1");
    json headers;
    for (const auto& [name, value] : record.headers) headers[name] = value;
    EXPECT_EQ(DeadLetters().CheckJson(headers), "");
    EXPECT_EQ(headers["reason"], "bad_syntax");
    EXPECT_EQ(headers["error"], "no queue id");
    EXPECT_EQ(headers["topic"], "mail.logs");
    EXPECT_EQ(headers["partition"], "3");
    EXPECT_EQ(headers["offset"], "918273");
    EXPECT_EQ(headers["ce_source"], "kafka://main/mail.logs");
    EXPECT_EQ(headers.contains("ce_time"), time != kNoTime);
  }
}

// It is written below the stages, who alone know ids.
TEST(DeadLetterSchema, AcceptsWhatTheBrokerRefused) {
  const Record record{.value = "a line", .partition = {0, 3}, .offset = 7};
  for (const std::size_t most : {std::size_t{100}, std::size_t{3}}) {
    const RejectedRecord letter(record, "mail.logs", "too large", most);
    json headers;
    for (const auto& [name, value] : letter.output().headers) {
      headers[name] = value;
    }
    EXPECT_EQ(DeadLetters().CheckJson(headers), "");
    EXPECT_EQ(headers.contains("truncated"), most == 3);
    headers["reason"] = "bad_syntax";
    EXPECT_NE(DeadLetters().CheckJson(headers), "");
  }
}

}  // namespace
}  // namespace ricochet
