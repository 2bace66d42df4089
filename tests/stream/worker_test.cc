// The worker's loop over the in-memory transport.
#include "stream/worker.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "copy_stage.h"
#include "expect.h"
#include "stream/memory_transport.h"

namespace ricochet {
namespace {

using test::CopyLog;
using test::CopyStage;
using test::HeaderOf;
using test::Sorted;
using test::Strings;

constexpr Partition kP0{0, 0};
constexpr Partition kP1{0, 1};
constexpr EventTime kNow{std::chrono::hours{24 * 365 * 50}};

// A worker over a transport that stops it once all was read and committed.
class TestRun {
 public:
  TestRun() {
    options.stage_name = "copy";
    options.group = "ricochet.copy";
    options.input_topics = {"in"};
    options.instance_id = "copy-0-0";
    options.commit_interval = std::chrono::milliseconds(0);
    auto owned = std::make_unique<MemoryTransport>();
    transport = owned.get();
    transport_ = std::move(owned);
    transport->when_idle = [this] { stop.request_stop(); };
    auto copy = std::make_unique<CopyStage>(log);
    stage = copy.get();
    stage_ = std::move(copy);
  }
  void Append(Partition p, std::initializer_list<const char*> values) {
    for (const auto* value : values) transport->Append(p, value, kNow);
  }
  Result<void> Go() {
    worker.emplace(
        options, std::move(transport_), std::move(stage_), status,
        [this](LogLevel, StreamEvent, std::string_view line) {
          lines.emplace_back(line);
        },
        [] { return kNow; });
    return worker->Run(stop.get_token());
  }
  std::vector<std::string> Outputs() const {
    std::vector<std::string> values;
    for (const auto& output : transport->committed_outputs()) {
      if (output.topic == Topic::kDeliveryEvents) {
        values.push_back(output.value);
      }
    }
    return values;
  }
  std::vector<StoredOutput> DeadLetters() const {
    std::vector<StoredOutput> letters;
    for (const auto& output : transport->committed_outputs()) {
      if (output.topic == Topic::kDeadLetters) letters.push_back(output);
    }
    return letters;
  }
  bool Called(std::string_view call) const {
    return std::find(log.calls.begin(), log.calls.end(), call) !=
           log.calls.end();
  }
  std::uint64_t Lost(OffsetLoss loss) const {
    return status.offsets_lost[static_cast<std::size_t>(loss)].value();
  }
  std::string AllLines() const {
    std::string all;
    for (const auto& line : lines) all += line + "\n";
    return all;
  }
  auto RefuseValue(const std::string& value) {
    transport->refuse = [value](const OutputRecord& record) {
      return record.topic == Topic::kDeliveryEvents && record.value == value;
    };
  }

  WorkerOptions options;
  MemoryTransport* transport;
  CopyStage* stage;
  CopyLog log;
  WorkerStatus status;
  std::stop_source stop;
  std::vector<std::string> lines;
  std::optional<Worker> worker;

 private:
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Stage> stage_;
};

TransportError BrokerAbort() {
  return {Recovery::kAbort, false, {ErrorCode::kKafka, "unknown member"}};
}

TEST(Worker, CopiesEveryRecordOnceAndCommitsTheEnd) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.Append(kP1, {"e"});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(Sorted(run.Outputs()), (Strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(run.transport->committed(kP0).offset, 4);
  EXPECT_EQ(run.transport->committed(kP1).offset, 1);
  EXPECT_EQ(run.status.state(), WorkerState::kStopped);
}

TEST(Worker, GoesOnFromTheCommittedOffset) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c"});
  run.transport->SetCommitted(kP0, 2);
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"c"}));
}

TEST(Worker, HandsTheCommittedMetadataToTheStage) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  run.transport->SetCommitted(kP0, 1, " low=0");
  run.stage->metadata = "low=7";
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_TRUE(run.Called("assign 0@1 low=0"));
  EXPECT_EQ(run.transport->committed(kP0).metadata, "low=7");
}

