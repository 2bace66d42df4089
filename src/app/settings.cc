#include "app/settings.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "app/config_units.h"
#include "mta/registry.h"

namespace ricochet {

namespace {

// By the numbers of the input topics. The configuration was checked.
std::vector<const Format*> FormatsOf(const Config& config) {
  const auto& topics = config.topics.logs;
  std::vector<const Format*> formats(topics.size());
  for (const std::string_view entry : config.decode.formats) {
    const auto equals = entry.find('=');
    const auto topic = std::ranges::find(topics, entry.substr(0, equals));
    if (equals == std::string_view::npos || topic == topics.end()) continue;
    formats[static_cast<std::size_t>(topic - topics.begin())] =
        FindFormat(entry.substr(equals + 1));
  }
  return formats;
}

}  // namespace

AttemptsSettings AttemptsSettingsOf(const Config& config) {
  return {
      .decode = {.text_pointer = config.decode.text_pointer,
                 .zone = config.decode.zone,
                 .max_line = static_cast<std::size_t>(config.decode.max_line)},
      .relays = config.correlate.relays,
      .formats = FormatsOf(config)};
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

RateThresholds RateThresholdsOf(const Config& config) {
  const Config::Thresholds& t = config.thresholds;
  RateThresholds thresholds;
  thresholds.hard = {t.hard_warning / 100, t.hard_critical / 100,
                     t.hard_page / 100};
  thresholds.complaint.warning = t.complaint_warning / 100;
  thresholds.complaint.critical = t.complaint_critical / 100;
  thresholds.min_outcomes = static_cast<std::uint64_t>(t.min_outcomes);
  return thresholds;
}

RatesOptions RatesOptionsOf(const Config& config) {
  RatesOptions options;
  options.thresholds = RateThresholdsOf(config);
  options.max_dimensions =
      static_cast<std::size_t>(config.rates.max_dimensions);
  return options;
}

SuppressorOptions SuppressorOptionsOf(const Config& config) {
  SuppressorOptions options;
  options.suppressed = static_cast<std::size_t>(config.ledger.max_suppressed);
  options.watched = static_cast<std::size_t>(config.ledger.max_watched);
  options.deliveries = static_cast<std::size_t>(config.ledger.max_deliveries);
  return options;
}

}  // namespace ricochet
