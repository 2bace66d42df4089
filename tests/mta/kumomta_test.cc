#include "mta/kumomta.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "mta/lines.h"

namespace ricochet {
namespace {

// A record as the reference documents it
// (https://docs.kumomta.com/reference/log_record/).
std::string Record(std::string_view type, std::string_view response,
                   std::string_view recipient = R"("ann@example.org")",
                   std::string_view more = "") {
  std::string out = R"({"type":")";
  out.append(type);
  out += R"(","id":"1d98076abbbc11ed940250ebf67f93bd",)";
  out += R"("sender":"news@shop.example","recipient":)";
  out.append(recipient);
  out += R"(,"queue":"news:shop@example.org","site":"ip1->mx.example.org",)";
  out += R"("size":1047,"response":)";
  out.append(response);
  out += R"(,"peer_address":{"name":"mx.example.org.","addr":"192.0.2.7"},)";
  out += R"("timestamp":1795291200,"created":1795291195,"num_attempts":2,)";
  out += R"("bounce_classification":"InvalidRecipient","egress_pool":"pool0",)";
  out += R"("egress_source":"ip1","feedback_report":null,"meta":{},)";
  out += R"("headers":{"Message-ID":"<1@shop.example>"},)";
  out += R"("delivery_protocol":"ESMTP","reception_protocol":"ESMTP")";
  out.append(more);
  out += R"(,"nodeid":"557f3ad4-2c8c-11ee-976e-782d7e12e173"})";
  return out;
}

constexpr std::string_view kUnknown =
    R"({"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},)"
    R"("content":"no such user","command":"RCPT TO:<ann@example.org>"})";

// The text and the event's views live until the next call.
Parsed ParseRecord(const std::string& record) {
  static std::string kept;
  kept = record;
  return ParseText("", kept);
}

TEST(KumoMta, BounceTellsEverythingOfTheTry) {
  const auto parsed = ParseRecord(Record("Bounce", kUnknown));
  ASSERT_TRUE(parsed.is_event());
  const auto& event = parsed.event;
  EXPECT_TRUE(event.self_contained);
  EXPECT_EQ(event.queue_id, "1d98076abbbc11ed940250ebf67f93bd");
  EXPECT_EQ(event.instance, "557f3ad4-2c8c-11ee-976e-782d7e12e173");
  EXPECT_EQ(event.service, "pool0");
  EXPECT_EQ(event.egress, "ip1");
  EXPECT_EQ(event.daemon, "ESMTP");
  EXPECT_TRUE(event.has_sender);
  EXPECT_EQ(event.sender, "news@shop.example");
  EXPECT_EQ(event.message_id, "<1@shop.example>");
  EXPECT_EQ(event.size, 1047);
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_EQ(event.outcome, Outcome::kBounced);
  EXPECT_EQ(event.relay_host, "mx.example.org");
  EXPECT_EQ(event.relay_ip, "192.0.2.7");
  EXPECT_EQ(event.dsn, (EnhancedCode{5, 1, 1}));
  EXPECT_EQ(event.command, SmtpCommand::kRcptTo);
  EXPECT_EQ(event.reply, "550 5.1.1 no such user");
  EXPECT_EQ(event.authority, Authority::kRemote);
  EXPECT_EQ(event.attempt, 3U);
  EXPECT_EQ(event.delay_s, 5);
  EXPECT_EQ(event.time_text, "1795291200");
}

TEST(KumoMta, EachTypeHasItsOutcomeOrItsName) {
  const std::vector<std::pair<std::string_view, std::string_view>> types = {
      {"Delivery", "event attempt"},
      {"TransientFailure", "event attempt"},
      {"Bounce", "event attempt"},
      {"AdminBounce", "event attempt"},
      {"OOB", "event report"},
      {"Expiration", "event expiry"},
      {"Feedback", "ignored feedback"},
      {"Rejection", "ignored inbound_reject"},
      {"Delayed", "ignored retry_not_reached"},
      {"Reception", "ignored internal_hop"},
      {"DeferredInjectionRebind", "ignored internal_hop"},
      {"AdminRebind", "ignored internal_hop"},
      {"XferOut", "ignored internal_hop"},
      {"XferIn", "ignored internal_hop"},
      {"Whatever", "rejected bad_syntax"},
  };
  for (const auto& [type, fate] : types) {
    EXPECT_EQ(Fate("", Record(type, kUnknown)), fate) << type;
  }
  const auto outcome = [](std::string_view type) {
    return ParseRecord(Record(type, kUnknown)).event.outcome;
  };
  EXPECT_EQ(outcome("Delivery"), Outcome::kDelivered);
  EXPECT_EQ(outcome("TransientFailure"), Outcome::kDeferred);
  EXPECT_EQ(outcome("AdminBounce"), Outcome::kBounced);
  EXPECT_EQ(outcome("OOB"), Outcome::kBounced);
  EXPECT_EQ(outcome("Expiration"), Outcome::kExpired);
}

