#include "stream/admin.h"

#include <gtest/gtest.h>

namespace ricochet {
namespace {

constexpr auto kPolicy = "cleanup.policy";

TopicSpec Changelog() {
  return {.name = "state",
          .compacted = true,
          .config = {{"segment.ms", "3600000"},
                     {"min.cleanable.dirty.ratio", "0.1"}}};
}

TopicStatus With(std::map<std::string, std::string, std::less<>> config) {
  return {.name = "state", .exists = true, .config = std::move(config)};
}

TEST(TopicProblem, ChangelogIsCompactedAndNothingElse) {
  EXPECT_EQ(TopicProblem(Changelog(), With({{kPolicy, "compact"}})), "");
  EXPECT_EQ(TopicProblem(Changelog(), With({{kPolicy, "delete"}})),
            "topic state is not compacted: set cleanup.policy=compact");
  EXPECT_EQ(TopicProblem(Changelog(), With({{kPolicy, "compact,delete"}})),
            "topic state would lose what is still in force by its retention: "
            "set cleanup.policy=compact, without delete");
}

TEST(TopicProblem, OthersAreNotCompacted) {
  const TopicSpec spec{.name = "events"};
  EXPECT_EQ(TopicProblem(spec, With({{kPolicy, "delete"}})), "");
  EXPECT_NE(TopicProblem(spec, With({{kPolicy, "compact"}})), "");
  EXPECT_NE(TopicProblem(spec, With({{kPolicy, "compact,delete"}})), "");
}

TEST(TopicProblem, WhatTheBrokerDoesNotTellIsNoProblem) {
  EXPECT_EQ(TopicProblem(Changelog(), With({})), "");
  EXPECT_EQ(TopicProblem(Changelog(), {.name = "state"}),
            "topic state does not exist");
}

TEST(TopicAdvice, NamesEachSettingThatMakesRestoresLonger) {
  EXPECT_EQ(
      TopicAdvice(Changelog(), With({{"segment.ms", "604800000"},
                                     {"min.cleanable.dirty.ratio", "0.5"}})),
      "topic state has segment.ms=604800000 instead of 3600000, "
      "min.cleanable.dirty.ratio=0.5 instead of 0.1: restores read more "
      "than they must");
  EXPECT_EQ(
      TopicAdvice(Changelog(), With({{"segment.ms", "60000"},
                                     {"min.cleanable.dirty.ratio", "0.10"}})),
      "");
  EXPECT_EQ(TopicAdvice(Changelog(), With({})), "");
}

}  // namespace
}  // namespace ricochet
