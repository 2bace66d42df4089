#include "app/web_api.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace ricochet {
namespace {

using Json = nlohmann::json;

// What config/openapi.json says of an answer; empty: it is so.
std::string CheckedBy(const std::string& schema_name, const Json& answer) {
  std::ifstream in(std::string(RICOCHET_SOURCE_DIR) + "/config/openapi.json");
  Json schema = Json::parse(in);
  schema["$ref"] = "#/components/schemas/" + schema_name;
  valijson::Schema compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema),
                        compiled);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(answer);
  if (validator.validate(compiled, adapter, &results)) return {};
  std::ostringstream why;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const auto& step : error.context) why << step;
    why << ": " << error.description << "; ";
  }
  return why.str();
}

// The API over the built-in rules, with numbers of a worker's own.
class Served {
 public:
  Served() : api_(*WebRules::Make(*LoadRules(""), ""), Sources()) {}

  HttpAnswer Ask(const std::string& path, HttpRequest request = {}) {
    for (const auto& route : api_.Routes()) {
      if (route.path == "/api/v1/" + path) return route.handler(request);
    }
    return HttpError(404, "");
  }
  Json Get(const std::string& path,
           std::multimap<std::string, std::string> query = {}) {
    return Json::parse(Ask(path, {std::move(query), {}}).body);
  }
  HttpAnswer Classify(std::string body) {
    return Ask("classify", {{}, std::move(body)});
  }

  PublishedCounts counts;
  PublishedCounts other_counts;
  std::vector<std::string> not_ready;
  EventTime now{std::chrono::milliseconds(1'763'000'000'000)};
  WebApi& api() { return api_; }

  WebSources Sources() {
    MetricSources metrics;
    metrics.workers = {&counts, &other_counts};
    metrics.stages = [] {
      StageSample::Lag lag;
      lag.records = 4;
      return std::vector<StageSample>{
          {.stage = "attempts", .committed = 3, .lags = {lag, lag}}};
    };
    metrics.ruleset_hash = [] { return std::string("3b1e"); };
    metrics.ruleset_reloads = [] { return std::array<std::uint64_t, 2>{2, 1}; };
    metrics.providers = {"other", "google"};
    metrics.build.version = "1.2.3";
    return {.metrics = std::move(metrics),
            .not_ready = [this] { return not_ready; },
            .clock = [this] { return now; }};
  }

 private:
  WebApi api_;
};

TEST(WebApi, ClassifyAnswersOneQuestion) {
  Served served;
  const auto answer = served.Classify(
      "{\n \"response\": \"550 5.1.1 no such user\",\n \"id\": 7\n}\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type, "application/json");
  const auto json = Json::parse(answer.body);
  EXPECT_EQ(json["verdict"]["reason"], "user_unknown");
  EXPECT_EQ(json["id"], 7);
  EXPECT_EQ(CheckedBy("Classified", json), "");
}

TEST(WebApi, ClassifyAnswersEachOfManyLines) {
  Served served;
  const auto answer = served.Classify(
      "{\"response\":\"550 5.1.1 no such user\"}\nno\n"
      "{\"response\":\"452 4.2.2 mailbox full\"}\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type, "application/x-ndjson");
  std::istringstream lines(answer.body);
  std::vector<Json> seen;
  for (std::string line; std::getline(lines, line);) {
    seen.push_back(Json::parse(line));
  }
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1]["error"], "line 2: not JSON");
  EXPECT_EQ(seen[2]["verdict"]["reason"], "mailbox_full");
}

TEST(WebApi, ClassifyRefusesWhatIsNoQuestion) {
  Served served;
  for (const std::string& body :
       {std::string(), std::string("\n\n"), std::string("{"), std::string("[]"),
        std::string("null"), std::string("\xff\xfe"),
        std::string("{\"response\":5}"), std::string(65536, '['),
        std::string(100, '\0')}) {
    const auto answer = served.Classify(body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 20);
    EXPECT_EQ(CheckedBy("Error", Json::parse(answer.body)), "");
  }
}

