#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stream/transport.h"

namespace ricochet {

// An output record that owns its bytes.
struct StoredOutput {
  Topic topic = Topic::kDeliveryEvents;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  bool tombstone = false;
  std::int32_t partition = -1;
};

// A cluster of one group and one member, in memory: transactions, rebalances
// and failures happen as a test tells it. Used from one thread.
class MemoryTransport final : public Transport {
 public:
  // What the test sets up.
  void Append(Partition p, std::string value, EventTime time = kNoTime);
  void SetLogStart(Partition p, Offset begin) { logs_[p].begin = begin; }
  void SetCommitted(Partition p, Offset offset, std::string metadata = {});
  void Push(Rebalance rebalance) {
    rebalances_.push_back(std::move(rebalance));
  }
  void FailNextCommit(TransportError error) { failures_.push_back(error); }
  void FailNoCommit() { failures_.clear(); }
  void FailNextOpen(TransportError error) { open_failures_.push_back(error); }
  // Outputs for which it returns true are refused by the "broker".
  std::function<bool(const OutputRecord&)> refuse;
  std::function<void()> before_poll;
  std::function<void()> before_state;  // each record of the changelog
  // Called when a poll brought nothing.
  std::function<void()> when_idle;
  // At the next rewinds, reading goes on so many records too far on.
  std::deque<Offset> strays;
  std::size_t batch_records = 3;
  std::size_t max_bytes = 1'000'000;
  int state_topic_partitions = 0;
  int input_topic_partitions = 4;
  // Of the changelog, as committed.
  std::map<std::int32_t, std::vector<StoredOutput>> state;

  // What happened.
  [[nodiscard]] const std::vector<StoredOutput>& committed_outputs() const {
    return committed_outputs_;
  }
  [[nodiscard]] CommittedOffset committed(Partition p) const;
  [[nodiscard]] int commits() const { return commits_; }
  [[nodiscard]] int aborts() const { return aborts_; }
  [[nodiscard]] int opens() const { return opens_; }

  Transported<void> Open(std::stop_token stop) override;
  Transported<Batch> Poll(std::chrono::milliseconds wait) override;
  void Emit(const OutputRecord& record) override;
  Transported<void> Commit(std::span<const CommittedOffset> offsets) override;
  Transported<void> Abort() override;
  [[nodiscard]] bool pending() const override { return !outputs_.empty(); }
  Transported<std::vector<CommittedOffset>> Committed(
      std::span<const Partition> partitions) override;
  [[nodiscard]] int state_partitions() const override {
    return state_topic_partitions;
  }
  [[nodiscard]] int input_partitions(std::int32_t) const override {
    return input_topic_partitions;
  }
  Transported<std::unique_ptr<StateSource>> OpenState(
      std::int32_t partition) override;
  Transported<OffsetRange> Range(Partition p) override;
  Transported<void> Assign(std::span<const ReadFrom> from) override;
  Transported<void> Unassign(std::span<const Partition> partitions) override;
  Transported<void> Rewind(std::span<const ReadFrom> from) override;
  [[nodiscard]] Offset KnownEnd(Partition p) override;
  [[nodiscard]] std::size_t max_output_bytes() const override {
    return max_bytes;
  }
  [[nodiscard]] bool broker_down() const override { return false; }
  void Close(std::chrono::milliseconds deadline) override;

 private:
  struct Stored {
    std::string value;
    EventTime time;
  };
  struct Log {
    std::deque<Stored> records;  // from offset 0; those before begin are gone
    Offset begin = 0;
    CommittedOffset committed;
    std::optional<Offset> read_at;  // assigned
    bool end_told = false;
    [[nodiscard]] Offset end() const {
      return static_cast<Offset>(records.size());
    }
  };
  void Read(Partition p, Log& log);

  std::map<Partition, Log> logs_;
  std::vector<Rebalance> rebalances_;
  std::vector<Rebalance> told_;
  std::vector<Record> records_;
  std::vector<PartitionNote> notes_;
  std::deque<TransportError> failures_;
  std::deque<TransportError> open_failures_;
  std::vector<StoredOutput> outputs_;
  std::vector<StoredOutput> committed_outputs_;
  bool refused_ = false;
  int commits_ = 0;
  int aborts_ = 0;
  int opens_ = 0;
};

}  // namespace ricochet
