#include "ledger/rate_counts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "publish/sample.h"

namespace ricochet {
namespace {

const std::vector<std::string> kProviders = {"other", "google"};

// What was counted, one line a row; a record of its own begins with its key.
// Numbers that are 0 are left out.
std::string Flushed(RateCounts& counts) {
  constexpr std::array<std::string_view, kRateUnits> kNames = {
      "attempts", "deferred", "complaint", "delivered",   "hard",
      "soft",     "block",    "admin",     "undetermined"};
  std::string all;
  counts.Flush([&](const CountRecord& record) {
    all += fmt::format("{}|{}\n", record.tenant, record.sender_domain);
    for (const CountRow& row : record.rows) {
      all += fmt::format("  {} {} {} {}:", row.stream, row.provider,
                         row.egress.empty() ? "-" : row.egress, row.minute);
      for (std::size_t i = 0; i < kRateUnits; ++i) {
        const auto count = row.numbers.counts[i];
        if (count != 0) all += fmt::format(" {} {}", kNames[i], count);
      }
      for (const auto& [reason, count] : row.reasons) {
        all += fmt::format(" {}={}", Info(reason).name, count);
      }
      all += '\n';
    }
  });
  return all;
}

// Of one event: its row's numbers, without key and dimensions.
std::string Counted(Sample sample) {
  RateCounts counts(kProviders);
  counts.Add(sample.event());
  const std::string all = Flushed(counts);
  const auto colon = all.find(": ");
  return colon == std::string::npos ? all : all.substr(colon + 2);
}

Sample As(Sample sample, Role role) {
  sample.attempt.role = role;
  return sample;
}

Sample Deferred() {
  Sample sample;
  sample.attempt.outcome = Outcome::kDeferred;
  sample.attempt.final = false;
  sample.verdict.kind = Kind::kSoft;
  return sample;
}

Sample OfKind(Kind kind) {
  Sample sample;
  sample.verdict.kind = kind;
  return sample;
}

const Minute kMinute = *MinuteOf(SampleTime());

TEST(RateCounts, BounceIsAnAttemptAndAnOutcome) {
  EXPECT_EQ(Counted(Sample()), "attempts 1 hard 1 user_unknown=1\n");
}

TEST(RateCounts, DeliveryHasNoReason) {
  EXPECT_EQ(Counted(Sample::Delivered()), "attempts 1 delivered 1\n");
}

TEST(RateCounts, DeferralIsAnAttemptAndNoOutcome) {
  EXPECT_EQ(Counted(Deferred()), "attempts 1 deferred 1\n");
}

TEST(RateCounts, GivingUpIsAnOutcomeWithoutAnAttempt) {
  EXPECT_EQ(Counted(Sample::Expired()), "soft 1 mailbox_full=1\n");
}

TEST(RateCounts, OutcomesAreCountedByKind) {
  EXPECT_EQ(Counted(OfKind(Kind::kSoft)), "attempts 1 soft 1 user_unknown=1\n");
  EXPECT_EQ(Counted(OfKind(Kind::kBlock)),
            "attempts 1 block 1 user_unknown=1\n");
  EXPECT_EQ(Counted(OfKind(Kind::kAdmin)),
            "attempts 1 admin 1 user_unknown=1\n");
  EXPECT_EQ(Counted(OfKind(Kind::kUndetermined)),
            "attempts 1 undetermined 1 user_unknown=1\n");
}

TEST(RateCounts, FailureOfNoKindIsUndetermined) {
  EXPECT_EQ(Counted(OfKind(Kind::kNone)),
            "attempts 1 undetermined 1 user_unknown=1\n");
}

TEST(RateCounts, BounceThatIsNotFinalIsNoOutcome) {
  Sample sample;
  sample.attempt.final = false;
  EXPECT_EQ(Counted(sample), "attempts 1\n");
}

TEST(RateCounts, ComplaintIsNeitherAttemptNorOutcome) {
  Sample sample;
  sample.attempt.outcome = Outcome::kComplaint;
  sample.verdict.reason = Reason::kComplaint;
  sample.verdict.kind = Kind::kNone;
  EXPECT_EQ(Counted(sample), "complaint 1\n");
}

TEST(RateCounts, UnsubscriptionIsNotCounted) {
  Sample sample;
  sample.attempt.outcome = Outcome::kUnsubscribed;
  EXPECT_EQ(Counted(sample), "");
}

TEST(RateCounts, ReinjectionThroughAContentFilterIsNotCounted) {
  EXPECT_EQ(Counted(As(Sample::Delivered(), Role::kReinjection)), "");
}

TEST(RateCounts, AliasExpansionIsNotCounted) {
  EXPECT_EQ(Counted(As(Sample::Delivered(), Role::kAlias)), "");
}

TEST(RateCounts, BounceMessageIsNotCounted) {
  EXPECT_EQ(Counted(As(Sample::Delivered(), Role::kNotification)), "");
  EXPECT_EQ(Counted(As(Sample(), Role::kNotification)), "");
}

TEST(RateCounts, RowsAreApartByDimensionsAndMinute) {
  RateCounts counts(kProviders);
  Sample a;
  counts.Add(a.event());
  counts.Add(a.event());
  Sample b;
  b.attempt.egress = "198.51.100.7";
  b.verdict.provider = 0;
  counts.Add(b.event());
  Sample c;
  c.attempt.time = SampleTime(60);
  counts.Add(c.event());
  Sample d;
  d.attempt.sender = "news@club.example";
  d.attempt.stream = "club";
  counts.Add(d.event());
  EXPECT_EQ(
      Flushed(counts),
      fmt::format("default|club.example\n"
                  "  club google - {0}: attempts 1 hard 1 user_unknown=1\n"
                  "default|shop.example\n"
                  "  bulk google - {0}: attempts 2 hard 2 user_unknown=2\n"
                  "  bulk google - {1}: attempts 1 hard 1 user_unknown=1\n"
                  "  bulk other 198.51.100.7 {0}: attempts 1 hard 1 "
                  "user_unknown=1\n",
                  kMinute, kMinute + 1));
}

std::string DomainOfSender(bool has_sender, std::string_view sender) {
  RateCounts counts(kProviders);
  Sample sample;
  sample.attempt.has_sender = has_sender;
  sample.attempt.sender = sender;
  counts.Add(sample.event());
  const std::string all = Flushed(counts);
  return all.substr(0, all.find('\n'));
}

TEST(RateCounts, SenderDomainIsInLowerCaseALabels) {
  EXPECT_EQ(DomainOfSender(true, "News@SHOP.Example"), "default|shop.example");
  EXPECT_EQ(DomainOfSender(true,
                           "a@b\xC3\xBC"
                           "cher.example"),
            "default|xn--bcher-kva.example");
}

TEST(RateCounts, SenderThatTheLogDoesNotShowIsUnknown) {
  EXPECT_EQ(DomainOfSender(false, ""), "default|unknown");
  EXPECT_EQ(DomainOfSender(true, "root"), "default|unknown");
}

TEST(RateCounts, HugeDomainIsCut) {
  const std::string huge = "a@" + std::string(70'000, 'x');
  EXPECT_EQ(DomainOfSender(true, huge).size(),
            std::string("default|").size() + RateCounts::kMaxText);
}

TEST(RateCounts, EventWithoutATimeIsInNoMinute) {
  RateCounts counts(kProviders);
  Sample sample;
  sample.attempt.time = kNoTime;
  counts.Add(sample.event());
  EXPECT_EQ(counts.undated(), 1U);
  EXPECT_EQ(counts.size(), 0U);
}

TEST(RateCounts, ProviderBeyondTheNamesIsOther) {
  RateCounts counts(kProviders);
  Sample sample;
  sample.verdict.provider = 63;
  counts.Add(sample.event());
  EXPECT_NE(Flushed(counts).find(" other "), std::string::npos);
}

TEST(RateCounts, FlushForgets) {
  RateCounts counts(kProviders);
  counts.Add(Sample().event());
  EXPECT_NE(Flushed(counts), "");
  EXPECT_EQ(Flushed(counts), "");
  counts.Add(Sample::Delivered().event());
  EXPECT_NE(Flushed(counts).find(": attempts 1 delivered 1\n"),
            std::string::npos);
}

TEST(RateCounts, AbortedTransactionCountsNothing) {
  RateCounts counts(kProviders);
  counts.Add(Sample().event());
  counts.Clear();
  EXPECT_EQ(Flushed(counts), "");
}

TEST(RateCounts, ManyRowsOfOneDomainAreSeveralRecords) {
  RateCounts counts(kProviders);
  for (int i = 0; i < 600; ++i) {
    Sample sample;
    sample.attempt.time = SampleTime(60 * i);
    counts.Add(sample.event());
  }
  std::vector<std::size_t> sizes;
  counts.Flush(
      [&](const CountRecord& record) { sizes.push_back(record.rows.size()); });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{256, 256, 88}));
}

}  // namespace
}  // namespace ricochet
