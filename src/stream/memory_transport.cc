#include "stream/memory_transport.h"

#include <algorithm>
namespace ricochet {
namespace {

class Source final : public StateSource {
 public:
  Source(const std::vector<StoredOutput>& records,
         const std::function<void()>& before_next)
      : records_(records), before_next_(before_next) {}
  Transported<std::optional<StateRecord>> Next() override {
    if (before_next_) before_next_();
    if (at_ == records_.size()) return std::nullopt;
    const auto& record = records_[at_++];
    return StateRecord{record.key, record.value, record.tombstone};
  }
  [[nodiscard]] double progress() const override {
    return records_.empty() ? 1.0
                            : static_cast<double>(at_) /
                                  static_cast<double>(records_.size());
  }

 private:
  const std::vector<StoredOutput>& records_;
  const std::function<void()>& before_next_;
  std::size_t at_ = 0;
};

}  // namespace

void MemoryTransport::Append(Partition p, std::string value, EventTime time) {
  Log& log = logs_[p];
  log.records.push_back({std::move(value), time});
  log.end_told = false;
}

void MemoryTransport::SetCommitted(Partition p, Offset offset,
                                   std::string metadata) {
  logs_[p].committed = {p, offset, std::move(metadata)};
}

CommittedOffset MemoryTransport::committed(Partition p) const {
  const auto found = logs_.find(p);
  return found == logs_.end() ? CommittedOffset{p, kNoOffset, {}}
                              : found->second.committed;
}

Transported<void> MemoryTransport::Open(std::stop_token) {
  ++opens_;
  if (!open_failures_.empty()) {
    auto failure = open_failures_.front();
    open_failures_.pop_front();
    return Fail(std::move(failure));
  }
  // The group hands everything to its one member.
  Rebalance all;
  for (const auto& [p, log] : logs_) all.partitions.push_back(p);
  rebalances_.insert(rebalances_.begin(), std::move(all));
  return {};
}

void MemoryTransport::Read(Partition p, Log& log) {
  Offset& at = *log.read_at;
  if (at < log.begin || at > log.end()) {
    notes_.push_back({PartitionNote::Kind::kOutOfRange, p, kNoOffset});
    return;
  }
  for (; at < log.end() && records_.size() < batch_records; ++at) {
    const Stored& stored = log.records[static_cast<std::size_t>(at)];
    records_.push_back({stored.value, {}, p, at, stored.time});
  }
  if (at == log.end() && !log.end_told) {
    log.end_told = true;
    notes_.push_back({PartitionNote::Kind::kEnd, p, at});
  }
}

Transported<Batch> MemoryTransport::Poll(std::chrono::milliseconds) {
  if (before_poll) before_poll();
  records_.clear();
  notes_.clear();
  told_.clear();
  for (auto& [p, log] : logs_) {
    if (log.read_at) Read(p, log);
  }
  if (!rebalances_.empty()) {  // one at a time, as a group does
    told_.push_back(std::move(rebalances_.front()));
    rebalances_.erase(rebalances_.begin());
  }
  if (records_.empty() && told_.empty() && notes_.empty() && when_idle) {
    when_idle();
  }
  return Batch{records_, told_, notes_};
}

void MemoryTransport::Emit(const OutputRecord& record) {
  if (refuse && refuse(record)) refused_ = true;
  StoredOutput stored{
      record.topic, std::string(record.key), std::string(record.value),
      {},           record.tombstone,        record.partition};
  for (const auto& header : record.headers) {
    stored.headers.emplace_back(header.name, header.value);
  }
  outputs_.push_back(std::move(stored));
}

Transported<void> MemoryTransport::Commit(
    std::span<const CommittedOffset> offsets) {
  if (refused_) {
    return Fail(TransportError{
        Recovery::kAbort, true, {ErrorCode::kKafka, "the record is refused"}});
  }
  if (!failures_.empty()) {
    auto failure = failures_.front();
    failures_.pop_front();
    return Fail(std::move(failure));
  }
  if (offsets.empty() && !outputs_.empty()) {
    return Fail(
        TransportError{Recovery::kStop,
                       false,
                       {ErrorCode::kKafka,
                        "outputs without an offset: the group could not "
                        "fence who has lost its partitions"}});
  }
  ++commits_;
  for (const auto& offset : offsets) logs_[offset.partition].committed = offset;
  for (auto& output : outputs_) {
    auto& out = output.topic == Topic::kState ? state[output.partition]
                                              : committed_outputs_;
    out.push_back(std::move(output));
  }
  outputs_.clear();
  return {};
}

Transported<void> MemoryTransport::Abort() {
  ++aborts_;
  outputs_.clear();
  refused_ = false;
  return {};
}

Transported<std::vector<CommittedOffset>> MemoryTransport::Committed(
    std::span<const Partition> partitions) {
  std::vector<CommittedOffset> offsets;
  for (const auto p : partitions) {
    offsets.push_back(logs_[p].committed);
    offsets.back().partition = p;
  }
  return offsets;
}

Transported<std::unique_ptr<StateSource>> MemoryTransport::OpenState(
    std::int32_t partition) {
  return std::make_unique<Source>(state[partition], before_state);
}

Transported<OffsetRange> MemoryTransport::Range(Partition p) {
  return OffsetRange{logs_[p].begin, logs_[p].end()};
}

Transported<void> MemoryTransport::Assign(std::span<const ReadFrom> from) {
  for (const auto& entry : from) {
    logs_[entry.partition].read_at = entry.offset;
    logs_[entry.partition].end_told = false;
  }
  return {};
}

Transported<void> MemoryTransport::Unassign(
    std::span<const Partition> partitions) {
  for (const auto p : partitions) logs_[p].read_at.reset();
  return {};
}

Transported<void> MemoryTransport::Rewind(std::span<const ReadFrom> from) {
  if (auto done = Assign(from); !done || strays.empty()) return done;
  for (const auto& entry : from) {
    auto& log = logs_[entry.partition];
    log.read_at = std::min(entry.offset + strays.front(), log.end());
  }
  strays.pop_front();
  return {};
}

Offset MemoryTransport::KnownEnd(Partition p) { return logs_[p].end(); }

void MemoryTransport::Close(std::chrono::milliseconds) {
  for (auto& [p, log] : logs_) log.read_at.reset();
  outputs_.clear();
  refused_ = false;
}

}  // namespace ricochet
