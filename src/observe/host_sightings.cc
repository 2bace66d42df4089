#include "observe/host_sightings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "ricochet/text_hash.h"

namespace ricochet {

void HostSightings::Add(Partition partition, std::string_view host,
                        EventTime time) {
  if (host.empty() || time == kNoTime) return;
  const Key key{partition, TextHash()(host)};
  const auto [known, is_new] = known_.try_emplace(key, time);
  if (!is_new) {
    if (std::chrono::abs(time - known->second) < std::chrono::minutes(1)) {
      return;
    }
    known->second = time;
  }
  if (known_.size() > kMaxHosts) known_.clear();
  if (changed_.size() >= kMaxHosts) return;
  auto& sighting = changed_[key];
  if (sighting.host.empty()) {
    sighting.host = host;
    sighting.partition = partition;
  }
  sighting.event = time;
}

void HostSightings::Publish(EventTime now) {
  if (changed_.empty()) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;  // somebody reads it: then at the next commit
  absl::erase_if(published_, [&](const auto& each) {
    return each.second.seen < now - kAtOnce;
  });
  for (auto& [key, sighting] : changed_) {
    sighting.seen = now;
    if (published_.size() < kMaxHosts || published_.contains(key)) {
      published_[key] = std::move(sighting);
    }
  }
  changed_.clear();
}

void HostSightings::ReadInto(std::vector<HostSighting>& all,
                             EventTime now) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, sighting] : published_) {
    if (sighting.seen >= now - kAtOnce) all.push_back(sighting);
  }
}

std::vector<UnkeyedHost> UnkeyedHosts(std::vector<HostSighting> sightings) {
  const auto of_one = [](const HostSighting& a, const HostSighting& b) {
    return a.host == b.host && a.partition.topic == b.partition.topic;
  };
  std::ranges::sort(sightings, {}, [](const HostSighting& each) {
    return std::tie(each.partition.topic, each.host, each.event,
                    each.partition.number);
  });
  // Of two sightings that are close in time, there are two next to each other.
  std::vector<UnkeyedHost> unkeyed;
  bool told = false;
  for (std::size_t i = 1; i < sightings.size(); ++i) {
    const HostSighting& before = sightings[i - 1];
    const HostSighting& after = sightings[i];
    if (!of_one(before, after)) {
      told = false;
    } else if (!told && before.partition != after.partition &&
               after.event - before.event <= HostSightings::kAtOnce) {
      unkeyed.push_back({after.host, before.partition, after.partition});
      told = true;
    }
  }
  return unkeyed;
}

}  // namespace ricochet
