#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ricochet/guarantee.h"
#include "ricochet/output.h"

namespace ricochet {

struct WorkerOptions {
  std::string stage_name;                 // "attempts", "ledger"
  std::string group;                      // "ricochet.attempts"
  std::vector<std::string> input_topics;  // Partition::topic indexes these
  std::array<std::string, kTopics> output_topics;  // by Topic
  // group.instance.id and transactional.id: "<stage>-<ordinal>-<worker>".
  // Empty: a dynamic member.
  std::string instance_id;
  // Records are keyed, and their keys' state stays with the partition: the
  // number of partitions must never change.
  bool keyed_input = false;
  Guarantee guarantee = Guarantee::kExactlyOnce;
  std::chrono::milliseconds commit_interval{500};
  std::size_t batch_records = 2000;
  bool from_beginning = true;  // where a partition never committed is begun
  // Tick() does not wait until every partition's time is known: what is read
  // is old, and time means nothing.
  bool input_is_old = false;

  std::chrono::milliseconds stop_deadline{20'000};
  std::chrono::milliseconds session_timeout{45'000};
  std::chrono::milliseconds transaction_timeout{10'000};
  // Of every single wait for a broker; then the connection is opened anew.
  std::chrono::milliseconds call_deadline{30'000};

  // Called between sending offsets and committing; for tests.
  std::function<void()> offsets_sent;
};

}  // namespace ricochet
