#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// Reading TOML with checks: each function returns what it was asked for or
// throws a Complaint, which Policy::Parse() alone catches, so that checks read
// as a list and the line number is found in one place.
namespace ricochet::toml_check {

struct Complaint {
  toml::source_region where;
  std::string what;
};

[[noreturn]] inline void Complain(const toml::node& node, std::string what) {
  throw Complaint{node.source(), std::move(what)};
}

std::string_view TextOf(const toml::node& node, std::string_view key);
std::int64_t IntegerOf(const toml::node& node, std::string_view key,
                       std::int64_t low, std::int64_t high);
bool BoolOf(const toml::node& node, std::string_view key);
const toml::array& ArrayOf(const toml::node& node, std::string_view key);
const toml::table& TableOf(const toml::node& node, std::string_view what);
const toml::node& Require(const toml::table& table, std::string_view key);

// The integer at `key`, or `otherwise` when the table has none.
std::int64_t IntegerAt(const toml::table& table, std::string_view key,
                       std::int64_t low, std::int64_t high,
                       std::int64_t otherwise);
bool BoolAt(const toml::table& table, std::string_view key, bool otherwise);

template <class Names>
std::string Joined(const Names& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// The index of a string among `names`.
template <std::size_t N>
std::size_t ChoiceOf(const toml::node& node, std::string_view key,
                     const std::array<std::string_view, N>& names) {
  const auto name = TextOf(node, key);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    Complain(node,
             fmt::format("{} \"{}\" is none of {}", key, name, Joined(names)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

// Every key of `table` is one of `known`.
template <std::size_t N>
void CheckKeys(const toml::table& table,
               const std::array<std::string_view, N>& known) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    throw Complaint{key.source(), fmt::format("unknown key \"{}\"; known: {}",
                                              key.str(), Joined(known))};
  }
}

}  // namespace ricochet::toml_check
