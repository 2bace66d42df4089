#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "app/config_value.h"

namespace ricochet {
namespace {

constexpr std::size_t kLargestSecret = 64 * 1024;

ValueResult<std::string> ReadSecretFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kLargestSecret + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad()) {
    return Fail(fmt::format("cannot read the file {}", path.string()));
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > kLargestSecret) {
    return Fail(fmt::format("{} is larger than 64 KiB", path.string()));
  }
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  if (content.empty()) return Fail(fmt::format("{} is empty", path.string()));
  return content;
}

ValueResult<std::string> ReadEnvironment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) {
    return Fail(fmt::format("the environment has no {}", name));
  }
  return std::string(value);
}

ValueResult<ConfigText> ReadReference(const toml::table& table,
                                      const std::filesystem::path& directory) {
  const auto* const file = table.get_as<std::string>("file");
  const auto* const env = table.get_as<std::string>("env");
  if (table.size() != 1 || (file == nullptr && env == nullptr)) {
    return Fail(std::string(
        "must be a string, { file = \"path\" } or { env = \"NAME\" }"));
  }
  const auto value = file != nullptr ? ReadSecretFile(directory / file->get())
                                     : ReadEnvironment(env->get());
  if (!value) return Fail(value.error());
  return ConfigText{*value, file != nullptr
                                ? "{ file = " + Quote(file->get()) + " }"
                                : "{ env = " + Quote(env->get()) + " }"};
}

}  // namespace

ValueResult<ConfigText> ReadText(const toml::node& node,
                                 const std::filesystem::path& directory) {
  if (const auto* const text = node.as_string()) {
    return ConfigText{text->get(), ""};
  }
  if (const auto* const table = node.as_table()) {
    return ReadReference(*table, directory);
  }
  return Fail(std::string("must be a string"));
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace ricochet
