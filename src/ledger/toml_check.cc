#include "ledger/toml_check.h"

namespace ricochet::toml_check {

std::string_view TextOf(const toml::node& node, std::string_view key) {
  const auto* text = node.as_string();
  if (text == nullptr) Complain(node, fmt::format("{} must be a string", key));
  return text->get();
}

std::int64_t IntegerOf(const toml::node& node, std::string_view key,
                       std::int64_t low, std::int64_t high) {
  const auto* number = node.as_integer();
  if (number == nullptr || number->get() < low || number->get() > high) {
    Complain(node, fmt::format("{} must be a whole number from {} to {}", key,
                               low, high));
  }
  return number->get();
}

bool BoolOf(const toml::node& node, std::string_view key) {
  const auto* value = node.as_boolean();
  if (value == nullptr) {
    Complain(node, fmt::format("{} must be true or false", key));
  }
  return value->get();
}

const toml::array& ArrayOf(const toml::node& node, std::string_view key) {
  const auto* array = node.as_array();
  if (array == nullptr) Complain(node, fmt::format("{} must be a list", key));
  return *array;
}

const toml::table& TableOf(const toml::node& node, std::string_view what) {
  const auto* table = node.as_table();
  if (table == nullptr) Complain(node, std::string(what));
  return *table;
}

const toml::node& Require(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr) Complain(table, fmt::format("{} is missing", key));
  return *node;
}

std::int64_t IntegerAt(const toml::table& table, std::string_view key,
                       std::int64_t low, std::int64_t high,
                       std::int64_t otherwise) {
  const auto* node = table.get(key);
  return node == nullptr ? otherwise : IntegerOf(*node, key, low, high);
}

bool BoolAt(const toml::table& table, std::string_view key, bool otherwise) {
  const auto* node = table.get(key);
  return node == nullptr ? otherwise : BoolOf(*node, key);
}

}  // namespace ricochet::toml_check
