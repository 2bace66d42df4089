#include "observe/recent_templates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace ricochet {
namespace {

using std::chrono::minutes;

constexpr EventTime kStart{std::chrono::hours(500'000)};

class RecentTemplatesTest : public testing::Test {
 protected:
  void Add(std::uint64_t id, const std::string& text, int times = 1) {
    SmtpResponse response;
    response.template_id = id;
    response.template_text = text;
    Verdict verdict;
    verdict.reason = Reason::kMailboxFull;
    for (int i = 0; i < times; ++i) {
      templates_.Add({{}, {}, {}, response, verdict, {}});
    }
  }
  std::map<std::string, std::uint64_t> Seen(EventTime now = kStart) const {
    std::vector<TemplateCount> all;
    templates_.ReadInto(all, now);
    std::map<std::string, std::uint64_t> seen;
    for (const auto& each : all) {
      EXPECT_EQ(each.reply.reason, Reason::kMailboxFull);
      seen[each.reply.text] += each.replies;
    }
    return seen;
  }
  using Map = std::map<std::string, std::uint64_t>;

  RecentTemplates templates_;
};

TEST_F(RecentTemplatesTest, CountsWhatIsCommitted) {
  Add(1, "full", 2);
  Add(2, "gone");
  EXPECT_EQ(Seen(), Map());
  templates_.Commit(kStart);
  Add(1, "full");
  templates_.Commit(kStart);
  EXPECT_EQ(Seen(), (Map{{"full", 3}, {"gone", 1}}));
}

TEST_F(RecentTemplatesTest, WhatWasAbortedCountsNothing) {
  Add(1, "full", 2);
  templates_.Clear();
  templates_.Commit(kStart);
  EXPECT_EQ(Seen(), Map());
  Add(1, "full");
  templates_.Commit(kStart);
  EXPECT_EQ(Seen(), (Map{{"full", 1}}));
}

TEST_F(RecentTemplatesTest, ForgetsWhatDidNotComeForAnHour) {
  Add(1, "full", 5);
  templates_.Commit(kStart);
  Add(2, "gone");
  templates_.Commit(kStart + minutes(30));
  EXPECT_EQ(Seen(), (Map{{"full", 5}, {"gone", 1}}));
  templates_.Commit(kStart + minutes(60));
  EXPECT_EQ(Seen(), (Map{{"gone", 1}}));
  templates_.Commit(kStart + minutes(90));
  EXPECT_EQ(Seen(), Map());
  Add(1, "full");
  templates_.Commit(kStart + minutes(91));
  EXPECT_EQ(Seen(), (Map{{"full", 1}}));
}

TEST_F(RecentTemplatesTest, WhatAnIdleOwnerSawGrowsOldToo) {
  Add(1, "full");
  templates_.Commit(kStart);
  EXPECT_EQ(Seen(kStart + minutes(59)).size(), 1U);
  EXPECT_EQ(Seen(kStart + minutes(60)), Map());
  Add(2, "gone");
  templates_.Commit(kStart + minutes(300));
  EXPECT_EQ(Seen(kStart + minutes(300)), (Map{{"gone", 1}}));
}

TEST_F(RecentTemplatesTest, IsBounded) {
  constexpr auto kMost = RecentTemplates::kMaxTemplates;
  for (std::size_t id = 1; id <= kMost + 7; ++id) {
    Add(id, "text " + std::to_string(id));
    if (id % 10 == 0) templates_.Commit(kStart);
  }
  templates_.Commit(kStart);
  EXPECT_EQ(Seen().size(), kMost);
  EXPECT_EQ(templates_.overflow(), 7U);
  // In one transaction too.
  templates_.Commit(kStart + minutes(60));
  templates_.Commit(kStart + minutes(120));
  for (std::size_t id = 1; id <= 2 * kMost; ++id) {
    Add(id, "text " + std::to_string(id));
  }
  templates_.Commit(kStart + minutes(120));
  EXPECT_EQ(Seen().size(), kMost);
  EXPECT_EQ(templates_.overflow(), 7U + kMost);
}

TEST_F(RecentTemplatesTest, LongTextIsCutBetweenCharacters) {
  std::string text;
  while (text.size() < 600) text += "\xe2\x82\xac";
  Add(1, text);
  templates_.Commit(kStart);
  EXPECT_EQ(Seen().begin()->first, text.substr(0, 510));
}

TEST_F(RecentTemplatesTest, RepliesWithoutATemplateArePassedOver) {
  Add(0, "full");
  Add(1, "");
  templates_.Commit(kStart);
  EXPECT_EQ(Seen(), Map());
}

}  // namespace
}  // namespace ricochet
