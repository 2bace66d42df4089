#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config.h"

namespace ricochet {

// Where in a Config a key's value lies.
template <class T>
using FieldPlace = T& (*)(Config&);

// What is wrong with a value, or "". Cross-key checks are in config_check.cc.
using ValueCheck = std::string_view (*)(std::string_view value);

struct TextField {
  FieldPlace<std::string> place;
  ValueCheck check = nullptr;
  bool is_path = false;  // relative to the configuration file's directory
};
struct ListField {  // of texts, all different
  FieldPlace<std::vector<std::string>> place;
  ValueCheck check = nullptr;  // of each
  bool may_be_empty = false;
};
struct IntegerField {
  FieldPlace<int> place;
  int min;
  int max;
};
struct PercentField {
  FieldPlace<double> place;
};
struct DurationField {
  FieldPlace<std::chrono::milliseconds> place;
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;
};
struct SizeField {
  FieldPlace<std::int64_t> place;
  std::int64_t min;
  std::int64_t max;
};
struct ZoneField {
  FieldPlace<std::chrono::minutes> place;
};
struct FlagField {
  FieldPlace<bool> place;
};
struct ChoiceField {  // an enumeration: names by value
  std::span<const std::string_view> names;
  std::size_t (*get)(const Config&);
  void (*set)(Config&, std::size_t);
};

using ConfigField =
    std::variant<TextField, ListField, IntegerField, PercentField,
                 DurationField, SizeField, ZoneField, FlagField, ChoiceField>;

// One key of the configuration file. `help` is what the documents say.
struct ConfigKey {
  std::string_view section;  // "": top level
  std::string_view name;
  ConfigField field;
  std::string_view help;
};

struct ConfigSection {
  std::string_view name;
  std::string_view help;
};

// A condition of a [[tenant]], [[stream]] or [[egress]] rule.
struct ConditionKey {
  std::string_view name;
  std::string AttributionRule::*place;
  std::string_view help;
};

// The tables of rules, and where each lies.
struct RuleTable {
  std::string_view name;
  std::vector<AttributionRule> AttributionRules::*place;
  std::string_view help;
};

// The one list of what can be configured: drives parsing, Describe() and the
// documents. Sections and keys are in the order of the documents.
[[nodiscard]] std::span<const ConfigSection> ConfigSections();
[[nodiscard]] std::span<const ConfigKey> ConfigKeys();
[[nodiscard]] std::span<const ConditionKey> ConditionKeys();
[[nodiscard]] std::span<const RuleTable> RuleTables();

// "kafka.brokers"; "stages" at top level.
[[nodiscard]] std::string Path(const ConfigKey& key);

}  // namespace ricochet
