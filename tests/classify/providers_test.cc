#include "classify/providers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ricochet {
namespace {

ProviderTable Table() {
  return *ProviderTable::Make({
      {"alpha", {"alpha.test"}, {"alpha-mail.test"}, {"p.toml", 1}},
      {"beta", {"mx.alpha.test", "beta.test"}, {}, {"p.toml", 2}},
  });
}

TEST(Providers, DomainCountsOnlyWithoutAHost) {
  const auto table = Table();
  EXPECT_EQ(table.Find("", "alpha-mail.test"), 1);
  EXPECT_EQ(table.Find("mx.example.org", "alpha-mail.test"), kOtherProvider);
  EXPECT_EQ(table.Find("in.beta.test", "alpha-mail.test"), 2);
}

TEST(Providers, RefusesASuffixListedTwice) {
  const auto table = ProviderTable::Make({
      {"alpha", {"x.test"}, {}, {"p.toml", 1}},
      {"beta", {"x.test"}, {}, {"p.toml", 9}},
  });
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().message, "p.toml:9: 'x.test' is listed twice");
}

TEST(Providers, RefusesMoreThanTheLabelsHold) {
  std::vector<Provider> many;
  for (std::size_t i = 0; i < kMaxProviders; ++i) {
    many.push_back({"p" + std::to_string(i), {}, {}, {"p.toml", 1}});
  }
  EXPECT_FALSE(ProviderTable::Make(many).has_value());
  many.pop_back();
  EXPECT_TRUE(ProviderTable::Make(many).has_value());
}

}  // namespace
}  // namespace ricochet
