// State that outlives its owner: what a stage writes to the changelog comes
// back to whoever takes the partition over.
#include "stream/changelog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ricochet/table.h"
#include "stream/memory_transport.h"
#include "stream/worker.h"

namespace ricochet {
namespace {

constexpr Partition kP0{0, 0};
constexpr Partition kP1{0, 1};
constexpr EventTime kNow{std::chrono::hours{24 * 365 * 50}};

// Counts each value; writes "value=count" out. The value "forget x" erases x.
class CountStage final : public Stage {
 public:
  using Counts = Table<std::string, int>;

  Result<Offset> Assign(Partition p, Offset committed,
                        StateReader& saved) override {
    Counts& counts = partitions_[p];
    while (true) {
      const auto entry = saved.Next();
      if (!entry) return tl::unexpected(entry.error());
      if (!*entry) break;
      const std::string key((*entry)->key);
      if ((*entry)->tombstone) {
        counts.Unload(key);
      } else {
        counts.Load(key, std::stoi(std::string((*entry)->value)));
      }
    }
    return committed;
  }
  void Revoke(Partition p) override { partitions_.erase(p); }
  void Process(std::span<const Record> batch, Emitter& out) override {
    for (const auto& record : batch) {
      Counts& counts = partitions_[record.partition];
      const std::string value(record.value);
      if (value.empty()) continue;
      if (value.starts_with("forget ")) {
        counts.Erase(value.substr(7));
        continue;
      }
      const auto text = value + "=" + std::to_string(++counts.Change(value));
      out.Emit({.value = text});
    }
  }
  void Tick(EventTime, Emitter&) override {}
  Checkpoint Commit(Partition p, StateWriter& state, Emitter&) override {
    partitions_[p].ForEachChanged([&](const auto& key, const int* count) {
      state.Put(key, count != nullptr ? std::to_string(*count) : "",
                count == nullptr);
    });
    return {"mine"};
  }
  void Committed() override {
    for (auto& [p, counts] : partitions_) counts.Settle();
  }
  bool Rollback(Partition p) override {
    partitions_[p].Rollback();
    return true;
  }

 private:
  std::map<Partition, Counts> partitions_;
};

// A worker that is given the same partitions again and again, with more to
// read each time: to its stage that is no different from another owner.
class Owners {
  std::unique_ptr<MemoryTransport> transport_ =
      std::make_unique<MemoryTransport>();

 public:
  Owners() : cluster(transport_.get()) {
    options.stage_name = "count";
    options.input_topics = {"in"};
    options.commit_interval = std::chrono::milliseconds(0);
    options.keyed_input = true;
    cluster->state_topic_partitions = 4;
    cluster->when_idle = [this] {
      if (next_.empty()) {
        stop_.request_stop();
        return;
      }
      next_.front()();
      next_.pop_front();
    };
  }
  void Append(Partition p, std::initializer_list<const char*> values) {
    for (const auto* value : values) cluster->Append(p, value, kNow);
  }
  // What happens when all so far was read and the partitions were taken away.
  void Then(std::function<void()> change) {
    next_.push_back([this, change] {
      cluster->Push({Rebalance::Kind::kRevoke, {kP0, kP1}});
      change();
      cluster->Push({Rebalance::Kind::kAssign, {kP0, kP1}});
    });
  }
  // What was written, or the error that it ended with.
  std::string Run() {
    cluster->Append(kP0, "", kNow);  // so that both partitions exist
    cluster->Append(kP1, "", kNow);
    Worker worker(options, std::move(transport_),
                  std::make_unique<CountStage>(), status, {},
                  [] { return kNow; });
    const auto ended = worker.Run(stop_.get_token());
    if (!ended) return ended.error().message;
    state = cluster->state;
    aborts = cluster->aborts();
    std::string out;
    for (const auto& output : cluster->committed_outputs()) {
      out += (out.empty() ? "" : " ") + output.value;
    }
    return out;
  }

  WorkerOptions options;
  WorkerStatus status;
  MemoryTransport* cluster;  // until Run() ends
  std::map<std::int32_t, std::vector<StoredOutput>> state;
  int aborts = 0;

