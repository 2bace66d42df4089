#include "report/document.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "report/fake_event.h"
#include "report/sample_report.h"

namespace ricochet {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

json Document(const Summary& summary) {
  return json::parse(RenderJson(summary));
}

json DocumentOf(const Stats& stats, ReportFacts facts = {}) {
  return Document(Summarize(stats, Counts{}, std::move(facts)));
}

TEST(RenderJson, IsOneDocumentInLines) {
  const std::string text = RenderJson(Summary());
  EXPECT_TRUE(text.starts_with("{\n  \"version\": 1,\n")) << text;
  EXPECT_TRUE(text.ends_with("\n}\n"));
  EXPECT_TRUE(json::accept(text));
}

TEST(RenderJson, SameInputGivesTheSameBytes) {
  EXPECT_EQ(RenderJson(SampleSummary()), RenderJson(SampleSummary()));
}

TEST(RenderJson, NamesInputsAndTheirErrors) {
  ReportFacts facts;
  facts.inputs = {{"mail.log", 61'002'120, ""}, {"cut.gz", 12, "cut.gz: bad"}};
  facts.ruleset = "3b1e";
  const json document = DocumentOf(Stats(), std::move(facts));
  EXPECT_EQ(document["ruleset"], "3b1e");
  EXPECT_EQ(document["inputs"], json::parse(R"([
    {"name": "mail.log", "bytes": 61002120, "error": null},
    {"name": "cut.gz", "bytes": 12, "error": "cut.gz: bad"}])"));
}

TEST(RenderJson, CountsEventsAndOutcomes) {
  Stats stats;
  stats.OnEvent(FakeEvent().Event());
  stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, "550 No").Event());
  stats.OnEvent(FakeEvent().Deferred(Reason::kGreylisted, "450 Wait").Event());
  stats.OnEvent(FakeEvent().Expired(Reason::kGreylisted, "450 Wait").Event());
  const json document = DocumentOf(stats);
  EXPECT_EQ(document["events"], json::parse(R"({
    "attempts": 3, "delivered": 1, "deferred": 1, "bounced": 1, "expired": 1,
    "complaint": 0, "unsubscribed": 0})"));
  EXPECT_EQ(document["outcomes"], json::parse(R"({
    "total": 3, "delivered": 1, "hard": 1, "soft": 1, "block": 0, "admin": 0,
    "undetermined": 0, "none": 0})"));
}

TEST(RenderJson, RatesAreFractionsWithTheirState) {
  Stats stats;
  for (int i = 0; i < 300; ++i) {
    FakeEvent event;
    if (i < 75) event.Bounced(Reason::kUserUnknown, "550 No");
    stats.OnEvent(event.Event());
  }
  const json document = DocumentOf(stats);
  const json& hard = document["rates"]["hard"];
  EXPECT_EQ(hard["count"], 75);
  EXPECT_EQ(hard["of"], 300);
  EXPECT_EQ(hard["rate"], 0.25);
  EXPECT_NEAR(hard["interval"][0].get<double>(), 0.2044, 5e-5);
  EXPECT_NEAR(hard["interval"][1].get<double>(), 0.3020, 5e-5);
  EXPECT_EQ(hard["state"], "page");
  EXPECT_EQ(hard["limits"],
            json::parse(R"({"warning": 0.02, "critical": 0.05, "page": 0.1})"));
  EXPECT_FALSE(document["rates"]["soft"].contains("state"));
  EXPECT_EQ(document["headline"],
            json::parse(R"({"state": "page", "rate": "hard"})"));
}

TEST(RenderJson, WhatIsNotKnownIsNull) {
  const json document = DocumentOf(Stats());
  EXPECT_EQ(document["ruleset"], nullptr);
  EXPECT_EQ(document["time"], json::parse(R"({"first": null, "last": null})"));
  EXPECT_EQ(document["rates"]["hard"]["rate"], nullptr);
  EXPECT_EQ(document["delays"]["delivered"], json::parse(R"({
    "count": 0, "median_s": null, "p90_s": null, "p99_s": null})"));
}