// A report as KumoMTA logs it, with `feedback` for its feedback_report.
std::string Feedback(std::string_view feedback) {
  auto record = Record("Feedback", kUnknown, R"("fbl@shop.example")");
  constexpr std::string_view kNull = R"("feedback_report":null)";
  const auto at = record.find(kNull) + kNull.size() - 4;
  return record.replace(at, 4, feedback);
}

TEST(KumoMta, FeedbackIsAboutWhomTheTraceHeaderNames) {
  const auto parsed = ParseRecord(Feedback(
      R"({"feedback_type":"abuse","user_agent":"fbl/1","version":"1",)"
      R"("original_mail_from":"<news@shop.example>",)"
      R"("original_rcpto_to":["<hidden@example.org>"],"reporting_mta":null,)"
      R"("extensions":{},"original_message":"Subject: \"offers\"\n",)"
      R"("supplemental_trace":{"_@_":"\\_/","recipient":"ann@example.org"}})"));
  ASSERT_TRUE(parsed.is_event());
  const auto& event = parsed.event;
  EXPECT_EQ(event.outcome, Outcome::kComplaint);
  EXPECT_EQ(event.cause, Cause::kReport);
  EXPECT_TRUE(event.report);
  EXPECT_EQ(event.recipient, "ann@example.org");
  EXPECT_TRUE(event.has_sender);
  EXPECT_EQ(event.sender, "news@shop.example");
  EXPECT_EQ(event.time_text, "1795291200");
  EXPECT_EQ(event.reply, "");
  EXPECT_EQ(event.relay_host, "");
}

TEST(KumoMta, FeedbackWithoutTraceIsAboutItsFirstRecipient) {
  const auto parsed = ParseRecord(
      Feedback(R"({"feedback_type":"Opt-Out","supplemental_trace":null,)"
               R"("original_rcpto_to":["bob@example.org","c@example.org"]})"));
  ASSERT_TRUE(parsed.is_event());
  EXPECT_EQ(parsed.event.outcome, Outcome::kUnsubscribed);
  EXPECT_EQ(parsed.event.recipient, "bob@example.org");
  EXPECT_FALSE(parsed.event.has_sender);
}

TEST(KumoMta, FeedbackThatIsNoWishOrNamesNobodyIsIgnored) {
  for (
      const std::string_view feedback : {
          R"({"feedback_type":"not-spam","original_rcpto_to":["a@b.example"]})",
          R"({"feedback_type":"auth-failure","original_rcpto_to":["a@b.example"]})",
          R"({"feedback_type":"abuse","original_rcpto_to":[]})",
          R"({"original_rcpto_to":["a@b.example"]})",
          R"({})",
          R"(null)",
          // Anybody may send such a mail: no line is unreadable for it.
          R"({"feedback_type":7,"original_rcpto_to":["a@b.example"]})",
          R"({"feedback_type":"abuse","original_rcpto_to":null})",
          R"({"feedback_type":"abuse","original_rcpto_to":[7,"a@b.example"]})",
          R"({"feedback_type":"abuse","supplemental_trace":[{}]})",
          R"({"feedback_type":"abuse","supplemental_trace":{"recipient":{}}})",
          R"([])",
      }) {
    EXPECT_EQ(Fate("", Feedback(feedback)), "ignored feedback") << feedback;
  }
  EXPECT_EQ(
      Fate("", Feedback(R"({"feedback_type":"abuse","supplemental_trace":)"
                        R"({"recipient":["a@b.example"]}})")),
      "event report");
  EXPECT_EQ(Fate("", Feedback(R"({"feedback_type":)")), "rejected bad_syntax");
}

TEST(KumoMta, RecipientMayBeAList) {
  auto parsed = ParseRecord(
      Record("Bounce", kUnknown,
             R"(["ann@example.org","","bob@example.org","c@example.org"])"));
  ASSERT_TRUE(parsed.is_event());
  ParserMemory memory;
  std::vector<std::string> got;
  do {
    got.emplace_back(parsed.event.recipient);
  } while (NextRecipient(memory, parsed.event));
  EXPECT_EQ(got, (std::vector<std::string>{"ann@example.org", "bob@example.org",
                                           "c@example.org"}));
  EXPECT_EQ(parsed.event.reply, "550 5.1.1 no such user");
}