TEST(Worker, LeavesOutMetadataThatTheBrokerWouldRefuse) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.stage->metadata = std::string(5000, 'm');
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.transport->committed(kP0).metadata, "");
  EXPECT_EQ(run.transport->committed(kP0).offset, 1);
}

TEST(Worker, ReplaysWithoutOutputUpToTheCommittedOffset) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.transport->SetCommitted(kP0, 3);
  run.stage->replay_from = 1;
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"d"}));
  EXPECT_EQ(run.log.processed, 3);
  EXPECT_EQ(run.status.replayed.value(), 2u);
}

TEST(Worker, AReplayedPartitionIsTakenAgainWhenItsFirstCommitAborts) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.transport->SetCommitted(kP0, 3);
  run.stage->replay_from = 1;
  run.transport->FailNextCommit(BrokerAbort());
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"d"}));
  EXPECT_FALSE(run.Called("rollback 0"));  // would forget the replay
  EXPECT_EQ(
      std::count(run.log.calls.begin(), run.log.calls.end(), "assign 0@3"), 2);
}

TEST(Worker, APartitionTakenOverAfterAnAbortIsReplayedToo) {
  TestRun run;
  run.options.commit_interval = std::chrono::hours(1);
  run.Append(kP0, {"x"});
  run.Append(kP1, {"a", "b", "c", "d"});
  run.transport->SetCommitted(kP1, 3);
  run.stage->replay_from = 1;
  int polls = 0;
  run.transport->before_poll = [&] {
    ++polls;
    if (polls == 5) run.transport->Push({Rebalance::Kind::kRevoke, {kP1}});
    if (polls == 6) run.Append(kP0, {"y"});  // so that something is open
    if (polls != 8) return;
    run.transport->Push({Rebalance::Kind::kAssign, {kP1}});
    run.transport->FailNextCommit(BrokerAbort());
  };
  int idle = 0;
  run.transport->when_idle = [&] {
    if (++idle > 9) run.stop.request_stop();
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(Sorted(run.Outputs()), (Strings{"d", "x", "y"}));
  EXPECT_EQ(run.status.aborted.value(), 1u);
  EXPECT_EQ(run.status.replayed.value(), 2u + 3u);
}

TEST(Worker, WhatThrewWhenItWasLiveIsPassedOverInAReplay) {
  TestRun run;
  run.Append(kP0, {"a", "throw", "b", "c"});
  run.transport->SetCommitted(kP0, 3);
  run.stage->replay_from = 0;
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"c"}));
  EXPECT_EQ(run.log.processed, 4);
  EXPECT_SUBSTRING("replaying in[0] at offset 1: cannot process",
                   run.AllLines());
}

TEST(Worker, ALogThatEndsBeforeTheCommittedOffsetIsAnother) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  run.transport->SetCommitted(kP0, 3);
  run.stage->replay_from = 1;
  const auto ended = run.Go();
  ASSERT_FALSE(ended.has_value());
  EXPECT_SUBSTRING("in[0]: offset 3 is beyond the end of the log, 2",
                   ended.error().message);
}

TEST(Worker, StartsAtTheEndWhenToldSoAndCommitsIt) {
  TestRun run;
  run.options.from_beginning = false;
  run.Append(kP0, {"a", "b"});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_TRUE(run.Outputs().empty());
  EXPECT_EQ(run.transport->committed(kP0).offset, 2);
}

TEST(Worker, RollsBackAndReadsAgainAfterAnAbort) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  run.transport->FailNextCommit(BrokerAbort());
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
  EXPECT_TRUE(run.Called("rollback 0"));
  EXPECT_EQ(run.status.aborted.value(), 1u);
}

// Lost input, once: the offset after it was committed.
TEST(Worker, ARewindThatReadsOnTooFarIsAskedAgain) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d", "e", "f", "g"});
  run.transport->FailNextCommit(BrokerAbort());
  run.transport->strays = {3, 4};  // behind the aborted batch, and further
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b", "c", "d", "e", "f", "g"}));
  EXPECT_SUBSTRING("in[0]: records 0 to 2 were left out: asking for them",
                   run.AllLines());
}

