#include "classify/toml_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace ricochet {

void ReadTomlFile(
    std::span<const EmbeddedFile> files, std::string_view name,
    std::vector<Error>& errors,
    const std::function<void(const toml::table&, Complaint&)>& read) {
  const auto file = std::ranges::find(files, name, &EmbeddedFile::name);
  if (file == files.end()) {
    errors.push_back({ErrorCode::kConfig, fmt::format("{} is missing", name)});
    return;
  }
  try {
    const auto document = toml::parse(file->text, file->name);
    Complaint complaint(name, errors);
    read(document, complaint);
  } catch (const toml::parse_error& error) {
    errors.push_back({ErrorCode::kConfig, fmt::format("{}:{}: {}", file->name,
                                                      error.source().begin.line,
                                                      error.description())});
  }
}

}  // namespace ricochet
