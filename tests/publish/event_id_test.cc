#include "publish/event_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace ricochet {
namespace {

std::string Text(EventId id) {
  const auto hex = ToHex(id);
  return {hex.data(), hex.size()};
}

// Ids are kept by consumers: if this fails, every event of the past gets a new
// id when its log is read again.
TEST(EventIds, NeverChange) {
  const std::vector<std::string> topics = {"mail.logs"};
  const EventIds ids("main", topics);
  const Source source{{0, 3}, 918273, 2};
  EXPECT_EQ(Text(ids.Make(source, EventType::kDelivery)),
            "836e6eade57d6fbb5a0bbd85b754ee06");
  EXPECT_EQ(Text(DeriveId(EventType::kSuppression, "default|address|a@b.test",
                          {1, 2})),
            "6caa9ecd42aaae296849733b885e9514");
}

TEST(EventIds, DifferInEveryPartOfTheSource) {
  const std::vector<std::string> topics = {"a", "b"};
  const EventIds main("main", topics);
  const EventIds other("other", topics);
  std::set<EventId> seen;
  for (const auto* ids : {&main, &other}) {
    for (int topic = 0; topic < 2; ++topic) {
      for (int partition = 0; partition < 5; ++partition) {
        for (Offset offset = 0; offset < 50; ++offset) {
          for (std::uint32_t index = 0; index < 5; ++index) {
            const Source source{{topic, partition}, offset, index};
            seen.insert(ids->Make(source, EventType::kDelivery));
            seen.insert(ids->Make(source, EventType::kDeadLetter));
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 2U * 2 * 5 * 50 * 5 * 2);
}

TEST(EventIds, ClusterAndTopicDoNotRunTogether) {
  const std::vector<std::string> short_topic = {"c"};
  const std::vector<std::string> long_topic = {"bc"};
  EXPECT_NE(EventIds("ab", short_topic).Make({}, EventType::kDelivery),
            EventIds("a", long_topic).Make({}, EventType::kDelivery));
}

TEST(EventIds, DoNotDependOnTheOrderOfTopics) {
  const std::vector<std::string> one = {"a", "b"};
  const std::vector<std::string> two = {"b", "a"};
  EXPECT_EQ(EventIds("m", one).Make({{0, 1}, 2, 3}, EventType::kDelivery),
            EventIds("m", two).Make({{1, 1}, 2, 3}, EventType::kDelivery));
}

TEST(DeriveId, DiffersByTypeKeyAndCause) {
  const std::set<EventId> seen = {
      DeriveId(EventType::kSuppression, "k", {1, 2}),
      DeriveId(EventType::kSuppression, "l", {1, 2}),
      DeriveId(EventType::kSuppression, "k", {2, 1}),
      DeriveId(EventType::kDelivery, "k", {1, 2})};
  EXPECT_EQ(seen.size(), 4U);
}

TEST(ToHex, Is32LowerCaseDigits) {
  EXPECT_EQ(Text({0x0123456789abcdef, 0xf}),
            "0123456789abcdef000000000000000f");
}

}  // namespace
}  // namespace ricochet