TEST(RenderJson, TimesAreRfc3339) {
  Stats stats;
  stats.OnEvent(FakeEvent().At(milliseconds{1'795'377'563'042}).Event());
  EXPECT_EQ(DocumentOf(stats)["time"]["first"], "2026-11-22T19:59:23.042Z");
}

TEST(RenderJson, LinesHaveFatesAndCauses) {
  Counts counts;
  counts.lines[0][static_cast<std::size_t>(Cause::kAttempt)] = 5;
  const json document = Document(Summarize(Stats(), counts, {}));
  EXPECT_EQ(document["lines"], json::parse(R"({
    "total": 5,
    "fates": {"emitted": 5, "absorbed": 0, "ignored": 0, "dead_lettered": 0},
    "causes": [{"cause": "attempt", "fate": "emitted", "lines": 5}]})"));
}

TEST(RenderJson, RolesThatAreNoMessagesAreNotCounted) {
  Stats stats;
  stats.OnEvent(FakeEvent().As(Role::kAlias).Event());
  stats.OnEvent(FakeEvent().Event());
  EXPECT_EQ(DocumentOf(stats)["not_counted"], json::parse(R"({
    "reinjection": 0, "alias": 1, "notification": 0})"));
}

TEST(RenderJson, ReasonsSayWhoActsAndWhatToDo) {
  Stats stats;
  stats.OnEvent(FakeEvent().Bounced(Reason::kUserUnknown, "550 No").Event());
  ReportFacts facts;
  facts.advice[static_cast<std::size_t>(Reason::kUserUnknown)] = "Remove it.";
  const json document = DocumentOf(stats, std::move(facts));
  EXPECT_EQ(document["reasons"], json::parse(R"([{
    "reason": "user_unknown", "kind": "hard", "fault": "recipient",
    "sparkpost_code": 10, "outcomes": 1,
    "outcomes_by_kind": {"delivered": 0, "hard": 1, "soft": 0, "block": 0,
                         "admin": 0, "undetermined": 0, "none": 0},
    "expired": 0, "deferred": 0, "advice": "Remove it."}])"));
}

TEST(RenderJson, ReasonWithoutFaultOrCodeHasNull) {
  Summary summary;
  summary.reasons = {{.reason = Reason::kNone}};
  const json document = Document(summary);
  EXPECT_EQ(document["reasons"][0]["fault"], nullptr);
  EXPECT_EQ(document["reasons"][0]["sparkpost_code"], nullptr);
}

TEST(RenderJson, TemplatesSayWhatDecided) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .Bounced(Reason::kUserUnknown, "550 No")
                    .By(DecidedBy::kTextRule, "generic.user-unknown")
                    .Event());
  json document = DocumentOf(stats);
  json& row = document["templates"]["top"][0];
  EXPECT_TRUE(row["template"].is_string());
  EXPECT_EQ(row["template"].get<std::string>().size(), 16U);
  row.erase("template");
  EXPECT_EQ(row, json::parse(R"({
    "text": "550 No", "replies": 1, "final": 1, "reason": "user_unknown",
    "kind": "hard", "decided_by": "text_rule", "rule": "generic.user-unknown",
    "provider": "other"})"));
}

TEST(RenderJson, DomainsAreRanked) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .To("ann@bad.test")
                    .From("news@shop.example")
                    .Bounced(Reason::kUserUnknown, "550 No")
                    .Event());
  const json document = DocumentOf(stats);
  const json& row = document["recipient_domains"]["worst"][0];
  EXPECT_EQ(row["domain"], "bad.test");
  EXPECT_EQ(row["main_reason"], "user_unknown");
  EXPECT_EQ(row["outcomes"]["hard"], 1);
  EXPECT_EQ(document["recipient_domains"]["min_outcomes"], 1);
  EXPECT_EQ(document["sender_domains"]["worst"][0]["domain"], "shop.example");
}

