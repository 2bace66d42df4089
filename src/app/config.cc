#include "app/config.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "app/config_reader.h"

namespace ricochet {

Result<Config> LoadConfig(const std::string& path,
                          ReservedPropertyCheck reserved) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // A directory opens, but cannot be read.
  if (!file.is_open() || (file.peek(), file.bad())) {
    return Fail(ErrorCode::kIo, fmt::format("cannot read {}", path));
  }
  text << file.rdbuf();
  return ParseConfig(text.view(), path, reserved);
}

Result<Config> ParseConfig(std::string_view text, const std::string& file_name,
                           ReservedPropertyCheck reserved) {
  try {
    const toml::table root = toml::parse(text, file_name);
    return ConfigReader(file_name, reserved).Read(root);
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::kConfig,
                fmt::format("{}:{}: {}", file_name, error.source().begin.line,
                            error.description()));
  }
}

Result<std::string> Ordinal(const Config& config, std::string_view host_name) {
  const std::string& ordinal = config.kafka.ordinal;
  if (ordinal != "hostname") return ordinal;
  const auto dash = host_name.rfind('-');
  const auto digits = dash == std::string_view::npos
                          ? std::string_view()
                          : host_name.substr(dash + 1);
  if (digits.empty() ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return Fail(ErrorCode::kConfig,
                fmt::format("kafka.ordinal is \"hostname\", but the host name "
                            "{} does not end in -<number>",
                            host_name));
  }
  return std::string(digits);
}

}  // namespace ricochet
