#include "correlate/attribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ricochet/counts.h"

namespace ricochet {
namespace {

AttributionRule Rule(const std::string& sender_domain,
                     const std::string& name) {
  AttributionRule rule;
  rule.sender_domain = sender_domain;
  rule.name = name;
  return rule;
}

TEST(Attribution, StreamsAreNumberedInTheOrderOfTheirNames) {
  AttributionRules rules;
  rules.streams = {Rule("news.example", "bulk"), Rule("shop.example", "orders"),
                   Rule(".news.example", "bulk"),
                   Rule("plain.example", "default")};
  EXPECT_EQ(StreamNames(rules),
            (std::vector<std::string>{"default", "bulk", "orders"}));
  const auto attribution = Attribution::Make(rules);
  ASSERT_TRUE(attribution);
  const auto stream = [&](std::string_view domain) {
    const auto found = attribution->StreamOf({.sender_domain = domain});
    return std::string(found.name) + " " + std::to_string(found.number);
  };
  EXPECT_EQ(stream("news.example"), "bulk 1");
  EXPECT_EQ(stream("a.news.example"), "bulk 1");
  EXPECT_EQ(stream("shop.example"), "orders 2");
  EXPECT_EQ(stream("plain.example"), "default 0");
  EXPECT_EQ(stream("elsewhere.example"), "default 0");
}

TEST(Attribution, StreamsThatAreNotCountedOnTheirOwnAreTheLast) {
  AttributionRules rules;
  for (std::size_t i = 1; i < kMaxStreams + 3; ++i) {
    const auto number = std::to_string(i);
    rules.streams.push_back(Rule(number + ".example", "s" + number));
  }
  const auto names = StreamNames(rules);
  ASSERT_EQ(names.size(), kMaxStreams);
  EXPECT_EQ(names[kOtherStream - 1], "s14");
  EXPECT_EQ(names[kOtherStream], "other");
  const auto attribution = Attribution::Make(rules);
  ASSERT_TRUE(attribution);
  const auto last = attribution->StreamOf({.sender_domain = "14.example"});
  EXPECT_EQ(last.number, kOtherStream - 1);
  const auto other = attribution->StreamOf({.sender_domain = "15.example"});
  EXPECT_EQ(other.number, kOtherStream);
  EXPECT_EQ(other.name, "s15");
}

TEST(Attribution, AStreamMayBeNamedOther) {
  AttributionRules rules;
  rules.streams.push_back(Rule("a.example", "other"));
  for (std::size_t i = 1; i < kMaxStreams + 3; ++i) {
    const auto number = std::to_string(i);
    rules.streams.push_back(Rule(number + ".example", "s" + number));
  }
  const auto names = StreamNames(rules);
  EXPECT_EQ(std::ranges::count(names, "other"), 1);
  const auto attribution = Attribution::Make(rules);
  EXPECT_EQ(attribution->StreamOf({.sender_domain = "17.example"}).number, 1);
}

}  // namespace
}  // namespace ricochet