TEST(Worker, ARewindToTheEndOfTheLogIsAskedAgain) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  run.transport->FailNextCommit(BrokerAbort());
  run.transport->strays = {2};
  int idle = 0;
  run.transport->when_idle = [&] {
    if (++idle > 3) run.stop.request_stop();
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
}

TEST(Worker, RecordsThatNeverComeAgainAreCountedAndPassedOver) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.transport->FailNextCommit(BrokerAbort());
  run.transport->strays = {3, 3, 3, 3, 3, 3};
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"d"}));
  EXPECT_EQ(run.Lost(OffsetLoss::kDeleted), 1u);
  EXPECT_SUBSTRING("they are gone; reading on", run.AllLines());
}

TEST(Worker, DeadLettersTheOneRecordWhoseOutputIsRefused) {
  TestRun run;
  run.Append(kP0, {"a", "b", "poison", "c", "d"});
  run.RefuseValue("poison");
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b", "c", "d"}));
  ASSERT_EQ(run.DeadLetters().size(), 1u);
  const auto letter = run.DeadLetters().front();
  EXPECT_EQ(letter.value, "poison");
  EXPECT_EQ(HeaderOf(letter.headers, "reason"), "rejected_by_broker");
  EXPECT_EQ(HeaderOf(letter.headers, "topic"), "in");
  EXPECT_EQ(HeaderOf(letter.headers, "partition"), "0");
  EXPECT_EQ(HeaderOf(letter.headers, "offset"), "2");
  EXPECT_EQ(HeaderOf(letter.headers, "error"), "the record is refused");
  EXPECT_EQ(HeaderOf(letter.headers, "truncated"), "(none)");
  EXPECT_EQ(run.status.dead_lettered.value(), 1u);
  EXPECT_EQ(run.transport->committed(kP0).offset, 5);
}

TEST(Worker, DeadLettersWhatMakesTheStageThrow) {
  TestRun run;
  run.Append(kP0, {"a", "throw", "b", "throw"});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
  ASSERT_EQ(run.DeadLetters().size(), 2u);
  EXPECT_SUBSTRING("cannot process",
                   HeaderOf(run.DeadLetters()[0].headers, "error"));
}

TEST(Worker, FindsOnePoisonAmongManyInFewTransactions) {
  TestRun run;
  run.transport->batch_records = 2000;
  for (int i = 0; i < 2000; ++i) {
    run.transport->Append(kP0, i == 1234 ? "poison" : "v", kNow);
  }
  run.RefuseValue("poison");
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs().size(), 1999u);
  EXPECT_EQ(run.DeadLetters().size(), 1u);
  EXPECT_LT(run.transport->commits() + run.transport->aborts(), 60);
}