TEST(RenderJson, SuppressionsAreAllThere) {
  ReportFacts facts;
  facts.suppressions = {{.scope = "address",
                         .key = "ann@example.org",
                         .reason = Reason::kUserUnknown,
                         .rule = "",
                         .since = EventTime{milliseconds{0}},
                         .expires = kNoTime,
                         .count = 3}};
  facts.watched = 7;
  const json document = DocumentOf(Stats(), std::move(facts));
  EXPECT_EQ(document["suppressions"], json::parse(R"({
    "total": 1, "watched": 7,
    "by_reason": [{"reason": "user_unknown", "count": 1}],
    "entries": [{"scope": "address", "key": "ann@example.org",
                 "qualifier": null, "reason": "user_unknown", "rule": null,
                 "since": "1970-01-01T00:00:00.000Z", "expires": null,
                 "count": 3}]})"));
}

TEST(RenderJson, SuppressionsAreWrittenAsTheRestOfTheDocument) {
  Summary summary;
  summary.suppressions = {
      {.scope = "address",
       .key = "\"a\\b\"@caf\xe9.example",
       .qualifier = "\"entries\": []",
       .reason = Reason::kUserUnknown,
       .rule = "b\xc3\xbc\x1b\x7f",
       .since = EventTime{milliseconds{1}},
       .count = UINT64_MAX},
      {.scope = "domain", .key = "b.example", .reason = Reason::kMailboxFull}};
  const std::string text = RenderJson(summary);
  const auto document = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(text, document.dump(2) + "\n");
  const auto& entries = document["suppressions"]["entries"];
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]["key"], "\"a\\b\"@caf\uFFFD.example");
  EXPECT_EQ(entries[0]["qualifier"], "\"entries\": []");
  EXPECT_EQ(entries[0]["rule"], "b\u00FC\x1b\x7f");
  EXPECT_EQ(entries[0]["count"], UINT64_MAX);
  EXPECT_EQ(entries[1]["since"], nullptr);
}

TEST(RenderJson, DeadLettersNameTheFirstsPlace) {
  Stats stats;
  stats.OnDeadLetter({.id = {},
                      .source = {.partition = {1, 0}, .offset = 12, .index = 3},
                      .reason = Reject::kBadSyntax,
                      .error = "no recipient",
                      .value = "to=<"});
  EXPECT_EQ(DocumentOf(stats)["dead_letters"], json::parse(R"([{
    "reason": "bad_syntax", "count": 1, "first_error": "no recipient",
    "first": {"input": 1, "offset": 12, "index": 3}}])"));
}

TEST(RenderJson, TextThatIsNoUtf8IsReplaced) {
  Stats stats;
  stats.OnEvent(
      FakeEvent().Bounced(Reason::kUnclassified, "550 caf\xe9 \xff").Event());
  ReportFacts facts;
  facts.inputs = {{"m\xff.log", 1, ""}};
  const json document = DocumentOf(stats, std::move(facts));
  EXPECT_EQ(document["templates"]["unclassified"][0]["text"],
            "550 caf\uFFFD \uFFFD");
  EXPECT_EQ(document["inputs"][0]["name"], "m\uFFFD.log");
}

TEST(RenderJson, ControlCharactersAreEscaped) {
  Stats stats;
  stats.OnEvent(FakeEvent()
                    .Bounced(Reason::kUnclassified, "550 \x1b[2J\x07 Nope")
                    .Event());
  const std::string text =
      RenderJson(Summarize(stats, Counts{}, ReportFacts{}));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\u001b[2J\\u0007"), std::string::npos);
}

TEST(RenderJson, HugeNumbersStayWhole) {
  Summary summary;
  summary.lines = UINT64_MAX;
  EXPECT_EQ(Document(summary)["lines"]["total"], UINT64_MAX);
}

}  // namespace
}  // namespace ricochet
