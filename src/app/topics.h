#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "ricochet/output.h"
#include "ricochet/result.h"
#include "stream/admin.h"
#include "stream/kafka_config.h"

namespace ricochet {

// How a configuration reaches its cluster.
[[nodiscard]] KafkaSettings KafkaSettingsOf(const Config& config);

// The consumer group of a stage.
[[nodiscard]] std::string GroupOf(const Config& config, std::string_view stage);

// The topics that a configuration names, as `ricochet topics create` makes
// them.
[[nodiscard]] std::vector<TopicSpec> TopicsOf(const Config& config);

// The names that Topic indexes, for a stage.
[[nodiscard]] std::array<std::string, kTopics> OutputTopicsOf(
    const Config& config, std::string_view stage);

// What could be better about the topics, a sentence each. Fails with kConfig,
// naming each topic that is missing or is not as it must be and the command
// that helps; with kKafka when no broker answers.
[[nodiscard]] Result<std::vector<std::string>> CheckTopics(
    const Config& config);

}  // namespace ricochet
