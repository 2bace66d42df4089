#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <future>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/result.h"
#include "stream/kafka_client.h"
#include "stream/kafka_config.h"
#include "stream/log.h"

namespace ricochet {

struct GroupWatchOptions {
  std::string group;
  std::vector<std::string> topics;  // that it reads
  // Of this process's members: the group's name, a dash, and more.
  std::vector<std::string> instance_ids;
  std::chrono::milliseconds session_timeout{45'000};
};

// Sees to it that every partition has an owner, in a group of static members.
//
// A static member that is killed while partitions move, and comes back as the
// member that it was, is given what it had without a rebalance. What it, or
// somebody for its sake, had already given up then belongs to nobody until the
// next rebalance, which may never come. Whoever looks sees a group that is at
// rest and has partitions without an owner; when two looks see that, a dynamic
// member joins and leaves, which makes the group share out again.
//
// Of all processes only that with the first instance id of the group knocks.
// Owned by one thread.
class GroupWatch {
 public:
  [[nodiscard]] static Result<GroupWatch> Create(GroupWatchOptions options,
                                                 KafkaSettings settings,
                                                 LogHook log);

  // What was seen at this look, and done about it.
  enum class Seen {
    kNothing,  // no answer, or the group is not at rest
    kWhole,    // every partition has an owner
    kUnowned,  // some have none; it was not yet, or not ours, to act
    kKnocked,
  };
  // One look: at most some seconds, and for a knock as long as the group takes
  // to share out.
  // Brokers that do not answer are no failure.
  Seen Look(const std::stop_token& stop);

 private:
  struct View {
    std::vector<std::string> unowned;  // "topic[partition]"
    bool ours_to_act = false;
  };
  GroupWatch(GroupWatchOptions options, KafkaSettings settings,
             KafkaClient client, LogHook log);

  // Nothing: no answer, or the group is not at rest.
  std::optional<View> ViewOfGroup();
  [[nodiscard]] std::optional<View> ViewOf(
      const rd_kafka_group_info& group) const;
  [[nodiscard]] bool FirstIsOurs(
      std::span<const rd_kafka_group_member_info> members) const;
  bool CountPartitions();
  void Knock(const std::stop_token& stop);

  GroupWatchOptions options_;
  KafkaSettings settings_;
  KafkaClient client_;
  StreamLog log_;
  std::vector<int> partitions_;  // of each topic, as counted_
  std::chrono::steady_clock::time_point counted_;
  std::vector<std::string> unowned_;  // at the last look
};

// Looks at groups every ten seconds, and once a minute where all has been well
// for some looks, on a thread of its own.
class GroupWatching {
 public:
  explicit GroupWatching(std::vector<GroupWatch> watches);
  // Waits for some seconds at most; what does not end by then is left behind.
  ~GroupWatching();
  GroupWatching(const GroupWatching&) = delete;
  GroupWatching& operator=(const GroupWatching&) = delete;

 private:
  std::future<void> ended_;
  std::jthread thread_;
};

}  // namespace ricochet