TEST(WebApi, ClassifyRefusesDeepNestingBesideAQuestion) {
  Served served;
  const std::string deep(30'000, '[');
  const auto answer = served.Classify("{\"response\":\"550 no\",\"x\":" + deep +
                                      std::string(30'000, ']') + "}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(Json::parse(answer.body)["error"], "nested more than 64 deep");
}

TEST(WebApi, ExplainAnswersRepliesCodesAndLines) {
  Served served;
  const auto reply =
      served.Get("explain", {{"q", "552-5.2.2 The email account is over quota"},
                             {"command", "rcpt"},
                             {"remote_mta", "aspmx.l.google.com"}});
  EXPECT_EQ(reply["input"], "reply");
  EXPECT_EQ(reply["provider"], "google");
  EXPECT_EQ(reply["smtp"]["command"], "RCPT TO");
  EXPECT_EQ(reply["verdict"]["reason"], "mailbox_full");
  EXPECT_EQ(CheckedBy("Explanation", reply), "");
  const auto code = served.Get("explain", {{"q", "TSS04"}});
  EXPECT_EQ(code["input"], "code");
  EXPECT_EQ(code["verdict"]["reason"], "rate_limited");
  EXPECT_EQ(CheckedBy("Explanation", code), "");
}

TEST(WebApi, ExplainWithoutAVerdictIsAsTheSchemaSays) {
  Served served;
  const auto code = served.Get("explain", {{"q", "550"}});
  EXPECT_TRUE(code["verdict"].is_null());
  EXPECT_EQ(CheckedBy("Explanation", code), "");
  const auto line = served.Get(
      "explain",
      {{"q", "Nov 21 19:36:16 mx1 postfix/qmgr[9]: 4F1C2T: removed"}});
  EXPECT_EQ(line["line"]["cause"], "removed");
  EXPECT_EQ(CheckedBy("Explanation", line), "");
}

TEST(WebApi, ExplainAnswersOctetsThatAreNotUtf8) {
  Served served;
  const auto json = served.Get("explain", {{"q", "550 5.1.1 bo\xeete inconnue"},
                                           {"remote_mta", "\xff"},
                                           {"recipient_domain", "\xc3"}});
  EXPECT_EQ(json["verdict"]["reason"], "user_unknown");
  EXPECT_EQ(CheckedBy("Explanation", json), "");
}

TEST(WebApi, ExplainSaysWhatIsWrong) {
  Served served;
  EXPECT_EQ(served.Get("explain")["error"], "\"q\" is missing");
  const auto answer =
      served.Ask("explain", {{{"q", "550"}, {"command", "\xff<b>"}}, {}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(CheckedBy("Error", Json::parse(answer.body)), "");
}

TEST(WebApi, CodesAreAllThatCanBeExplained) {
  Served served;
  const auto json = served.Get("codes");
  EXPECT_EQ(json["codes"].size(), LoadExplanations("")->codes().size());
  EXPECT_EQ(json["reasons"].size(), kReasons.size() - 1);
  EXPECT_EQ(CheckedBy("Codes", json), "");
}

TEST(WebApi, StatusTellsWhatIsCounted) {
  Served served;
  auto counts = std::make_unique<Counts>();
  counts->lines[0][static_cast<std::size_t>(Cause::kAttempt)] = 9;
  counts->attempts[0][1][static_cast<std::size_t>(Outcome::kDeferred)] = 4;
  counts->outcomes[0][1][static_cast<std::size_t>(Kind::kDelivered)] = 300;
  counts->outcomes[1][1][static_cast<std::size_t>(Kind::kHard)] = 100;
  counts->bounces[1][static_cast<std::size_t>(Reason::kUserUnknown)]
                 [static_cast<std::size_t>(Kind::kHard)] = 100;
  auto& begun =
      counts
          ->suppressions[static_cast<std::size_t>(SuppressionEvent::kSuppress)]
                        [static_cast<std::size_t>(Reason::kUserUnknown)];
  begun[static_cast<std::size_t>(SuppressionScope::kAddress)] = 2;
  begun[static_cast<std::size_t>(SuppressionScope::kDomain)] = 3;
  served.counts.Add(*counts);
  ActiveSuppressions active;
  active.At(SuppressionScope::kAddress, Reason::kUserUnknown) = 4;
  active.At(SuppressionScope::kDomain, Reason::kNone) = 2;
  served.counts.SetSuppressionsActive(active);
  served.now += std::chrono::seconds(61);
  const auto json = served.Get("status");
  EXPECT_EQ(CheckedBy("Status", json), "");
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["uptime_s"], 61);
  EXPECT_EQ(json["ready"], true);
  EXPECT_EQ(json["ruleset"].dump(),
            R"({"failed_reloads":1,"hash":"3b1e","reloads":2})");
  EXPECT_EQ(json["stages"][0]["lag_records"], 8);
  EXPECT_EQ(json["lines"]["emitted"], 9);
  EXPECT_EQ(json["attempts"]["deferred"], 4);
  EXPECT_EQ(json["outcomes"]["hard"], 100);
  EXPECT_EQ(json["rates"][0]["value"], 0.25);
  EXPECT_EQ(json["rates"][0]["state"], "page");
  EXPECT_EQ(json["providers"].size(), 1U);
  EXPECT_EQ(json["providers"][0]["provider"], "google");
  EXPECT_EQ(json["bounces"][0]["reason"], "user_unknown");
  EXPECT_EQ(json["suppressions"]["active"], 6);
  EXPECT_EQ(json["suppressions"]["written"]["user_unknown"], 5);
}

TEST(WebStatus, RatesAndFailuresAreOfTheLastHour) {
  Served served;
  const auto rules = *WebRules::Make(*LoadRules(""), "");
  WebStatus status(served.Sources());
  const auto answer = [&] {
    return Json::parse(status.Answer("", *rules->book));
  };
  auto counts = std::make_unique<Counts>();
  counts->outcomes[0][1][static_cast<std::size_t>(Kind::kHard)] = 100;
  counts->bounces[1][static_cast<std::size_t>(Reason::kUserUnknown)]
                 [static_cast<std::size_t>(Kind::kHard)] = 100;
  served.counts.Add(*counts);
  for (std::size_t i = 0; i <= WebHour::kSteps; ++i) {
    served.now += WebHour::kStep;
    (void)status.Sample();
  }
  auto json = answer();
  EXPECT_EQ(CheckedBy("Status", json), "");
  EXPECT_EQ(json["outcomes"]["hard"], 100);  // since the start
  EXPECT_EQ(json["rates"][0]["of"], 0);
  EXPECT_EQ(json["providers"].dump(), "[]");
  EXPECT_EQ(json["bounces"].dump(), "[]");
  served.counts.Add(*counts);
  json = answer();
  EXPECT_EQ(json["outcomes"]["hard"], 200);
  EXPECT_EQ(json["rates"][0]["count"], 100);
  EXPECT_EQ(json["providers"][0]["outcomes"]["hard"], 100);
  EXPECT_EQ(json["bounces"][0]["count"], 100);
}

TEST(WebApi, StatusTellsWhatServersSayMost) {
  Served served;
  const auto add = [&](PublishedCounts& counts, std::uint64_t id,
                       std::string_view text, int times) {
    SmtpResponse response;
    response.template_id = id;
    response.template_text = text;
    Verdict verdict;
    verdict.reason = Reason::kUserUnknown;
    verdict.kind = Kind::kHard;
    verdict.provider = 1;
    for (int i = 0; i < times; ++i) {
      counts.templates.Add({{}, {}, {}, response, verdict, {}});
    }
    counts.templates.Commit(served.now);
  };
  for (std::uint64_t id = 1; id <= 30; ++id) {
    add(served.counts, id, "550 no <{address}> " + std::to_string(id), 1);
  }
  add(served.counts, 7, "550 no <{address}> 7", 2);
  add(served.other_counts, 7, "550 no <{address}> 7", 1);
  const auto json = served.Get("status");
  EXPECT_EQ(CheckedBy("Status", json), "");
  ASSERT_EQ(json["templates"].size(), 20U);
  const auto& first = json["templates"][0];
  EXPECT_EQ(first["text"], "550 no <{address}> 7");
  EXPECT_EQ(first["replies"], 4);
  EXPECT_EQ(first["provider"], "google");
  EXPECT_EQ(first["reason"], "user_unknown");
  EXPECT_EQ(first["kind"], "hard");
  EXPECT_NE(first["advice"], "");
}

TEST(WebApi, StatusSaysWhyNotReady) {
  Served served;
  served.not_ready = {"attempts worker 0 is broker_down: \xff"};
  const auto json = served.Get("status", {{"since", "x"}});
  EXPECT_EQ(json["ready"], false);
  EXPECT_EQ(json["not_ready"][0],
            "attempts worker 0 is broker_down: \xef\xbf\xbd");
}

TEST(WebApi, GivenRulesAnswerTheNextRequest) {
  Served served;
  served.Get("codes");
  auto rules = *WebRules::Make(*LoadRules(""), "");
  rules->codes = "{\"codes\":[]}";
  served.api().Give(std::move(rules));
  EXPECT_EQ(served.Get("codes").dump(), "{\"codes\":[]}");
  served.api().DropOldRules();
}

// Minute after minute, `each` is counted at a provider.
class HourOf {
 public:
  void Count(std::uint64_t each, std::size_t minutes) {
    for (std::size_t i = 0; i < minutes; ++i) {
      now_ += WebHour::kStep;
      counts_->outcomes[i % 2][1][0] += each;
      counts_->bounces[1][2][3] += each;
      hour_.Add(*counts_, now_);
      hour_.Add(*counts_, now_ + std::chrono::seconds(59));  // nothing
    }
  }
  std::uint64_t Seen() const {
    const auto hour = hour_.Of(*counts_);
    EXPECT_EQ(hour->outcomes[1][0], hour->bounces[1][2][3]);
    EXPECT_EQ(hour->outcomes[2][0], 0U);
    return hour->outcomes[1][0];
  }

 private:
  std::unique_ptr<Counts> counts_ = std::make_unique<Counts>();
  EventTime now_{std::chrono::hours(1)};
  WebHour hour_;
};

TEST(WebHour, IsAllSinceTheStartUntilThereIsOne) {
  HourOf hour;
  EXPECT_EQ(hour.Seen(), 0U);
  hour.Count(7, 1);
  EXPECT_EQ(hour.Seen(), 7U);
  hour.Count(7, 59);
  EXPECT_EQ(hour.Seen(), 7U * 60);
}

TEST(WebHour, ForgetsWhatIsOlder) {
  HourOf hour;
  hour.Count(100, 90);
  EXPECT_EQ(hour.Seen(), 6000U);
  hour.Count(1, 30);
  EXPECT_EQ(hour.Seen(), 3030U);
  hour.Count(0, 60);
  EXPECT_EQ(hour.Seen(), 0U);
  hour.Count(5, 1);
  EXPECT_EQ(hour.Seen(), 5U);
}

TEST(WebHistory, KeepsTheLastHour) {
  WebHistory history;
  const auto at = [](std::size_t i) {
    return EventTime(std::chrono::seconds(i));
  };
  for (std::size_t i = 1; i <= WebHistory::kMostSamples + 10; ++i) {
    history.Add({.time = at(i)});
  }
  const auto all = history.After(kNoTime);
  ASSERT_EQ(all.size(), WebHistory::kMostSamples);
  EXPECT_EQ(all.front().time, at(11));
  EXPECT_EQ(all.back().time, at(WebHistory::kMostSamples + 10));
  EXPECT_EQ(history.After(at(WebHistory::kMostSamples + 9)).size(), 1U);
  EXPECT_TRUE(history.After(all.back().time).empty());
}

TEST(WebHistory, SamplesSumOverMtasAndProviders) {
  auto counts = std::make_unique<Counts>();
  counts->lines[0][0] = 1;
  counts->lines[1][2] = 2;
  counts->attempts[0][1][static_cast<std::size_t>(Outcome::kDeferred)] = 3;
  counts->outcomes[0][2][static_cast<std::size_t>(Kind::kBlock)] = 4;
  counts->outcomes[0][3][static_cast<std::size_t>(Kind::kBlock)] = 5;
  const auto sample = SampleOf(*counts, 7, kNoTime);
  const std::array<std::uint64_t, kWebSeries.size()> expected = {3, 3, 3, 0, 0,
                                                                 0, 9, 0, 0, 7};
  EXPECT_EQ(sample.values, expected);
}

}  // namespace
}  // namespace ricochet
