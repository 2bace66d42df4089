#include "publish/bounce_rate.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "publish/schema_checker.h"
#include "publish/schema_names.h"

namespace ricochet {
namespace {

using nlohmann::json;

const SchemaChecker& Schema() {
  static const SchemaChecker checker("bounce-rate");
  return checker;
}

// A window that owns its reasons.
struct SampleWindow {
  std::vector<ReasonCount> reasons = {{Reason::kUserUnknown, 50},
                                      {Reason::kBlocklisted, 20}};
  RateWindow window;

  explicit SampleWindow(RateLength length = RateLength::kHour) {
    window.dimensions = {"default", "bulk", "shop.example", "google",
                         "198.51.100.7"};
    window.start = TimeOf(29'930'400);
    window.length = length;
    window.revision = 4;
    window.numbers.counts = {1030, 30, 2, 900, 50, 10, 20, 5, 20};
    const std::uint64_t base = window.numbers.Base();
    window.hard = MakeRate("hard", 50, base, 200, RateLimits{});
    window.bounce = MakeRate("bounce", 80, base, 200);
    window.block = MakeRate("block", 20, base, 200);
    window.soft = MakeRate("soft", 10, base, 200);
    window.deferral = MakeRate("deferral", 30, 1030, 200);
    if (length == RateLength::kDay) {
      window.complaint = MakeRate("complaint", 2, 900, 200);
    }
    window.state = RateState::kWarning;
    window.top_reasons = reasons;
  }
  SampleWindow(const SampleWindow&) = delete;
  SampleWindow& operator=(const SampleWindow&) = delete;
};

TEST(BounceRate, SaysHowTheWindowStands) {
  BounceRateEncoder encoder("kafka://main/mail.bounce-rates");
  const SampleWindow sample;
  const auto record = encoder.ToRecord(sample.window);
  EXPECT_EQ(record.topic, Topic::kBounceRates);
  EXPECT_EQ(record.key,
            "default|bulk|shop.example|google|198.51.100.7|"
            "2026-11-28T00:00:00.000Z|3600");
  EXPECT_EQ(
      record.value,
      R"({"window":{"start":"2026-11-28T00:00:00.000Z","length_s":3600,)"
      R"("final":false,"revision":4},"tenant":"default","stream":"bulk",)"
      R"("sender_domain":"shop.example","provider":"google",)"
      R"("egress":"198.51.100.7","counts":{"attempts":1030,"delivered":900,)"
      R"("hard":50,"soft":10,"block":20,"admin":5,"undetermined":20,)"
      R"("deferred":30,"complaint":2},"rates":{"bounce":0.08,"hard":0.05,)"
      R"("block":0.02,"soft":0.01,"deferral":0.02912621359223301,)"
      R"("complaint":null},)"
      R"("interval":{"hard":[0.03813026239274881,0.06531382024425081]},)"
      R"("state":"warning","top_reasons":[{"reason":"user_unknown",)"
      R"("count":50},{"reason":"blocklisted","count":20}]})");
  EXPECT_EQ(Schema().Check(record.value), "");
}

TEST(BounceRate, ComplaintRateIsOfTheDayOnly) {
  BounceRateEncoder encoder("file");
  const SampleWindow sample(RateLength::kDay);
  const auto text = encoder.Encode(sample.window);
  EXPECT_EQ(Schema().Check(text), "");
  const auto parsed = json::parse(text);
  EXPECT_NEAR(parsed["rates"]["complaint"].get<double>(), 0.00222, 0.00001);
  EXPECT_EQ(parsed["interval"]["complaint"].size(), 2U);
  EXPECT_EQ(parsed["window"]["length_s"], 86'400);
}

TEST(BounceRate, RateOfNothingIsNull) {
  BounceRateEncoder encoder("file");
  RateWindow empty;
  empty.start = TimeOf(0);
  const auto text = encoder.Encode(empty);
  EXPECT_EQ(Schema().Check(text), "");
  const auto parsed = json::parse(text);
  EXPECT_EQ(parsed["rates"]["hard"], nullptr);
  EXPECT_EQ(parsed["egress"], nullptr);
  EXPECT_EQ(parsed["top_reasons"].size(), 0U);
}

TEST(BounceRate, MoreComplaintsThanDeliveriesAreNoMoreThanAll) {
  BounceRateEncoder encoder("file");
  SampleWindow sample(RateLength::kDay);
  sample.window.complaint = MakeRate("complaint", 30, 10, 1);
  const auto text = encoder.Encode(sample.window);
  EXPECT_EQ(Schema().Check(text), "");
  EXPECT_EQ(json::parse(text)["rates"]["complaint"], 1);
}

TEST(BounceRate, KeyHoldsEveryDimensionApart) {
  BounceRateEncoder encoder("file");
  SampleWindow sample;
  sample.window.dimensions.tenant = "a|b%";
  sample.window.dimensions.egress = "";
  EXPECT_EQ(encoder.ToRecord(sample.window).key,
            "a%7Cb%25|bulk|shop.example|google||2026-11-28T00:00:00.000Z|3600");
}

std::string HeaderOf(const OutputRecord& record, std::string_view name) {
  for (const auto& header : record.headers) {
    if (header.name == name) return std::string(header.value);
  }
  return "none";
}

TEST(BounceRate, HeadersAreThoseOfACloudEvent) {
  BounceRateEncoder encoder("kafka://main/mail.bounce-rates");
  const SampleWindow sample;
  const auto record = encoder.ToRecord(sample.window);
  EXPECT_EQ(HeaderOf(record, "ce_type"), "ricochet.bounce-rate.v1");
  EXPECT_EQ(HeaderOf(record, "ce_source"), "kafka://main/mail.bounce-rates");
  EXPECT_EQ(HeaderOf(record, "ce_time"), "2026-11-28T00:00:00.000Z");
}

TEST(BounceRate, IdIsThatOfWindowAndRevision) {
  BounceRateEncoder encoder("file");
  const auto id = [&](const RateWindow& window) {
    return HeaderOf(encoder.ToRecord(window), "ce_id");
  };
  SampleWindow sample;
  const auto first = id(sample.window);
  EXPECT_EQ(id(sample.window), first);
  ++sample.window.revision;
  EXPECT_NE(id(sample.window), first);
  --sample.window.revision;
  sample.window.length = RateLength::kDay;
  EXPECT_NE(id(sample.window), first);
}

TEST(BounceRateSchema, ListsAreThoseOfTheCode) {
  EXPECT_EQ(
      EnumOf(Schema(), "/properties/top_reasons/items/properties/reason/enum"),
      ReasonNames());
  auto states = NamesOf(kRateStateNames);
  states.erase("too_few");
  EXPECT_EQ(EnumOf(Schema(), "/properties/state/enum"), states);
}

TEST(BounceRateSchema, AcceptsHostileBytesInEveryField) {
  std::mt19937_64 random(5);
  const auto text = [&] {
    std::string s(1 + random() % 30, ' ');
    // No NUL: valijson counts the characters of a text only up to it.
    for (auto& c : s) c = static_cast<char>(1 + random() % 255);
    return s;
  };
  BounceRateEncoder encoder("file");
  for (int i = 0; i < 500; ++i) {
    const std::array texts = {text(), text(), text(), text(), text()};
    SampleWindow sample(static_cast<RateLength>(random() % 3));
    sample.window.dimensions = {texts[0], texts[1], texts[2], texts[3],
                                texts[4]};
    ASSERT_EQ(Schema().Check(encoder.Encode(sample.window)), "");
  }
}

}  // namespace
}  // namespace ricochet
