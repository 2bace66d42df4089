#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/config.h"
#include "app/config_keys.h"
#include "app/config_value.h"

namespace ricochet {
namespace {

constexpr std::string_view kMask = "\"***\"";
constexpr std::string_view kNothing = "\"\"";

// Whether a key or librdkafka property of this name holds something not to be
// shown.
bool IsSecret(std::string_view name) {
  constexpr std::array<std::string_view, 7> kWords = {
      "password",          "passwd", "secret", "token", "jaas", "key.pem",
      "oauthbearer.config"};
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

void DescribeProperties(const Config& config, std::string& out) {
  if (config.kafka.properties.empty()) return;
  out += "\n[kafka.properties]\n";
  for (const auto& [name, value] : config.kafka.properties) {
    const auto source = config.secrets.find("kafka.properties." + name);
    const bool elsewhere = source != config.secrets.end();
    out += fmt::format("{} = {}\n", Quote(name),
                       elsewhere        ? source->second
                       : IsSecret(name) ? std::string(kMask)
                                        : Quote(value));
  }
}

void DescribeRule(const RuleTable& table, const AttributionRule& rule,
                  std::string& out) {
  out += fmt::format("\n[[{}]]\n", table.name);
  for (const ConditionKey& condition : ConditionKeys()) {
    const std::string& value = rule.*condition.place;
    if (value.empty()) continue;
    out += fmt::format("{} = {}\n", condition.name, Quote(value));
  }
  if (!rule.header_name.empty()) {
    out += fmt::format("header = {{ name = {}, value = {} }}\n",
                       Quote(rule.header_name), Quote(rule.header_value));
  }
  out += fmt::format("name = {}\n", Quote(rule.name));
}

}  // namespace

std::string Describe(const Config& config) {
  Config shown = config;
  std::string out;
  for (const ConfigSection& section : ConfigSections()) {
    if (!section.name.empty()) out += fmt::format("\n[{}]\n", section.name);
    for (const ConfigKey& key : ConfigKeys()) {
      if (key.section != section.name) continue;
      const auto source = config.secrets.find(Path(key));
      const bool elsewhere = source != config.secrets.end();
      auto value = elsewhere ? source->second : ShowValue(key.field, shown);
      if (!elsewhere && IsSecret(key.name) && value != kNothing) value = kMask;
      out += fmt::format("{} = {}\n", key.name, value);
    }
    if (section.name == "kafka") DescribeProperties(config, out);
  }
  for (const RuleTable& table : RuleTables()) {
    for (const AttributionRule& rule : config.attribution.*table.place) {
      DescribeRule(table, rule, out);
    }
  }
  return out;
}

}  // namespace ricochet
