#include "app/config_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/config_value.h"

namespace ricochet {
namespace {

bool IsSection(std::string_view name) {
  return !name.empty() &&
         std::ranges::find(ConfigSections(), name, &ConfigSection::name) !=
             ConfigSections().end();
}

const ConfigKey* FindKey(std::string_view section, std::string_view name) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.section == section && key.name == name) return &key;
  }
  return nullptr;
}

// What may stand in `section`.
std::vector<std::string_view> KnownIn(std::string_view section) {
  std::vector<std::string_view> names;
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.section == section) names.push_back(key.name);
  }
  if (section == "kafka") names.push_back("properties");
  if (!section.empty()) return names;
  for (const ConfigSection& s : ConfigSections()) names.push_back(s.name);
  for (const RuleTable& rules : RuleTables()) names.push_back(rules.name);
  return names;
}

std::size_t LineOf(const toml::source_region& region) {
  return region.begin.line;
}

// How many letters must be inserted, deleted or replaced to make `a` of `b`.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

ConfigReader::ConfigReader(const std::string& file_name,
                           ReservedPropertyCheck reserved)
    : file_(file_name),
      directory_(std::filesystem::path(file_name).parent_path()),
      reserved_(reserved) {}

Result<Config> ConfigReader::Read(const toml::table& root) {
  for (const auto& [name, node] : root) {
    if (auto done = ReadTop(name, node); !done) return Fail(done.error());
  }
  if (auto done = Check(); !done) return Fail(done.error());
  return std::move(config_);
}

Result<void> ConfigReader::ReadTop(const toml::key& name,
                                   const toml::node& node) {
  for (const RuleTable& rules : RuleTables()) {
    if (name == rules.name) return ReadRules(rules, node);
  }
  if (const ConfigKey* const key = FindKey("", name)) {
    return ReadKey(*key, node);
  }
  if (!IsSection(name)) return Fail(Unknown(name, "", KnownIn("")));
  const auto* const table = node.as_table();
  if (table == nullptr) return Fail(At(node, name, "must be a table"));
  return ReadSection(name, *table);
}

Result<void> ConfigReader::ReadSection(std::string_view section,
                                       const toml::table& table) {
  for (const auto& [name, node] : table) {
    Done done;
    if (section == "kafka" && name == "properties") {
      const auto* const properties = node.as_table();
      done = properties == nullptr
                 ? Fail(At(node, "kafka.properties", "must be a table"))
                 : ReadProperties("", *properties);
    } else if (const ConfigKey* const key = FindKey(section, name)) {
      done = ReadKey(*key, node);
    } else {
      done = Fail(Unknown(name, section, KnownIn(section)));
    }
    if (!done) return done;
  }
  return {};
}

Result<void> ConfigReader::ReadKey(const ConfigKey& key,
                                   const toml::node& node) {
  lines_[Path(key)] = LineOf(node.source());
  const auto done = ReadValue(key, node, directory_, config_);
  if (!done) return Fail(At(node, Path(key), done.error()));
  return {};
}

Result<void> ConfigReader::ReadProperties(const std::string& prefix,
                                          const toml::table& table) {
  for (const auto& [name, node] : table) {
    const std::string path = prefix + std::string(name.str());
    const auto* const inner = node.as_table();
    const bool more = inner != nullptr && !inner->is_inline();
    const auto done =
        more ? ReadProperties(path + '.', *inner) : ReadProperty(path, node);
    if (!done) return done;
  }
  return {};
}

Result<void> ConfigReader::ReadProperty(const std::string& name,
                                        const toml::node& node) {
  const std::string path = "kafka.properties." + name;
  if (const auto why = reserved_ != nullptr ? reserved_(name) : std::nullopt) {
    return Fail(At(node, path, fmt::format("may not be set: {}", *why)));
  }
  ConfigText text;
  if (node.is_integer()) {
    text.value = fmt::format("{}", *node.value<std::int64_t>());
  } else if (node.is_boolean()) {
    text.value = *node.value<bool>() ? "true" : "false";
  } else {
    auto read = ReadText(node, directory_);
    if (!read) return Fail(At(node, path, read.error()));
    text = *std::move(read);
  }
  if (!text.source.empty()) config_.secrets[path] = text.source;
  const bool fresh =
      config_.kafka.properties.try_emplace(name, std::move(text.value)).second;
  if (!fresh) return Fail(At(node, path, "is set twice"));
  return {};
}

Error ConfigReader::At(std::size_t line, std::string_view key,
                       std::string_view what) const {
  const std::string place =
      line == 0 ? file_ : fmt::format("{}:{}", file_, line);
  return {ErrorCode::kConfig, fmt::format("{}: {}: {}", place, key, what)};
}

Error ConfigReader::At(const toml::node& node, std::string_view key,
                       std::string_view what) const {
  return At(LineOf(node.source()), key, what);
}

Error ConfigReader::AtKeys(std::initializer_list<std::string_view> keys,
                           std::string_view what) const {
  for (const std::string_view key : keys) {
    const auto found = lines_.find(key);
    if (found != lines_.end()) return At(found->second, key, what);
  }
  return At(0, *keys.begin(), what);
}

Error ConfigReader::Unknown(const toml::key& name, std::string_view where,
                            const std::vector<std::string_view>& known) const {
  std::string_view nearest;
  std::size_t distance = 4;  // farther is no slip of the pen
  for (const std::string_view other : known) {
    const std::size_t d = EditDistance(name.str(), other);
    if (d < distance && d < other.size()) {
      nearest = other;
      distance = d;
    }
  }
  std::string path(where);
  if (!path.empty()) path += '.';
  path.append(name.str());
  const std::string hint =
      nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
  return At(LineOf(name.source()), path, "unknown key" + hint);
}

}  // namespace ricochet
