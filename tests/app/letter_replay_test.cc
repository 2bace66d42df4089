#include "app/letter_replay.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ricochet {
namespace {

StoredLetter Letter(Offset offset, std::string value,
                    std::string reason = "bad_syntax", std::string id = "1") {
  return {.source = {"mail.logs", 3, offset},
          .id = std::move(id),
          .reason = std::move(reason),
          .value = std::move(value)};
}

// "value value / not sent: n why", of letters sent to where they came from.
std::string Plan(std::vector<StoredLetter> letters,
                 const std::string& to = {}) {
  const auto plan =
      PlanReplay(std::move(letters), {.to = to, .topics = {"mail.logs"}});
  std::string out;
  for (const auto& letter : plan.letters) out += letter.value + " ";
  for (std::size_t i = 0; i < plan.not_sent.size(); ++i) {
    if (plan.not_sent[i] == 0) continue;
    out += "/ " + std::to_string(plan.not_sent[i]) + " " +
           std::string(kNotSentTexts[i].substr(0, 8));
  }
  return out;
}

TEST(PlanReplay, SendsInTheOrderOfTheLog) {
  EXPECT_EQ(Plan({Letter(9, "c"), Letter(2, "a"), Letter(2, "b")}), "a b c ");
  EXPECT_EQ(Plan({}), "");
}

TEST(PlanReplay, WhatWasCutStays) {
  auto cut = Letter(1, "a", "rejected_by_broker");
  cut.truncated = true;
  EXPECT_EQ(Plan({cut, Letter(2, "b", "rejected_by_broker")}),
            "b / 1 cut when");
}

TEST(PlanReplay, NoTopicIsWrittenThatTheConfigurationDoesNotRead) {
  auto other = Letter(1, "a");
  other.source.topic = "mail.suppressions";
  auto nowhere = Letter(1, "b");
  nowhere.source = {};
  EXPECT_EQ(Plan({other, nowhere}), "/ 1 it does / 1 it came ");
  EXPECT_EQ(Plan({other, nowhere}, "lab"), "a / 1 it does ");
}

TEST(PlanReplay, TheSameOctetsOfARecordAreSentOnce) {
  EXPECT_EQ(Plan({Letter(1, "a"), Letter(1, "a"), Letter(2, "a")}),
            "a a / 1 the same");
}

// The letter of one line has all of the document.
TEST(PlanReplay, LinesOfADocumentThatWereUnderstoodAreNotSentAgain) {
  const std::string two = R"({"message":"first line\nsecond line\n"})";
  EXPECT_EQ(Plan({Letter(1, two)}), "/ 1 a docume");
  const auto second = Letter(1, two, "bad_syntax", "2");
  EXPECT_EQ(Plan({Letter(1, two), second}), two + " / 1 the same");
  // The same line, dead-lettered twice.
  EXPECT_EQ(Plan({Letter(1, two), Letter(1, two)}), "/ 2 a docume");
  EXPECT_EQ(Plan({Letter(1, two, "rejected_by_broker")}), two + " ");
  EXPECT_EQ(Plan({Letter(1, R"({"message":"a line"})")}),
            R"({"message":"a line"} )");
  EXPECT_EQ(Plan({Letter(1, "{ no document")}), "{ no document ");
}

TEST(PlanReplay, SaysWhatItWouldDo) {
  auto cut = Letter(1, "a");
  cut.truncated = true;
  const auto plan = PlanReplay({cut, Letter(2, "b"), Letter(3, "c")},
                               {.topics = {"mail.logs"}});
  EXPECT_EQ(TextOf(plan, ""),
            "       2  to mail.logs\n"
            "       1  not sent: cut when it was dead-lettered: the rest of it "
            "is lost\n");
  EXPECT_EQ(TextOf(plan, "lab").substr(0, 17), "       2  to lab\n");
}

}  // namespace
}  // namespace ricochet