TEST(Worker, CutsADeadLetterUntilItIsAccepted) {
  TestRun run;
  const std::string poison(100'000, 'p');
  run.transport->Append(kP0, poison, kNow);
  run.transport->refuse = [](const OutputRecord& record) {
    return record.value.size() > 20'000;
  };
  ASSERT_TRUE(run.Go().has_value());
  ASSERT_EQ(run.DeadLetters().size(), 1u);
  EXPECT_EQ(run.DeadLetters()[0].value, poison.substr(0, 16'384));
  EXPECT_EQ(HeaderOf(run.DeadLetters()[0].headers, "truncated"), "true");
}

TEST(Worker, EndsWhenNotEvenADeadLetterIsAccepted) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.transport->refuse = [](const OutputRecord&) { return true; };
  const auto ended = run.Go();
  ASSERT_FALSE(ended.has_value());
  EXPECT_SUBSTRING("in[0] offset 0", ended.error().message);
  EXPECT_EQ(run.status.state(), WorkerState::kFailed);
  EXPECT_EQ(run.status.last_error(), ended.error().message);
}

TEST(Worker, BrokerTroubleGivesNoRecordUp) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  for (int i = 0; i < 5; ++i) run.transport->FailNextCommit(BrokerAbort());
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
  EXPECT_TRUE(run.DeadLetters().empty());
}

TEST(Worker, CommitsBeforeAPartitionIsRevoked) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.Append(kP1, {"b"});
  run.options.commit_interval = std::chrono::hours(1);
  bool revoked = false;
  run.transport->when_idle = [&] {
    if (revoked) return void(run.stop.request_stop());
    revoked = true;
    run.transport->Push({Rebalance::Kind::kRevoke, {kP1}});
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_TRUE(run.Called("revoke 1"));
  EXPECT_EQ(run.transport->committed(kP1).offset, 1);
  EXPECT_EQ(run.transport->aborts(), 0);
}

TEST(Worker, AbortsWhenTheAssignmentIsLost) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.options.commit_interval = std::chrono::hours(1);
  bool lost = false;
  run.transport->when_idle = [&] {
    if (lost) return void(run.stop.request_stop());
    lost = true;
    run.transport->Push({Rebalance::Kind::kLost, {kP0}});
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_TRUE(run.Outputs().empty());
  EXPECT_EQ(run.transport->aborts(), 1);
  EXPECT_EQ(run.transport->committed(kP0).offset, kNoOffset);
}

TEST(Worker, LeavesRecordsOfARevokedPartitionToItsNextOwner) {
  TestRun run;
  run.Append(kP0, {"a"});
  bool revoked = false;
  run.transport->when_idle = [&] {
    if (revoked) return void(run.stop.request_stop());
    revoked = true;
    run.transport->Append(kP0, "b", kNow);  // comes with the revocation
    run.transport->Push({Rebalance::Kind::kRevoke, {kP0}});
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a"}));
  EXPECT_EQ(run.transport->committed(kP0).offset, 1);
}

TEST(Worker, ReadsOnWhereTheLogBeginsAndSaysWhatIsGone) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.transport->SetCommitted(kP0, 1);
  run.transport->SetLogStart(kP0, 3);
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"d"}));
  EXPECT_EQ(run.Lost(OffsetLoss::kDeleted), 1U);
  EXPECT_SUBSTRING("records 1 to 2 are gone", run.AllLines());
}

TEST(Worker, ALostLowWaterOnlyShortensTheReplay) {
  TestRun run;
  run.Append(kP0, {"a", "b", "c", "d"});
  run.transport->SetCommitted(kP0, 3);
  run.transport->SetLogStart(kP0, 2);
  run.stage->replay_from = 0;
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"d"}));
  EXPECT_EQ(run.log.processed, 2);
  EXPECT_EQ(run.Lost(OffsetLoss::kReplayDeleted), 1U);
  EXPECT_EQ(run.Lost(OffsetLoss::kDeleted), 0U);
}

TEST(Worker, AnOffsetThatAnotherToolSetIsToldAndCounted) {
  TestRun run;
  run.transport->state_topic_partitions = 2;
  run.Append(kP0, {"a", "b"});
  run.transport->SetCommitted(kP0, 1);
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"b"}));
  EXPECT_EQ(run.Lost(OffsetLoss::kMetadata), 1U);
  EXPECT_SUBSTRING("in[0]: offset 1 was set by another tool", run.AllLines());
}

TEST(Worker, ItsOwnOffsetsAndTheirAbsenceAreNoLoss) {
  TestRun run;
  run.transport->state_topic_partitions = 2;
  run.Append(kP0, {"a", "b"});
  run.transport->when_idle = [&, idle = 0]() mutable {
    if (++idle == 2) run.stop.request_stop();
    run.transport->Push({Rebalance::Kind::kRevoke, {kP0}});
    run.transport->Push({Rebalance::Kind::kAssign, {kP0}});
  };
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
  EXPECT_EQ(run.Lost(OffsetLoss::kMetadata), 0U);
}

