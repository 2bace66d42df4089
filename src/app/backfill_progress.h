#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"
#include "ricochet/record.h"
#include "ricochet/result.h"
#include "stream/feeder.h"

namespace ricochet {

// How far a backfill is, whichever processes take part in it: its groups'
// committed offsets against the ends that the logs had at the start. Every
// function but the last two asks the brokers. Owned by one thread.
class BackfillProgress {
 public:
  // What the input topics hold now is what the backfill is to read.
  [[nodiscard]] static Result<BackfillProgress> Begin(const Config& config);

  // The first stage has committed all of it.
  [[nodiscard]] Result<bool> LogsRead();
  // The second stage has committed all that the first one counted, and told
  // its windows.
  [[nodiscard]] Result<bool> WindowsTold();

  // Of all processes, since Begin(), as LogsRead() last heard.
  [[nodiscard]] std::uint64_t records() const noexcept { return records_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  struct Topic {
    std::string name;
    std::vector<Offset> from;  // by partition
    std::vector<Offset> to;
  };

  BackfillProgress(GroupOffsets attempts, GroupOffsets ledger)
      : attempts_(std::move(attempts)), ledger_(std::move(ledger)) {}
  Result<void> AddTopic(const std::string& name);

  GroupOffsets attempts_;
  GroupOffsets ledger_;
  std::vector<Topic> logs_;
  std::string counts_;  // the topic between the stages
  int counts_partitions_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace ricochet
