#include "app/suppression_history.h"

#include <gtest/gtest.h>

namespace ricochet {
namespace {

using nlohmann::json;

TopicRecord Change(const char* id, const char* time,
                   const char* key = "ann@example.org") {
  const json value = {{"change", "suppress"},
                      {"time", time},
                      {"causes", json::array({{{"reason", "mailbox_full"}}})}};
  return {.key = key, .value = value.dump(), .headers = {{"ce_id", id}}};
}

std::vector<std::string> TimesOf(SuppressionHistory& history) {
  std::vector<std::string> times;
  for (const auto& change : history.Take()) times.push_back(change["time"]);
  return times;
}

TEST(SuppressionHistory, TellsEachChangeOnceInTheOrderOfTime) {
  SuppressionHistory history({"ann@example.org", "example.org"});
  history.Add(Change("b", "2026-11-03T00:00:00.000Z"));
  history.Add(Change("a", "2026-11-01T00:00:00.000Z", "example.org"));
  history.Add(Change("b", "2026-11-03T00:00:00.000Z"));
  history.Add(Change("c", "2026-11-02T00:00:00.000Z", "bob@example.org"));
  EXPECT_EQ(TimesOf(history),
            (std::vector<std::string>{"2026-11-01T00:00:00.000Z",
                                      "2026-11-03T00:00:00.000Z"}));
}

TEST(SuppressionHistory, PassesOverWhatNobodyWritesThere) {
  SuppressionHistory history({"ann@example.org"});
  for (const char* value :
       {"", "no JSON", "7", "[]", "{}", R"({"change":"suppress"})",
        R"({"change":1,"causes":[]})", R"({"change":"expire","causes":{}})"}) {
    history.Add({.key = "ann@example.org", .value = value});
  }
  EXPECT_TRUE(history.Take().empty());
}

TEST(HistoryLine, SaysWhatWhyAndWho) {
  EXPECT_EQ(HistoryLine(json::parse(R"({
              "change": "suppress", "time": "2026-11-03T01:02:03.004Z",
              "scope": "address", "sender_domain": null, "list": null,
              "expires": "2026-12-03T01:02:03.004Z", "evidence": "00ff",
              "causes": [{"reason": "mailbox_full"}], "who": null,
              "note": null})")),
            "2026-11-03 01:02:03  suppress  address  mailbox_full, until "
            "2026-12-03; event 00ff");
  EXPECT_EQ(HistoryLine(json::parse(R"({
              "change": "release", "time": "2026-11-04T01:02:03.004Z",
              "scope": "address_list", "list": "news", "expires": null,
              "evidence": "00ff", "who": "ann", "note": "called",
              "causes": [{"reason": "complaint"}, {"reason": null}]})")),
            "2026-11-04 01:02:03  release   address_list news  was complaint, "
            "no reason given; ann: called");
  EXPECT_EQ(HistoryLine(json::parse(R"({
              "change": "expire", "time": "2026-11-05T01:02:03.004Z",
              "scope": "address", "evidence": null, "who": null,
              "causes": [{"reason": "no_answer"}]})")),
            "2026-11-05 01:02:03  expire    address  was no_answer");
}

TEST(HistoryLine, NothingInItIsObeyedByATerminal) {
  const auto line =
      HistoryLine({{"change", "suppress"},
                   {"time", "2026\x1b[2J"},
                   {"who", "a\rb"},
                   {"note", "\xC2\x9Bx"},
                   {"causes", json::array({{{"reason", "\x1b]0;"}}})}});
  EXPECT_EQ(line.find_first_of("\x1b\r\n"), line.npos);
  EXPECT_EQ(line.find("\xC2\x9B"), line.npos);
}

}  // namespace
}  // namespace ricochet
