#include "report/template_table.h"

#include <gtest/gtest.h>

#include <string>

#include "report/fake_event.h"

namespace ricochet {
namespace {

constexpr std::string_view kUnknown = "550 5.1.1 No such user";
constexpr std::string_view kFull = "452 4.2.2 Mailbox full";

void Add(TemplateTable& table, const FakeEvent& event) {
  table.Add(event.Event());
}

const TemplateEntry& Only(const TemplateTable& table) {
  EXPECT_EQ(table.entries().size(), 1U);
  return table.entries().begin()->second;
}

TEST(TemplateTable, CountsRepliesAndOutcomes) {
  TemplateTable table(10);
  Add(table, FakeEvent().Bounced(Reason::kMailboxFull, kFull));
  Add(table, FakeEvent().Deferred(Reason::kMailboxFull, kFull));
  Add(table, FakeEvent().Deferred(Reason::kMailboxFull, kFull));
  EXPECT_EQ(Only(table).replies, 3U);
  EXPECT_EQ(Only(table).final, 1U);
}

TEST(TemplateTable, KeepsTheVerdictOfTheFirst) {
  TemplateTable table(10);
  Add(table, FakeEvent()
                 .Provider(3)
                 .Bounced(Reason::kUserUnknown, kUnknown)
                 .By(DecidedBy::kTextRule, "generic.user-unknown"));
  Add(table, FakeEvent().Provider(4).Bounced(Reason::kMailboxFull, kUnknown));
  EXPECT_EQ(Only(table).text, kUnknown);
  EXPECT_EQ(Only(table).reason, Reason::kUserUnknown);
  EXPECT_EQ(Only(table).kind, Kind::kHard);
  EXPECT_EQ(Only(table).decided_by, DecidedBy::kTextRule);
  EXPECT_EQ(Only(table).rule, "generic.user-unknown");
  EXPECT_EQ(Only(table).provider, 3);
}

// Its reply was counted with the attempt that brought it.
TEST(TemplateTable, ExpiryIsAnOutcomeButNoReply) {
  TemplateTable table(10);
  Add(table, FakeEvent().Deferred(Reason::kMailboxFull, kFull));
  Add(table, FakeEvent().Expired(Reason::kMailboxFull, kFull));
  EXPECT_EQ(Only(table).replies, 1U);
  EXPECT_EQ(Only(table).final, 1U);
}

TEST(TemplateTable, ExpiryOfAnUnseenReplyHasTheReplysReason) {
  TemplateTable table(10);
  Add(table, FakeEvent().Expired(Reason::kMailboxFull, kFull));
  EXPECT_EQ(Only(table).reason, Reason::kMailboxFull);
  EXPECT_EQ(Only(table).replies, 0U);
}

TEST(TemplateTable, BeyondTheLimitRepliesAreOnlyCounted) {
  TemplateTable table(1);
  Add(table, FakeEvent().Bounced(Reason::kUserUnknown, kUnknown));
  Add(table, FakeEvent().Deferred(Reason::kMailboxFull, kFull));
  Add(table, FakeEvent().Expired(Reason::kMailboxFull, kFull));
  Add(table, FakeEvent().Bounced(Reason::kUserUnknown, kUnknown));
  EXPECT_EQ(Only(table).replies, 2U);
  EXPECT_EQ(table.overflow(), 1U);
}

TEST(TemplateTable, LongTextIsCut) {
  TemplateTable table(1);
  Add(table, FakeEvent().Bounced(Reason::kUnclassified, std::string(600, 'x')));
  EXPECT_EQ(Only(table).text, std::string(512, 'x'));
}

TEST(TemplateTable, TextIsCutBetweenCharacters) {
  TemplateTable table(1);
  std::string text(511, 'x');
  for (int i = 0; i < 20; ++i) text += "\xc3\xbc";
  Add(table, FakeEvent().Bounced(Reason::kUnclassified, text));
  EXPECT_EQ(Only(table).text, std::string(511, 'x'));
}

TEST(TemplateTable, TextThatIsNoUtf8IsCutToo) {
  TemplateTable table(1);
  Add(table,
      FakeEvent().Bounced(Reason::kUnclassified, std::string(600, '\x80')));
  EXPECT_EQ(Only(table).text.size(), 509U);
}

}  // namespace
}  // namespace ricochet
