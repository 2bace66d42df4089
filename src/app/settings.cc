#include "app/settings.h"

#include <chrono>

#include "app/config_units.h"

namespace ricochet {

AttemptsSettings AttemptsSettingsOf(const Config& config) {
  return {
      .decode = {.text_pointer = config.decode.text_pointer,
                 .zone = config.decode.zone,
                 .max_line = static_cast<std::size_t>(config.decode.max_line)},
      .relays = config.correlate.relays};
}

CorrelationLimits CorrelationLimitsOf(const Config& config) {
  const auto& from = config.correlate;
  CorrelationLimits limits;
  limits.max_messages = static_cast<std::size_t>(from.max_messages);
  limits.lifetime = std::chrono::ceil<std::chrono::seconds>(from.lifetime);
  limits.linger = std::chrono::ceil<std::chrono::seconds>(from.linger);
  for (const std::string& filter : from.content_filters) {
    // The configuration was checked: it is a host and a port.
    if (const auto relay = ParseHostPort(filter)) {
      limits.content_filters.push_back(
          {relay->host, static_cast<std::uint16_t>(relay->port)});
    }
  }
  return limits;
}

}  // namespace ricochet
