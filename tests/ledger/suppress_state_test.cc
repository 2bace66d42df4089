// What a Suppressor leaves in a changelog, takes back, and undoes.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "ledger/ledger_sample.h"
#include "ledger/random_inputs.h"

namespace ricochet {
namespace {

using std::chrono::days;

// Everything that a suppressor would write if all of it had changed.
std::map<std::string, std::string> StateOf(Suppressor& fold,
                                           Changelog& changelog) {
  fold.Commit(changelog);
  fold.Settle();
  return changelog.entries;
}

void LoadAll(const Changelog& changelog, Suppressor& fold) {
  for (const auto& [key, value] : changelog.entries) {
    const auto loaded = fold.Load(key, value);
    ASSERT_TRUE(loaded) << loaded.error().message;
  }
}

TEST(SuppressorState, CommitWritesWhatChangedOnce) {
  Ledger ledger;
  Changelog changelog;
  ledger << UnknownUser(Day(1)) << UnknownUser(Day(2));
  ledger.fold.Commit(changelog);
  // The entry, and what the brake saw in two hours.
  EXPECT_EQ(changelog.records, 3U);
  ledger.fold.Settle();
  ledger.fold.Commit(changelog);
  EXPECT_EQ(changelog.records, 3U);
  ledger << UnknownUser(Day(2));  // says nothing new
  ledger.fold.Commit(changelog);
  EXPECT_EQ(changelog.records, 3U);
}

TEST(SuppressorState, WhatIsErasedIsATombstone) {
  Ledger ledger(Shipped(), {.brake = false});
  Changelog changelog;
  ledger << Failure(Reason::kMailboxFull, Day(1));
  EXPECT_EQ(StateOf(ledger.fold, changelog).size(), 1U);
  ledger.Tick(Day(1) + days(100));
  EXPECT_EQ(StateOf(ledger.fold, changelog).size(), 0U);
}

TEST(SuppressorState, EvidenceThatWasAppliedIsSkipped) {
  Ledger ledger(Shipped(), {.brake = false});
  ledger.offset = 5;
  ledger << UnknownUser(Day(1));
  ledger.offset = 5;
  ledger << UnknownUser(Day(2));
  EXPECT_EQ(ledger.Entry()->causes[0].days.size(), 1U);
  ledger << UnknownUser(Day(2));
  EXPECT_EQ(ledger.Entry()->causes[0].days.size(), 2U);
}

TEST(SuppressorState, RuleNamesSurvive) {
  Changelog changelog;
  {
    Ledger ledger;
    ledger << UnknownUser(Day(1));
    StateOf(ledger.fold, changelog);
  }
  Ledger ledger;
  LoadAll(changelog, ledger.fold);
  EXPECT_EQ(ledger.Entry()->causes[0].rule, "generic.user-unknown");
  EXPECT_EQ(ledger.fold.suppressed(), 1U);
}

TEST(SuppressorState, LoadedEntriesExpire) {
  Changelog changelog;
  Ledger before;
  before << UnknownUser(Day(1)) << Failure(Reason::kMailboxFull, Day(1));
  StateOf(before.fold, changelog);
  Ledger ledger;
  LoadAll(changelog, ledger.fold);
  ledger.Tick(Day(1) + days(366));
  EXPECT_EQ(ledger.told.back(), "expired ann@example.org");
  EXPECT_EQ(ledger.fold.suppressed() + ledger.fold.watched(), 0U);
}

// The topic of evidence was deleted and made anew, so offsets begin again.
TEST(SuppressorState, EvidenceOfAnotherLogIsNotTakenForWhatIsKnown) {
  Changelog changelog;
  Ledger before;
  before.offset = 100;
  before << Failure(Reason::kMailboxFull, Day(1))
         << Failure(Reason::kMailboxFull, Day(3));
  before.fold.Commit(changelog);
  const auto more = Failure(Reason::kMailboxFull, Day(5));
  Ledger same;
  LoadAll(changelog, same.fold);
  same << more;
  EXPECT_FALSE(same.Suppressed()) << "known up to offset 101";
  Ledger anew;
  anew.fold.set_log_end(7);
  LoadAll(changelog, anew.fold);
  anew << more;
  EXPECT_TRUE(anew.Suppressed());
}

TEST(SuppressorState, LoadingTwiceAndDeletingIsFine) {
  Changelog changelog;
  Ledger before;
  before << UnknownUser(Day(1));
  StateOf(before.fold, changelog);
  Ledger ledger;
  LoadAll(changelog, ledger.fold);
  LoadAll(changelog, ledger.fold);
  EXPECT_EQ(ledger.fold.suppressed(), 1U);
  for (const auto& [key, value] : changelog.entries) {
    EXPECT_TRUE(ledger.fold.Load(key, ""));
  }
  EXPECT_EQ(ledger.fold.suppressed(), 0U);
  EXPECT_FALSE(ledger.Suppressed());
}

TEST(SuppressorState, WhatIsActiveIsKnownByScopeAndReason) {
  Ledger ledger(Shipped(), {.brake = false});
  const auto active = [&](SuppressionScope scope, Reason reason) {
    EXPECT_EQ(ledger.fold.active().Sum(), ledger.fold.suppressed());
    return ActiveSuppressions(ledger.fold.active()).At(scope, reason);
  };
  const auto unknown = [&] {
    return active(SuppressionScope::kAddress, Reason::kUserUnknown);
  };
  EXPECT_EQ(unknown(), 0U);
  ledger << UnknownUser(Day(1));
  EXPECT_EQ(unknown(), 1U);
  ledger << UnknownUser(Day(2));  // still one
  EXPECT_EQ(unknown(), 1U);
  Changelog changelog;
  StateOf(ledger.fold, changelog);
  ledger << Operator(OperatorVerb::kRelease, Day(3));
  EXPECT_EQ(unknown(), 0U);
  ledger.fold.Rollback();
  EXPECT_EQ(unknown(), 1U);
  ledger.Tick(Day(2) + days(366));
  EXPECT_EQ(ledger.fold.active(), ActiveSuppressions());
  Ledger loaded;
  LoadAll(changelog, loaded.fold);
  LoadAll(changelog, loaded.fold);
  auto counts = loaded.fold.active();
  EXPECT_EQ(counts.At(SuppressionScope::kAddress, Reason::kUserUnknown), 1U);
  EXPECT_EQ(counts.Sum(), 1U);
}

// One step: some evidence, or time that passes.
void DoStep(std::uint64_t step, const LedgerInput& input, Ledger& ledger) {
  if (step % 7 == 0) {
    ledger.Tick(Day(static_cast<int>(step % 140)));
  } else {
    ledger << input;
  }
}

TEST(SuppressorState, RollbackAfterAnyStepIsNoStep) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const RandomInputs inputs(seed);
    const RandomInputs others(seed + 1000);
    Ledger plain;
    Ledger rolled;
    Changelog plain_log;
    Changelog rolled_log;
    for (std::size_t i = 0; i < inputs.all.size(); ++i) {
      for (std::size_t j = 0; j < seed % 4; ++j) {
        DoStep(i + 3 * j, others.all[(i + j) % others.all.size()], rolled);
      }
      rolled.offset = plain.offset;
      rolled.fold.Rollback();
      DoStep(i, inputs.all[i], plain);
      DoStep(i, inputs.all[i], rolled);
      ASSERT_EQ(StateOf(plain.fold, plain_log),
                StateOf(rolled.fold, rolled_log));
    }
    ASSERT_EQ(Show(plain.fold), Show(rolled.fold));
    ASSERT_EQ(plain.fold.suppressed(), rolled.fold.suppressed());
    ASSERT_EQ(plain.fold.active(), rolled.fold.active());
    ASSERT_EQ(plain.fold.watched(), rolled.fold.watched());
    plain.Tick(Day(3000));
    rolled.Tick(Day(3000));
    ASSERT_EQ(StateOf(plain.fold, plain_log), StateOf(rolled.fold, rolled_log));
  }
}

