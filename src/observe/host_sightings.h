#pragma once

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/record.h"
#include "ricochet/time.h"

namespace ricochet {

// That a host's lines were in a partition.
struct HostSighting {
  std::string host;
  Partition partition;
  EventTime event = kNoTime;  // of the newest one, to a minute
  EventTime seen = kNoTime;   // by the wall clock
};

// In which partitions one worker saw the lines of each host. Records that are
// not keyed by host show here: lines of one message are then read apart.
//
// Costs the worker a look-up for each event, and a lock, which it does not wait
// for, once for each minute of event time and host. Memory: at most
// kMaxHosts twice; when there are more it begins anew.
class HostSightings {
 public:
  static constexpr std::size_t kMaxHosts = 10'000;
  // A host is in two partitions at once when it was seen in both within this
  // time, of events as well as by the wall clock: one that has moved, because
  // partitions were added, is not for longer than that.
  static constexpr std::chrono::minutes kAtOnce{10};

  // The owner, for each event. A host without a name is none.
  void Add(Partition partition, std::string_view host, EventTime time);
  // The owner, now and then: lets others see what was added.
  void Publish(EventTime now);

  // Any thread: adds to `all` what was seen of late.
  void ReadInto(std::vector<HostSighting>& all, EventTime now) const;

 private:
  struct Key {
    Partition partition;
    std::uint64_t host = 0;  // its hash
    friend bool operator==(const Key&, const Key&) = default;
    template <class H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.partition.topic,
                        key.partition.number, key.host);
    }
  };

  absl::flat_hash_map<Key, EventTime> known_;
  absl::flat_hash_map<Key, HostSighting> changed_;  // since they were published

  mutable std::mutex mutex_;
  absl::flat_hash_map<Key, HostSighting> published_;
};

// A host whose lines come in more than one partition of a topic; two of them.
struct UnkeyedHost {
  std::string host;
  Partition one;
  Partition other;
};
[[nodiscard]] std::vector<UnkeyedHost> UnkeyedHosts(
    std::vector<HostSighting> sightings);

}  // namespace ricochet
