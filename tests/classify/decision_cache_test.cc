#include "classify/decision_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ricochet {
namespace {

Evidence Of(std::uint16_t reply_code, std::string_view text) {
  Evidence evidence;
  evidence.reply_code = reply_code;
  evidence.text = text;
  return evidence;
}

class Rules {
 public:
  Decision operator()(const Evidence& evidence) {
    ++asked_;
    return {evidence.reply_code == 552 ? Reason::kMailboxFull
                                       : Reason::kUserUnknown,
            DecidedBy::kTextRule, nullptr};
  }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  int asked_ = 0;
};

TEST(DecisionCache, AsksOnceForTheSameEvidence) {
  DecisionCache cache;
  Rules rules;
  const auto ask = [&](const Evidence& evidence) {
    return cache.Find(evidence, [&](const Evidence& e) { return rules(e); })
        .reason;
  };
  const std::string text = "full";
  Evidence evidence = Of(552, text);
  EXPECT_EQ(ask(evidence), Reason::kMailboxFull);
  const std::string copy = text;
  evidence.text = copy;
  EXPECT_EQ(ask(evidence), Reason::kMailboxFull);
  EXPECT_EQ(rules.asked(), 1);
}

TEST(DecisionCache, EveryPartOfTheEvidenceCounts) {
  DecisionCache cache;
  Rules rules;
  const auto ask = [&](Evidence evidence) {
    return cache.Find(evidence, [&](const Evidence& e) { return rules(e); })
        .reason;
  };
  EXPECT_EQ(ask(Of(552, "x")), Reason::kMailboxFull);
  const auto evidence = Of(550, "x");
  EXPECT_EQ(ask(evidence), Reason::kUserUnknown);
  auto other = evidence;
  other.provider = 1;
  ask(other);
  other = evidence;
  other.authority = Authority::kLocal;
  ask(other);
  other = evidence;
  other.command = SmtpCommand::kData;
  ask(other);
  other = evidence;
  other.status = {5, 1, 1};
  ask(other);
  EXPECT_EQ(rules.asked(), 6);
}

TEST(DecisionCache, WhatIsAskedOnceDoesNotDisplaceWhatIsKnown) {
  constexpr auto kSlots = DecisionCache::kSets * DecisionCache::kWays;
  DecisionCache cache;
  Rules rules;
  const auto ask = [&](const std::string& text) {
    static_cast<void>(
        cache.Find(Of(550, text), [&](const Evidence& e) { return rules(e); }));
  };
  ask("known");
  for (std::size_t i = 0; i < 10 * kSlots; ++i) ask(std::to_string(i));
  const int asked = rules.asked();
  ask("known");
  EXPECT_EQ(rules.asked(), asked);
  ask("new");
  ask("new");  // takes a place
  ask("new");
  EXPECT_EQ(rules.asked(), asked + 2);
}

TEST(DecisionCache, IsRightWhenItOverflows) {
  DecisionCache cache;
  Rules rules;
  for (int i = 0; i < 20000; ++i) {
    const auto text = std::to_string(i % 9000);
    const auto code = static_cast<std::uint16_t>(i % 2 == 0 ? 552 : 550);
    const auto& decision =
        cache.Find(Of(code, text), [&](const Evidence& e) { return rules(e); });
    EXPECT_EQ(decision.reason,
              code == 552 ? Reason::kMailboxFull : Reason::kUserUnknown);
  }
}

}  // namespace
}  // namespace ricochet
