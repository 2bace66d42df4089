#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "app/config.h"
#include "app/config_keys.h"
#include "ricochet/result.h"

namespace ricochet {

// What is wrong with a value; the caller adds file, line and key.
template <class T>
using ValueResult = Result<T, std::string>;

// A text, and where it was kept if not in the file: `{ env = "NAME" }`.
struct ConfigText {
  std::string value;
  std::string source;  // "": in the file
};

// Reads a string, or what `{ file = "/run/secrets/x" }` or `{ env = "NAME" }`
// refers to: the file's content without the newline at its end. `directory`
// is where relative paths begin.
[[nodiscard]] ValueResult<ConfigText> ReadText(
    const toml::node& node, const std::filesystem::path& directory);

// Reads and checks the value of `key` into its place in `config`.
[[nodiscard]] ValueResult<void> ReadValue(
    const ConfigKey& key, const toml::node& node,
    const std::filesystem::path& directory, Config& config);

// The value as TOML: `"500ms"`, `["a", "b"]`, `2`.
[[nodiscard]] std::string ShowValue(const ConfigField& field, Config& config);

// `text` as a TOML string, control characters escaped.
[[nodiscard]] std::string Quote(std::string_view text);

}  // namespace ricochet
