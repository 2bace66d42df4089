#include "publish/count_evidence.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace ricochet {
namespace {

// A record that owns what it refers to.
struct SampleCounts {
  std::vector<ReasonCount> reasons = {{Reason::kUserUnknown, 3},
                                      {Reason::kBlocklisted, 70'000}};
  std::vector<CountRow> rows;

  SampleCounts() {
    CountRow row{.stream = "bulk",
                 .provider = "google",
                 .egress = "198.51.100.7",
                 .minute = 29'930'399,
                 .numbers = {},
                 .reasons = reasons};
    row.numbers.counts = {300, 4, 0, 290, 3, 0, 70'000, 0, 1};
    rows.push_back(row);
    row.minute += 1;
    row.egress = "";
    row.reasons = {};
    rows.push_back(row);
  }
  SampleCounts(const SampleCounts&) = delete;
  SampleCounts& operator=(const SampleCounts&) = delete;

  [[nodiscard]] CountRecord record() const {
    return {.tenant = "default", .sender_domain = "shop.example", .rows = rows};
  }
};

bool Same(const CountRow& a, const CountRow& b) {
  return a.stream == b.stream && a.provider == b.provider &&
         a.egress == b.egress && a.minute == b.minute &&
         a.numbers == b.numbers && std::ranges::equal(a.reasons, b.reasons);
}

bool Same(const CountRecord& a, const CountRecord& b) {
  return a.tenant == b.tenant && a.sender_domain == b.sender_domain &&
         std::ranges::equal(
             a.rows, b.rows,
             [](const CountRow& x, const CountRow& y) { return Same(x, y); });
}

std::string Encoded(const CountRecord& record) {
  CountEvidenceEncoder encoder;
  return std::string(encoder.Encode(record));
}

TEST(CountEvidence, ComesBackAsItWas) {
  const SampleCounts sample;
  const auto bytes = Encoded(sample.record());
  CountEvidenceDecoder decoder;
  const auto decoded = decoder.Decode(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(Same(*decoded, sample.record()));
}

TEST(CountEvidence, IsSmall) {
  const SampleCounts sample;
  // 22 octets of tenant and sender domain, then two rows.
  EXPECT_EQ(Encoded(sample.record()).size(), 102U);
}

TEST(CountEvidence, BeginsUnlikeAddressEvidence) {
  EXPECT_EQ(Encoded({})[0], '\x10');
}

TEST(CountEvidence, KeyIsSenderDomainWithinTenant) {
  CountEvidenceEncoder encoder;
  const SampleCounts sample;
  auto record = sample.record();
  EXPECT_EQ(encoder.ToRecord(record).key, "s|default|shop.example");
  EXPECT_EQ(encoder.ToRecord(record).topic, Topic::kCounts);
  record.tenant = "a|b%";
  EXPECT_EQ(encoder.ToRecord(record).key, "s|a%7Cb%25|shop.example");
}

TEST(CountEvidence, CutAnywhereIsAnErrorOrHasFewerRows) {
  const SampleCounts sample;
  const auto bytes = Encoded(sample.record());
  CountEvidenceDecoder decoder;
  std::size_t accepted = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of its own, so that a sanitizer sees a read past its end.
    const std::string cut(bytes, 0, size);
    const auto decoded = decoder.Decode(cut);
    if (!decoded) {
      EXPECT_EQ(decoded.error(), Reject::kBadSyntax) << size;
      continue;
    }
    ++accepted;
    EXPECT_LT(decoded->rows.size(), 2U);
  }
  EXPECT_EQ(accepted, 2U);  // without rows, and with the first
}

TEST(CountEvidence, OtherVersionIsAnUnknownLayout) {
  const SampleCounts sample;
  auto bytes = Encoded(sample.record());
  bytes[0] = '\x11';
  CountEvidenceDecoder decoder;
  EXPECT_EQ(decoder.Decode(bytes).error(), Reject::kUnknownLayout);
  EXPECT_EQ(decoder.Decode("").error(), Reject::kBadSyntax);
}

TEST(CountEvidence, ReasonTwiceOrUnknownOrWithoutACountIsAnError) {
  CountEvidenceDecoder decoder;
  const auto with = [&](std::vector<ReasonCount> reasons) {
    SampleCounts sample;
    sample.rows[1].reasons = reasons;
    const auto bytes = Encoded(sample.record());
    return decoder.Decode(bytes).has_value();
  };
  EXPECT_TRUE(with({{Reason::kUserUnknown, 1}, {Reason::kExpired, 2}}));
  EXPECT_FALSE(with({{Reason::kUserUnknown, 1}, {Reason::kUserUnknown, 2}}));
  EXPECT_FALSE(with({{Reason::kUserUnknown, 0}}));
  EXPECT_FALSE(with({{static_cast<Reason>(kReasons.size()), 1}}));
}

TEST(CountEvidence, NumbersBeyondTheirTypesAreErrors) {
  CountEvidenceDecoder decoder;
  SampleCounts sample;
  sample.rows[0].minute = kLastMinute;
  EXPECT_TRUE(decoder.Decode(Encoded(sample.record())));
  sample.rows[0].minute = kLastMinute + 1;
  EXPECT_FALSE(decoder.Decode(Encoded(sample.record())));
}

TEST(CountEvidence, RandomBytesNeverCrash) {
  std::mt19937_64 random(4);
  const SampleCounts sample;
  CountEvidenceDecoder decoder;
  for (int i = 0; i < 50'000; ++i) {
    auto bytes = Encoded(sample.record());
    for (int flips = 0; flips < 4; ++flips) {
      bytes[1 + random() % (bytes.size() - 1)] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 8));
    const std::string exact(bytes);
    const auto decoded = decoder.Decode(exact);
    if (!decoded) continue;
    // What is accepted says the same when it is written again.
    const auto again = Encoded(*decoded);
    ASSERT_EQ(again, exact);
  }
}

}  // namespace
}  // namespace ricochet
