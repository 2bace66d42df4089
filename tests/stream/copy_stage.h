#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ricochet/stage.h"

namespace ricochet::test {

// What a CopyStage saw; outlives it.
struct CopyLog {
  std::vector<std::string> calls;  // "assign 0", "rollback 0", ...
  std::atomic<int> processed{0};
  std::atomic<int> emitted{0};
};

// Copies each record to mail.delivery-events, keyed "partition/offset". A
// record "throw" throws; "huge" gives an output of 2 MB.
class CopyStage : public Stage {
 public:
  explicit CopyStage(CopyLog& log) : log_(log) {}

  Result<Offset> Assign(Partition p, Offset committed,
                        StateReader& saved) override {
    Note("assign", p,
         "@" + std::to_string(committed) + std::string(saved.metadata()));
    return replay_from >= 0 ? replay_from : committed;
  }
  void Revoke(Partition p) override { Note("revoke", p); }
  void Process(std::span<const Record> batch, Emitter& out) override {
    for (const auto& record : batch) {
      ++log_.processed;
      if (record.value == "throw") throw std::runtime_error("cannot process");
      const std::string huge(record.value == "huge" ? 2'000'000 : 0, 'x');
      const auto key = std::to_string(record.partition.number) + "/" +
                       std::to_string(record.offset);
      out.Emit({.topic = Topic::kDeliveryEvents,
                .key = key,
                .value = huge.empty() ? record.value : huge});
      ++log_.emitted;
    }
  }
  void Tick(EventTime, Emitter& out) override {
    Note("tick", {});
    if (!tick_output.empty()) {
      out.Emit({.topic = Topic::kDeliveryEvents, .value = tick_output});
    }
  }
  Checkpoint Commit(Partition p, StateWriter&, Emitter&) override {
    Note("commit", p);
    return {metadata};
  }
  void Committed() override {}
  bool Rollback(Partition p) override {
    Note("rollback", p);
    return true;
  }

  std::string metadata;
  std::string tick_output;
  Offset replay_from = -1;

 private:
  void Note(const char* what, Partition p, const std::string& more = {}) {
    log_.calls.push_back(std::string(what) + " " + std::to_string(p.number) +
                         more);
  }

  CopyLog& log_;
};

}  // namespace ricochet::test
