#include <fmt/format.h>

#include "app/config_reader.h"

// [[tenant]], [[stream]] and [[egress]]: first match wins.
namespace ricochet {
namespace {

bool HasCondition(const AttributionRule& rule) {
  for (const ConditionKey& condition : ConditionKeys()) {
    if (!(rule.*condition.place).empty()) return true;
  }
  return !rule.header_name.empty();
}

// `node` as a text that is not empty, or null.
const std::string* TextOf(const toml::node& node) {
  const auto* const text = node.as_string();
  return text == nullptr || text->get().empty() ? nullptr : &text->get();
}

}  // namespace

Result<void> ConfigReader::ReadRules(const RuleTable& rules,
                                     const toml::node& node) {
  const auto* const array = node.as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    return Fail(At(node, rules.name,
                   fmt::format("must be written as [[{}]]", rules.name)));
  }
  auto& list = config_.attribution.*rules.place;
  for (const toml::node& element : *array) {
    if (!list.empty() && !HasCondition(list.back())) {
      return Fail(At(element, rules.name,
                     "is never reached: the rule before it has no condition"));
    }
    auto rule = ReadRule(rules, *element.as_table());
    if (!rule) return Fail(rule.error());
    list.push_back(*std::move(rule));
  }
  return {};
}

Result<AttributionRule> ConfigReader::ReadRule(const RuleTable& rules,
                                               const toml::table& table) {
  AttributionRule rule;
  for (const auto& [name, node] : table) {
    if (auto done = ReadCondition(rule, name, node); !done) {
      return Fail(done.error());
    }
  }
  if (rule.name.empty()) {
    return Fail(At(table, rules.name, "a rule needs a name"));
  }
  return rule;
}

Result<void> ConfigReader::ReadCondition(AttributionRule& rule,
                                         const toml::key& name,
                                         const toml::node& node) {
  if (name == "header") return ReadHeader(rule, node);
  std::vector<std::string_view> known = {"name", "header"};
  std::string AttributionRule::*place =
      name == "name" ? &AttributionRule::name : nullptr;
  for (const ConditionKey& condition : ConditionKeys()) {
    known.push_back(condition.name);
    if (name == condition.name) place = condition.place;
  }
  if (place == nullptr) return Fail(Unknown(name, "", known));
  const std::string* const text = TextOf(node);
  if (text == nullptr) {
    return Fail(At(node, name, "must be a string that is not empty"));
  }
  rule.*place = *text;
  return {};
}

Result<void> ConfigReader::ReadHeader(AttributionRule& rule,
                                      const toml::node& node) {
  const auto* const table = node.as_table();
  const auto* const name =
      table == nullptr ? nullptr : table->get_as<std::string>("name");
  const auto* const value =
      table == nullptr ? nullptr : table->get_as<std::string>("value");
  if (name == nullptr || name->get().empty() || value == nullptr ||
      table->size() != 2) {
    return Fail(At(node, "header",
                   "must be { name = \"X-Stream\", value = \"news\" }"));
  }
  rule.header_name = name->get();
  rule.header_value = value->get();
  return {};
}

}  // namespace ricochet
