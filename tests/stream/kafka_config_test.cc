#include "stream/kafka_config.h"

#include <gtest/gtest.h>

#include "expect.h"

namespace ricochet {
namespace {

KafkaSettings With(std::string name, std::string value) {
  return {"localhost:9092", {{std::move(name), std::move(value)}}};
}

TEST(KafkaConfig, PassesOrdinaryPropertiesThrough) {
  EXPECT_TRUE(CheckProperties(With("linger.ms", "50")).has_value());
  EXPECT_TRUE(CheckProperties(With("compression.type", "zstd")).has_value());
}

TEST(KafkaConfig, RefusesReservedPropertiesWithTheReason) {
  const auto checked = CheckProperties(With("enable.auto.commit", "true"));
  ASSERT_FALSE(checked.has_value());
  EXPECT_SUBSTRING("enable.auto.commit", checked.error().message);
  EXPECT_SUBSTRING("offsets are committed with the outputs",
                   checked.error().message);
}

TEST(KafkaConfig, ReservedNamesAreFoundInPadding) {
  EXPECT_TRUE(ReservedProperty(" transactional.id ").has_value());
  EXPECT_FALSE(ReservedProperty("ssl.ca.location").has_value());
}

TEST(KafkaConfig, NamesAnUnknownProperty) {
  const auto checked = CheckProperties(With("linger.milliseconds", "5"));
  ASSERT_FALSE(checked.has_value());
  EXPECT_SUBSTRING("linger.milliseconds", checked.error().message);
}

TEST(KafkaConfig, NeverShowsAValue) {
  const auto checked = CheckProperties(With("security.protocol", "hunter2"));
  ASSERT_FALSE(checked.has_value());
  EXPECT_SUBSTRING("security.protocol", checked.error().message);
  EXPECT_PRED_FORMAT2(testing::IsNotSubstring, "hunter2",
                      checked.error().message);
}

TEST(KafkaConfig, RefusesNoBrokers) {
  EXPECT_FALSE(CheckProperties({" ", {}}).has_value());
}

TEST(KafkaConfig, KnowsThatScramNeedsANewerLibrary) {
  const auto scram = With("sasl.mechanisms", "SCRAM-SHA-512");
  EXPECT_SUBSTRING("2.6.1", KnownProblem(scram, 0x020002ff));
  EXPECT_EQ(KnownProblem(scram, 0x020601ff), "");
  EXPECT_EQ(KnownProblem(With("sasl.mechanisms", "PLAIN"), 0x020002ff), "");
  EXPECT_SUBSTRING("2.10.0", KnownProblem({}, 0x020a00ff));
}

}  // namespace
}  // namespace ricochet