 private:
  std::stop_source stop_;
  std::deque<std::function<void()>> next_;
};

TEST(Changelog, StateComesBackToTheNextOwner) {
  Owners owners;
  owners.Append(kP0, {"a", "b", "a"});
  owners.Then([&] { owners.Append(kP0, {"a", "b"}); });
  EXPECT_EQ(owners.Run(), "a=1 b=1 a=2 a=3 b=2");
  EXPECT_EQ(owners.status.state_restored.value(), 2U);
}

TEST(Changelog, StatusTellsHowFarRestoringIs) {
  Owners owners;
  owners.Append(kP0, {"a", "b", "c", "d"});
  std::vector<int> percents;
  owners.cluster->before_state = [&] {
    if (owners.status.state() != WorkerState::kRestoring) return;
    const auto restoring = owners.status.restoring();
    if (restoring.partition == kP0) percents.push_back(restoring.percent);
  };
  owners.Then([&] {
    percents.clear();
    owners.Append(kP0, {"a"});
  });
  owners.Run();
  EXPECT_TRUE(std::ranges::is_sorted(percents));
  EXPECT_TRUE(std::ranges::any_of(
      percents, [](int percent) { return percent > 0 && percent < 100; }));
}

TEST(Changelog, WhatIsErasedStaysErased) {
  Owners owners;
  owners.Append(kP0, {"a"});
  owners.Then([&] { owners.Append(kP0, {"forget a"}); });
  owners.Then([&] { owners.Append(kP0, {"a"}); });
  EXPECT_EQ(owners.Run(), "a=1 a=1");
}

TEST(Changelog, AnAbortUndoesStateToo) {
  Owners owners;
  owners.Append(kP0, {"a", "a"});
  owners.cluster->FailNextCommit({Recovery::kAbort, false, {}});
  EXPECT_EQ(owners.Run(), "a=1 a=2");
  EXPECT_EQ(owners.aborts, 1);
  EXPECT_EQ(owners.state.begin()->second.back().value, "2");
}

TEST(Changelog, PartitionsThatShareOneKeepTheirStateApart) {
  Owners owners;
  owners.cluster->state_topic_partitions = 1;
  owners.Append(kP0, {"a"});
  owners.Append(kP1, {"a", "a"});
  owners.Then([&] { owners.Append(kP0, {"a"}); });
  owners.Then([&] { owners.Append(kP1, {"a"}); });
  EXPECT_EQ(owners.Run(), "a=1 a=1 a=2 a=2 a=3");
}

TEST(Changelog, RefusesAnotherNumberOfItsPartitions) {
  Owners owners;
  owners.Append(kP0, {"a"});
  owners.Then([&] { owners.cluster->state_topic_partitions = 5; });
  EXPECT_EQ(owners.Run(),
            "count: the changelog had 4 partitions when the state of in[0] was "
            "written, and has 5 now, so that it would not be found again: make "
            "the topic anew with 4, or name another one");
}

TEST(Changelog, RefusesAnotherNumberOfPartitionsOfKeyedInput) {
  Owners owners;
  owners.Append(kP0, {"a"});
  owners.Then([&] { owners.cluster->input_topic_partitions = 6; });
  EXPECT_EQ(owners.Run(),
            "count: the input topic had 4 partitions when the state of in[0] "
            "was written, and has 6 now, so that it would not be found again: "
            "make the topic anew with 4, or name another one");
}

TEST(Changelog, UnkeyedInputMayGrow) {
  Owners owners;
  owners.options.keyed_input = false;
  owners.Append(kP0, {"a"});
  owners.Then([&] {
    owners.cluster->input_topic_partitions = 6;
    owners.Append(kP0, {"a"});
  });
  EXPECT_EQ(owners.Run(), "a=1 a=2");
}

TEST(CommitNote, ReadsBackWhatItWrote) {
  const CommitNote note{24, 12, "low-water=7"};
  const auto read = CommitNote::Read(note.Write());
  EXPECT_EQ(read.state_partitions, 24);
  EXPECT_EQ(read.input_partitions, 12);
  EXPECT_EQ(read.stage, "low-water=7");
}

TEST(CommitNote, TakesMetadataOfOthersAsTheStages) {
  for (const char* text : {"", "low-water=7", "state=", "state=2",
                           "state=2,inputs=", "state=2,inputs=3",
                           "state=99999999999,inputs=1;x"}) {
    const auto note = CommitNote::Read(text);
    EXPECT_EQ(note.stage, text);
    EXPECT_EQ(note.state_partitions, 0) << text;
  }
}

}  // namespace
}  // namespace ricochet
