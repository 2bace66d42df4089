#include "report/domain_table.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

TEST(DomainTable, ComparesWithoutCase) {
  DomainTable table(10);
  DomainEntry& entry = table.Find("example.org");
  EXPECT_EQ(&table.Find("EXAMPLE.org"), &entry);
  EXPECT_EQ(&table.Find("Example.Org"), &entry);
  EXPECT_EQ(table.entries().size(), 1U);
}

TEST(DomainTable, KeepsLowerCase) {
  DomainTable table(10);
  EXPECT_EQ(table.Find("Example.ORG").domain, "example.org");
}

TEST(DomainTable, LeavesLettersBeyondAsciiAlone) {
  DomainTable table(10);
  EXPECT_EQ(table.Find("B\xc3\x9cRO.test").domain, "b\xc3\x9cro.test");
}

TEST(DomainTable, EntriesStayWhereTheyAre) {
  DomainTable table(5000);
  DomainEntry& first = table.Find("first.test");
  for (int i = 0; i < 3000; ++i) {
    static_cast<void>(table.Find(std::to_string(i) + ".test"));
  }
  EXPECT_EQ(&table.Find("first.test"), &first);
}

// Also where others are in its slot, and behind the table's end.
TEST(DomainTable, FindsTheSameInThreeSteps) {
  DomainTable table(5000);
  for (int i = 0; i < 3000; ++i) {
    const std::string domain = std::to_string(i) + ".test";
    table.FetchEntry(table.FetchSlot(domain));  // not there yet
    const DomainEntry& entry = table.Find(domain);
    const std::uint64_t hash = table.FetchSlot(domain);
    table.FetchEntry(hash);
    EXPECT_EQ(&table.Find(domain, hash), &entry);
  }
}

TEST(DomainTable, BeyondTheLimitDomainsShareAnEntry) {
  DomainTable table(1);
  DomainEntry& kept = table.Find("kept.test");
  DomainEntry& others = table.Find("late.test");
  EXPECT_EQ(&others, &table.others());
  EXPECT_EQ(&table.Find("later.test"), &others);
  EXPECT_EQ(&table.Find("kept.test"), &kept);
  EXPECT_EQ(others.domain, "");
  EXPECT_EQ(table.entries().size(), 1U);
}

TEST(DomainTable, EmptyDomainIsADomainOfItsOwn) {
  DomainTable table(2);
  EXPECT_NE(&table.Find(""), &table.others());
  EXPECT_EQ(table.entries().size(), 1U);
}

TEST(DomainTable, OverlongDomainsAreCut) {
  DomainTable table(2);
  const std::string longest(255, 'a');
  DomainEntry& entry = table.Find(longest + "bcd");
  EXPECT_EQ(entry.domain, longest);
  EXPECT_EQ(&table.Find(longest + "xyz"), &entry);
}

TEST(MajorityReason, FindsWhatMakesUpMoreThanHalf) {
  MajorityReason majority;
  for (const Reason reason :
       {Reason::kMailboxFull, Reason::kUserUnknown, Reason::kUserUnknown,
        Reason::kBlocklisted, Reason::kUserUnknown}) {
    majority.Vote(reason);
  }
  EXPECT_EQ(majority.reason, Reason::kUserUnknown);
}

TEST(DomainOf, IsWhatFollowsTheLastAt) {
  EXPECT_EQ(DomainOf("ann@example.org"), "example.org");
  EXPECT_EQ(DomainOf("\"a@b\"@example.org"), "example.org");
}

TEST(DomainOf, IsNoneWithoutOne) {
  EXPECT_EQ(DomainOf(""), "(none)");
  EXPECT_EQ(DomainOf("root"), "(none)");
  EXPECT_EQ(DomainOf("ann@"), "(none)");
}

}  // namespace
}  // namespace ricochet
