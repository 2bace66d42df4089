#include "classify/handoff.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace ricochet {
namespace {

TEST(Handoff, GivesOnce) {
  Handoff<int> handoff;
  EXPECT_EQ(handoff.Take(), nullptr);
  handoff.Give(std::make_unique<int>(1));
  const auto taken = handoff.Take();
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 1);
  EXPECT_EQ(handoff.Take(), nullptr);
}

TEST(Handoff, NewestReplacesWhatNobodyTook) {
  Handoff<int> handoff;
  handoff.Give(std::make_unique<int>(1));
  handoff.Give(std::make_unique<int>(2));
  EXPECT_EQ(*handoff.Take(), 2);
}

// A value that tells when it is destroyed.
struct Told {
  int& destroyed;
  ~Told() { ++destroyed; }
};

TEST(Handoff, WhatIsReturnedIsDestroyedByTheGiver) {
  int destroyed = 0;
  Handoff<Told> handoff;
  handoff.Give(std::make_unique<Told>(destroyed));
  handoff.Return(handoff.Take());
  EXPECT_EQ(destroyed, 0);
  handoff.Drop();
  EXPECT_EQ(destroyed, 1);
  handoff.Return(std::make_unique<Told>(destroyed));
  handoff.Give(nullptr);
  EXPECT_EQ(destroyed, 2);
}

TEST(Handoff, WhatNobodyDroppedGoesWithTheSlot) {
  int destroyed = 0;
  {
    Handoff<Told> handoff;
    handoff.Give(std::make_unique<Told>(destroyed));
    handoff.Return(std::make_unique<Told>(destroyed));
  }
  EXPECT_EQ(destroyed, 2);
}

TEST(Handoff, CrossesThreadsInOrder) {
  Handoff<int> handoff;
  constexpr int kLast = 10000;
  std::jthread giver([&] {
    for (int i = 1; i <= kLast; ++i) handoff.Give(std::make_unique<int>(i));
  });
  int newest = 0;
  while (newest < kLast) {
    if (const auto taken = handoff.Take()) {
      EXPECT_GT(*taken, newest);
      newest = *taken;
    }
  }
}

}  // namespace
}  // namespace ricochet