TEST(SuppressorState, WhoeverLoadsItGoesOnTheSame) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const RandomInputs inputs(seed, 200);
    Ledger plain;
    auto moved = std::make_unique<Ledger>();
    Changelog plain_log;
    Changelog moved_log;
    for (std::size_t i = 0; i < inputs.all.size(); ++i) {
      DoStep(i, inputs.all[i], plain);
      DoStep(i, inputs.all[i], *moved);
      if (i % 20 != 7) continue;
      ASSERT_EQ(StateOf(plain.fold, plain_log),
                StateOf(moved->fold, moved_log));
      auto next = std::make_unique<Ledger>();
      LoadAll(moved_log, next->fold);
      next->offset = moved->offset;
      next->Tick(Day(133));
      plain.Tick(Day(133));
      moved = std::move(next);
    }
    ASSERT_EQ(Show(plain.fold), Show(moved->fold));
    ASSERT_EQ(plain.fold.suppressed(), moved->fold.suppressed());
    ASSERT_EQ(moved->fold.active().Sum(), moved->fold.suppressed());
    ASSERT_EQ(plain.fold.watched(), moved->fold.watched());
  }
}

TEST(SuppressorState, HostileStateIsAnErrorNeverACrash) {
  RandomInputs inputs(3);
  Ledger ledger;
  for (const auto& input : inputs.all) ledger << input;
  Changelog changelog;
  StateOf(ledger.fold, changelog);
  std::mt19937_64 random(4);
  Ledger victim;
  for (int i = 0; i < 20'000; ++i) {
    const auto& [key, value] = *std::next(
        changelog.entries.begin(),
        static_cast<std::ptrdiff_t>(random() % changelog.entries.size()));
    std::string bytes = value;
    for (int flips = static_cast<int>(random() % 3); flips >= 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % 4 == 0 ? random() % (bytes.size() + 5)
                                   : bytes.size());
    std::string name = key;
    if (random() % 4 == 0) name.resize(random() % (name.size() + 3));
    const std::string exact(bytes);
    (void)victim.fold.Load(name, exact);
  }
  EXPECT_EQ(victim.fold.active().Sum(), victim.fold.suppressed());
  for (const auto& input : inputs.all) victim << input;
  victim.Tick(Day(4000));
  Show(victim.fold);
  EXPECT_FALSE(victim.fold.Load("", "x"));
  EXPECT_FALSE(victim.fold.Load("zzz", "x"));
  EXPECT_FALSE(victim.fold.Load("a", "x"));
}

}  // namespace
}  // namespace ricochet
