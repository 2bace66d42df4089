#include "classify/toml_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ricochet {

void Complaint::Add(const toml::source_region& where, std::string_view what) {
  errors_.push_back({ErrorCode::kConfig,
                     fmt::format("{}:{}: {}", file_, where.begin.line, what)});
}

void Complaint::Add(Error error) { errors_.push_back(std::move(error)); }

Place Complaint::At(const toml::source_region& where) const {
  return {file_, where.begin.line};
}

TomlTable::TomlTable(const toml::table& table, Complaint& complaint,
                     std::initializer_list<std::string_view> known_keys)
    : table_(table), complaint_(complaint) {
  for (const auto& [key, node] : table) {
    if (std::ranges::find(known_keys, key.str()) == known_keys.end()) {
      complaint.Add(key.source(), fmt::format("unknown key '{}'", key.str()));
    }
  }
}

std::string TomlTable::Required(std::string_view key) const {
  auto value = Optional(key);
  if (value.empty()) Complain(key, fmt::format("'{}' is missing", key));
  return value;
}

std::string TomlTable::Optional(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return {};
  if (!node->is_string()) {
    Complain(key, fmt::format("'{}' must be a string", key));
  }
  return node->value_or(std::string());
}

std::vector<const toml::node*> TomlTable::OneOrMany(
    std::string_view key) const {
  const auto* node = table_.get(key);
  std::vector<const toml::node*> nodes;
  if (node == nullptr) return nodes;
  if (const auto* array = node->as_array()) {
    for (const auto& each : *array) nodes.push_back(&each);
    if (nodes.empty()) Complain(key, fmt::format("'{}' is empty", key));
  } else {
    nodes.push_back(node);
  }
  return nodes;
}

std::vector<std::string> TomlTable::Strings(std::string_view key) const {
  std::vector<std::string> strings;
  for (const auto* node : OneOrMany(key)) {
    if (!node->is_string()) {
      Complain(key, fmt::format("'{}' must hold strings", key));
      break;
    }
    strings.push_back(node->value_or(std::string()));
  }
  return strings;
}

bool TomlTable::Flag(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return false;
  if (!node->is_boolean()) {
    Complain(key, fmt::format("'{}' must be true or false", key));
  }
  return node->value_or(false);
}

const toml::table* TomlTable::Table(std::string_view key) const {
  const auto* node = table_.get(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) {
    Complain(key, fmt::format("'{}' must be a table", key));
  }
  return node->as_table();
}

void TomlTable::Complain(std::string_view key, std::string_view what) const {
  const auto* node = table_.get(key);
  complaint_.Add(node == nullptr ? table_.source() : node->source(), what);
}

std::vector<const toml::table*> TablesOf(const toml::table& document,
                                         std::string_view key,
                                         Complaint& complaint) {
  const TomlTable checked(document, complaint, {key});
  std::vector<const toml::table*> tables;
  for (const auto* node : checked.OneOrMany(key)) {
    if (const auto* table = node->as_table()) {
      tables.push_back(table);
    } else {
      complaint.Add(node->source(), fmt::format("expected [[{}]]", key));
    }
  }
  return tables;
}

}  // namespace ricochet
