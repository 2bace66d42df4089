#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ricochet/result.h"
#include "stream/kafka_handles.h"

namespace ricochet {

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// How to reach a cluster.
struct KafkaSettings {
  std::string brokers;         // "host:port,host:port"
  KafkaProperties properties;  // librdkafka's names, passed through
};

// Why the user may not set the librdkafka property `name`, or nothing when he
// may. Only what our guarantees rest on is reserved; speed may be tuned.
[[nodiscard]] std::optional<std::string_view> ReservedProperty(
    std::string_view name);

// Refuses reserved properties and what librdkafka itself does not accept. The
// message names the property, never its value, which may be a secret.
[[nodiscard]] Result<void> CheckProperties(const KafkaSettings& settings);

// What is known to go wrong with these settings and the librdkafka that is
// loaded, as a sentence for the user; empty when nothing is.
[[nodiscard]] std::string KnownProblem(const KafkaSettings& settings,
                                       int library_version);

// Brokers, the user's properties over `defaults`, and `fixed` over both.
[[nodiscard]] Result<KafkaConf> MakeConf(const KafkaSettings& settings,
                                         const KafkaProperties& defaults,
                                         const KafkaProperties& fixed);

}  // namespace ricochet
