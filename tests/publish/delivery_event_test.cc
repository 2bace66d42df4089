#include "publish/delivery_event.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "publish/sample.h"

namespace ricochet {
namespace {

using nlohmann::json;

std::string Text(Sample sample, Delivered delivered = Delivered::kFull) {
  DeliveryEventEncoder encoder(SampleOptions(delivered));
  return std::string(encoder.Encode(sample.event(), false));
}

json Json(const Sample& sample) { return json::parse(Text(sample)); }

TEST(DeliveryEvent, BounceHasEverythingInOrder) {
  EXPECT_EQ(
      Text(Sample()),
      R"({"id":"0123456789abcdeffedcba9876543210","type":"attempt",)"
      R"("outcome":"bounced","time":"2026-11-21T19:59:23.007Z",)"
      R"("tenant":"default","stream":"bulk","time_quality":"exact",)"
      R"("mta":"postfix","host":"mta","instance":"postfix","egress":null,)"
      R"("queue_id":"4jX32319ljz1bFRk","message_id":"<1@shop.example>",)"
      R"("attempt":1,"final":true,"role":"message",)"
      R"("sender":{"address":"news@shop.example","domain":"shop.example"},)"
      R"("recipient":{"address":"Utf@std.test","domain":"std.test"},)"
      R"("remote":{"host":"mx.std.test","ip":"192.0.2.1","port":25,)"
      R"("provider":"google"},"dsn":"5.1.1","delay_s":0.07,)"
      R"("delays":{"queue":0.01,"manager":0.02,"connect":0.02,)"
      R"("transfer":0.01},"size":1374,"recipients":1,)"
      R"("smtp":{"reply_code":550,"enhanced_code":"5.1.1",)"
      R"("command":"RCPT TO","text":"Benutzer existiert nicht",)"
      R"("template":"0000000000009f2c","truncated":false},)"
      R"("verdict":{"reason":"user_unknown","last_reason":null,)"
      R"("permanence":"permanent","fault":"recipient","kind":"hard",)"
      R"("sparkpost_code":10,"decided_by":"text_rule",)"
      R"("rule":"generic.user-unknown.de","ruleset":"3b1e",)"
      R"("authority":"remote","disagreement":false},)"
      R"("source":{"topic":"mail.logs","partition":3,"offset":918273}})");
}

TEST(DeliveryEvent, ShortFormSaysWhoAndWhereAndWhen) {
  EXPECT_EQ(Text(Sample::Delivered(), Delivered::kShort),
            R"({"id":"0123456789abcdeffedcba9876543210","type":"attempt",)"
            R"("outcome":"delivered","time":"2026-11-21T19:59:23.007Z",)"
            R"("tenant":"default","stream":"bulk",)"
            R"("queue_id":"4jX32319ljz1bFRk",)"
            R"("message_id":"<1@shop.example>","final":true,)"
            R"("role":"message","sender":{"domain":"shop.example"},)"
            R"("recipient":{"address":"Utf@std.test","domain":"std.test"},)"
            R"("remote":{"provider":"google"},)"
            R"("source":{"topic":"mail.logs","partition":3,)"
            R"("offset":918273}})");
}

TEST(DeliveryEvent, OnlyDeliveredEventsAreShortOrOff) {
  EXPECT_EQ(Text(Sample(), Delivered::kShort), Text(Sample()));
  EXPECT_EQ(Text(Sample(), Delivered::kOff), Text(Sample()));
  EXPECT_EQ(Text(Sample::Delivered(), Delivered::kOff), "");
}

TEST(DeliveryEvent, IsFullWhenAskedWhateverTheOption) {
  auto sample = Sample::Delivered();
  DeliveryEventEncoder off(SampleOptions(Delivered::kOff));
  EXPECT_EQ(off.Encode(sample.event(), true), Text(sample));
}

TEST(DeliveryEvent, DeliveredShowsTheReplyWithoutTemplate) {
  auto sample = Sample::Delivered();
  sample.response.command = SmtpCommand::kEndOfData;
  const auto event = Json(sample);
  EXPECT_EQ(event["smtp"], json::parse(R"({"reply_code":250,
      "enhanced_code":"2.0.0","text":"Ok: queued as 7F1"})"));
  EXPECT_EQ(event["verdict"]["permanence"], nullptr);
  EXPECT_EQ(event["verdict"]["rule"], nullptr);
  EXPECT_FALSE(event["verdict"].contains("sparkpost_code"));
}

TEST(DeliveryEvent, ExpiryShowsTheLastReplyAndWhoGaveIt) {
  const auto event = Json(Sample::Expired());
  EXPECT_EQ(event["outcome"], "expired");
  EXPECT_EQ(event["verdict"]["reason"], "expired");
  EXPECT_EQ(event["verdict"]["last_reason"], "mailbox_full");
  EXPECT_EQ(event["smtp"], json::parse(R"({"reply_code":452,
      "enhanced_code":"4.2.2","command":"RCPT TO","text":"Mailbox full",
      "template":"0000000000000007"})"));
  EXPECT_EQ(event["remote"], json::parse(R"({"host":"mx2.std.test",
      "ip":"2001:db8::2","provider":"google"})"));
}

TEST(DeliveryEvent, NamesWhatTheReplyNames) {
  Sample sample;
  EXPECT_FALSE(Json(sample)["smtp"].contains("entities"));
  sample.entities = {.listed_ip = "192.0.2.7", .tag = "S3150"};
  EXPECT_EQ(Json(sample)["smtp"]["entities"],
            json::parse(R"({"listed_ip":"192.0.2.7","tag":"S3150"})"));
  auto expired = Sample::Expired();
  expired.entities = {.dnsbl = "zen.spamhaus.org",
                      .url = "https://example.org/",
                      .new_address = "ann@example.net"};
  EXPECT_EQ(Json(expired)["smtp"]["entities"],
            json::parse(R"({"dnsbl":"zen.spamhaus.org",
                "url":"https://example.org/",
                "new_address":"ann@example.net"})"));
}

TEST(DeliveryEvent, SaysWhatOthersCallTheReasonWhenAsked) {
  auto crosswalk = std::make_shared<Crosswalk>();
  (*crosswalk)[static_cast<std::size_t>(Reason::kUserUnknown)] = {
      .ses = "Permanent/General",
      .powermta = "bad-mailbox",
      .kumomta = "none",
      .sisimai = "userunknown"};
  auto options = SampleOptions();
  options.crosswalk = crosswalk;
  DeliveryEventEncoder encoder(options);
  Sample sample;
  const auto event = json::parse(encoder.Encode(sample.event(), false));
  EXPECT_EQ(event["verdict"]["names"],
            json::parse(R"({"ses":"Permanent/General",
                "powermta":"bad-mailbox","sisimai":"userunknown"})"));
  EXPECT_FALSE(Json(sample)["verdict"].contains("names"));
}

TEST(DeliveryEvent, WhatTheLogDoesNotSayIsAbsent) {
  Sample sample;
  sample.line = {};
  sample.response = {};
  sample.attempt = {};
  sample.attempt.outcome = Outcome::kDeferred;
  sample.attempt.recipient = "root";
  const auto event = Json(sample);
  for (const auto* name :
       {"host", "instance", "service", "queue_id", "message_id", "attempt",
        "dsn", "delay_s", "delays", "size", "recipients", "smtp"}) {
    EXPECT_FALSE(event.contains(name)) << name;
  }
  EXPECT_EQ(event["time"], nullptr);
  EXPECT_EQ(event["sender"], nullptr);
  EXPECT_EQ(event["egress"], nullptr);
  EXPECT_EQ(event["stream"], nullptr);
  EXPECT_EQ(event["remote"], json::parse(R"({"provider":"google"})"));
  EXPECT_EQ(event["recipient"],
            json::parse(R"({"address":"root","domain":""})"));
}

TEST(DeliveryEvent, NullReversePathIsNotAnUnknownSender) {
  Sample sample;
  sample.attempt.sender = "";
  EXPECT_EQ(Json(sample)["sender"],
            json::parse(R"({"address":"","domain":""})"));
}

TEST(DeliveryEvent, OriginalRecipientIsShownWhereItDiffers) {
  Sample sample;
  sample.attempt.original_recipient = sample.attempt.recipient;
  EXPECT_FALSE(Json(sample)["recipient"].contains("original"));
  sample.attempt.original_recipient = "Info@Bücher.example";
  EXPECT_EQ(Json(sample)["recipient"]["original"],
            "Info@xn--bcher-kva.example");
}

TEST(DeliveryEvent, PortIsToldOnlyOfTheHostItBelongsTo) {
  Sample sample;
  sample.line.remote_host = "mx9.std.test";
  EXPECT_EQ(Json(sample)["remote"]["host"], "mx9.std.test");
  EXPECT_FALSE(Json(sample)["remote"].contains("port"));
  sample.line.remote_host = sample.line.remote_ip = "";
  EXPECT_EQ(Json(sample)["remote"]["host"], "mx.std.test");
  EXPECT_EQ(Json(sample)["remote"]["port"], 25);
}

TEST(DeliveryEvent, DelaysKeepThoseThatAreLogged) {
  Sample sample;
  sample.line.delays_s = {-1, 0, -1, 2.5F};
  EXPECT_EQ(Json(sample)["delays"],
            json::parse(R"({"manager":0,"transfer":2.5})"));
}

TEST(DeliveryEvent, UnknownIndicesDoNoHarm) {
  Sample sample;
  sample.source.partition.topic = 7;
  sample.verdict.provider = 63;
  EXPECT_EQ(Json(sample)["source"]["topic"], "");
  EXPECT_EQ(Json(sample)["remote"]["provider"], "other");
}

TEST(DeliveryEvent, RecordHasKeyAndCloudEventHeaders) {
  auto options = SampleOptions();
  options.topics = {"mail logs/é"};
  DeliveryEventEncoder encoder(options);
  Sample sample;
  const auto record = encoder.ToRecord(sample.event());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->topic, Topic::kDeliveryEvents);
  EXPECT_EQ(record->key, "utf@std.test");
  std::map<std::string_view, std::string_view> headers;
  for (const auto& header : record->headers) {
    headers[header.name] = header.value;
  }
  const std::map<std::string_view, std::string_view> expected = {
      {"ce_specversion", "1.0"},
      {"ce_id", "0123456789abcdeffedcba9876543210"},
      {"ce_type", "ricochet.delivery.v1"},
      {"ce_source", "kafka://main/mail%20logs/%C3%A9"},
      {"ce_time", "2026-11-21T19:59:23.007Z"},
      {"content-type", "application/json"}};
  EXPECT_EQ(headers, expected);
}

TEST(DeliveryEvent, OffGivesNoRecordForDelivered) {
  DeliveryEventEncoder encoder(SampleOptions(Delivered::kOff));
  auto delivered = Sample::Delivered();
  EXPECT_FALSE(encoder.ToRecord(delivered.event()));
  Sample bounced;
  EXPECT_TRUE(encoder.ToRecord(bounced.event()));
}

}  // namespace
}  // namespace ricochet