TEST(KumoMta, NewerRecordsHaveExactTimes) {
  const auto parsed =
      ParseRecord(Record("Delivery", kUnknown, R"("ann@example.org")",
                         R"(,"event_time":"2026-11-21T20:00:00.440526026Z")"));
  EXPECT_EQ(parsed.event.time_text, "2026-11-21T20:00:00.440526026Z");
}

TEST(KumoMta, WhatItSaysItselfIsNotTheServersWord) {
  const auto authority = [](std::string_view content) {
    const std::string response =
        R"({"code":400,"enhanced_code":null,"command":null,"content":")" +
        std::string(content) + "\"}";
    return ParseRecord(Record("TransientFailure", response)).event.authority;
  };
  EXPECT_EQ(authority("slow down"), Authority::kRemote);
  EXPECT_EQ(authority("KumoMTA internal: failed to connect to any candidate "
                      "hosts: timed out"),
            Authority::kLocal);
  auto record = Record(
      "Bounce",
      R"({"code":556,"enhanced_code":{"class":5,"subject":1,"detail":10},)"
      R"("content":"Recipient address has a null MX","command":null})");
  const std::string peer = R"({"name":"mx.example.org.","addr":"192.0.2.7"})";
  record.replace(record.find(peer), peer.size(), "null");
  EXPECT_EQ(ParseRecord(record).event.authority, Authority::kDns);
}

TEST(KumoMta, ReplyIsOneLineWithItsCodesOnce) {
  const auto reply = [](std::string_view response) {
    return std::string(ParseRecord(Record("Bounce", response)).event.reply);
  };
  EXPECT_EQ(reply(R"({"code":550,"enhanced_code":null,)"
                  R"("content":"no\nway\r\nhere","command":null})"),
            "550 no way  here");
  EXPECT_EQ(reply(R"({"code":550,"enhanced_code":)"
                  R"({"class":5,"subject":1,"detail":1},)"
                  R"("content":"5.1.1 unknown","command":null})"),
            "550 5.1.1 unknown");
  EXPECT_EQ(reply(R"({"code":550,"content":""})"), "");
  EXPECT_EQ(reply("null"), "");
}

TEST(KumoMta, ReportThatCameBackHasNoSenderOfItsOwn) {
  const auto parsed = ParseRecord(Record("OOB", kUnknown));
  EXPECT_FALSE(parsed.event.has_sender);
  EXPECT_EQ(parsed.event.attempt, 0U);
  EXPECT_EQ(parsed.event.authority, Authority::kRemote);
}

TEST(KumoMta, ExpiryLeavesTheReasonToTheLastTry) {
  const auto parsed = ParseRecord(Record(
      "Expiration",
      R"({"code":551,"enhanced_code":{"class":5,"subject":4,"detail":7},)"
      R"("content":"Next delivery time 8d > 7d","command":null})"));
  EXPECT_EQ(parsed.event.reply, "");
  EXPECT_EQ(parsed.event.attempt, 2U);
  EXPECT_EQ(parsed.event.dsn, (EnhancedCode{5, 4, 7}));
}

TEST(KumoMta, DeliveredLogRecordsAreNoMail) {
  auto record = Record("Delivery", kUnknown);
  const std::string smtp = R"("reception_protocol":"ESMTP")";
  record.replace(record.find(smtp), smtp.size(),
                 R"("reception_protocol":"LogRecord")");
  EXPECT_EQ(Fate("", record), "ignored internal_hop");
}

TEST(KumoMta, BadRecordsAreRejected) {
  const auto good = Record("Bounce", kUnknown);
  for (std::size_t cut = good.find("created"); cut < good.size(); ++cut) {
    const auto fate = Fate("", good.substr(0, cut));
    EXPECT_TRUE(fate == "rejected bad_syntax" ||
                fate == "rejected unknown_format")
        << good.substr(0, cut);
  }
  EXPECT_EQ(Fate("", good + "}"), "rejected bad_syntax");
  EXPECT_EQ(Fate("", Record("Bounce", kUnknown, "[]")), "rejected bad_syntax");
  EXPECT_EQ(Fate("", Record("Bounce", kUnknown, "7")), "rejected bad_syntax");
  EXPECT_EQ(Fate("", Record("Bounce", "[1]")), "rejected bad_syntax");
  EXPECT_EQ(Fate("", Record("Bounce", kUnknown, "\"\xff\xfe\"")),
            "rejected bad_syntax");
  EXPECT_EQ(Fate("", R"({"type":"Bounce"})"), "rejected unknown_format");
}

}  // namespace
}  // namespace ricochet
