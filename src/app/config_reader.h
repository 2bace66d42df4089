#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/config_keys.h"
#include "ricochet/result.h"

namespace ricochet {

// Turns one parsed file into a Config; stops at the first error. Used once,
// by ParseConfig().
class ConfigReader {
 public:
  ConfigReader(const std::string& file_name, ReservedPropertyCheck reserved);

  [[nodiscard]] Result<Config> Read(const toml::table& root);

 private:
  using Done = Result<void>;

  Done ReadTop(const toml::key& name, const toml::node& node);
  Done ReadSection(std::string_view section, const toml::table& table);
  Done ReadKey(const ConfigKey& key, const toml::node& node);
  // Both `a.b = ""` (which TOML reads as tables) and `"a.b" = ""` are taken.
  Done ReadProperties(const std::string& prefix, const toml::table& table);
  Done ReadProperty(const std::string& name, const toml::node& node);
  Done ReadRules(const RuleTable& rules, const toml::node& node);
  Result<AttributionRule> ReadRule(const RuleTable& rules,
                                   const toml::table& table);
  Done ReadCondition(AttributionRule& rule, const toml::key& name,
                     const toml::node& node);
  Done ReadHeader(AttributionRule& rule, const toml::node& node);

  // Checks that concern several keys; in config_check.cc.
  [[nodiscard]] Done Check() const;
  [[nodiscard]] Done CheckTopics() const;
  [[nodiscard]] Done CheckFormats() const;
  [[nodiscard]] Done CheckTimes() const;
  [[nodiscard]] Done CheckHttp() const;
  [[nodiscard]] Done CheckThresholds() const;

  // "file:line: key: what"; without a line when `line` is 0.
  [[nodiscard]] Error At(std::size_t line, std::string_view key,
                         std::string_view what) const;
  [[nodiscard]] Error At(const toml::node& node, std::string_view key,
                         std::string_view what) const;
  // The same, at the first of `keys` that the file sets.
  [[nodiscard]] Error AtKeys(std::initializer_list<std::string_view> keys,
                             std::string_view what) const;
  [[nodiscard]] Error Unknown(const toml::key& name, std::string_view where,
                              const std::vector<std::string_view>& known) const;

  const std::string file_;
  const std::filesystem::path directory_;
  const ReservedPropertyCheck reserved_;
  Config config_;
  std::map<std::string, std::size_t, std::less<>> lines_;  // of keys set
};

}  // namespace ricochet