TEST(Worker, RefusesAnOffsetBeyondTheEndOfTheLog) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.transport->SetCommitted(kP0, 9);
  const auto ended = run.Go();
  ASSERT_FALSE(ended.has_value());
  EXPECT_SUBSTRING("in[0]: offset 9 is beyond", ended.error().message);
}

TEST(Worker, ConnectsAnewWhenTheConnectionFails) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  run.transport->FailNextCommit(
      {Recovery::kReopen, false, {ErrorCode::kKafka, "timed out"}});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.transport->opens(), 2);
  EXPECT_EQ(run.Outputs(), (Strings{"a", "b"}));
  EXPECT_EQ(run.status.reopened.value(), 1u);
}

TEST(Worker, FencedOnceItConnectsAnew) {
  TestRun run;
  run.Append(kP0, {"a"});
  run.transport->FailNextCommit(
      {Recovery::kFenced, false, {ErrorCode::kFenced, "fenced"}});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a"}));
  EXPECT_EQ(run.status.fenced.value(), 1u);
}

TEST(Worker, FencedTwiceInAMinuteItEndsAndSaysWhy) {
  TestRun run;
  run.Append(kP0, {"a"});
  for (int i = 0; i < 2; ++i) {
    run.transport->FailNextCommit(
        {Recovery::kFenced, false, {ErrorCode::kFenced, "fenced"}});
  }
  const auto ended = run.Go();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, ErrorCode::kFenced);
  EXPECT_SUBSTRING("two processes share the id copy-0-0",
                   ended.error().message);
}

TEST(Worker, EndsWithTheErrorThatNothingHelpsAgainst) {
  TestRun run;
  run.transport->FailNextOpen(
      {Recovery::kStop, false, {ErrorCode::kConfig, "no such mechanism"}});
  const auto ended = run.Go();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().message, "no such mechanism");
}

TEST(Worker, CommitsWhatIsOpenWhenStopped) {
  TestRun run;
  run.options.commit_interval = std::chrono::hours(1);
  run.Append(kP0, {"a"});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_EQ(run.Outputs(), (Strings{"a"}));
  EXPECT_EQ(run.log.calls.back(), "revoke 0");
}

TEST(Worker, TicksOnceEveryPartitionsTimeIsKnown) {
  TestRun run;
  run.Append(kP0, {"a"});
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_TRUE(run.Called("tick 0"));
}

TEST(Worker, TicksWithoutATimeOnlyWhenInputIsOld) {
  for (const bool old : {false, true}) {
    TestRun run;
    run.options.input_is_old = old;
    run.transport->SetLogStart(kP0, 0);
    ASSERT_TRUE(run.Go().has_value());
    EXPECT_EQ(run.Called("tick 0"), old);
  }
}

// Without one the broker would accept them from a worker that was stopped for
// so long that its partitions are somebody else's.
TEST(Worker, OutputsOfTheClockAloneAreSentWithAnOffset) {
  TestRun run;
  run.options.input_is_old = true;
  run.stage->tick_output = "tick";
  run.transport->SetLogStart(kP0, 0);
  run.transport->SetCommitted(kP0, 0, run.stage->metadata);
  ASSERT_TRUE(run.Go().has_value());
  EXPECT_FALSE(run.Outputs().empty());
  EXPECT_EQ(run.transport->committed(kP0).offset, 0);
}

TEST(Worker, PublishesLag) {
  TestRun run;
  run.Append(kP0, {"a", "b"});
  std::vector<PartitionLag> lags;
  run.transport->when_idle = [&] {
    lags = run.status.Lags();
    run.stop.request_stop();
  };
  ASSERT_TRUE(run.Go().has_value());
  ASSERT_EQ(lags.size(), 1u);
  EXPECT_EQ(lags[0].partition, kP0);
  EXPECT_EQ(lags[0].position, 2);
  EXPECT_EQ(lags[0].lag, 0);
}

}  // namespace
}  // namespace ricochet
