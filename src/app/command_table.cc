#include "app/command_table.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>

namespace ricochet {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

CommandValue ValueOf(const CLI::Option& option) {
  using Kind = CommandValue::Kind;
  if (option.get_items_expected_max() == 0) return {};
  CommandValue value{.kind = Kind::kText, .name = option.get_option_text()};
  if (value.name.empty()) value.name = option.get_type_name();
  // CLI::IsMember tells its members as "TEXT:{one,two}".
  const auto open = value.name.find(":{");
  if (open != std::string::npos && value.name.ends_with('}')) {
    value.choices = Split(std::string_view(value.name)
                              .substr(open + 2, value.name.size() - open - 3),
                          ',');
    value.name = fmt::format("{}", fmt::join(value.choices, "|"));
  } else if (value.name.find('|') != std::string::npos) {
    value.choices = Split(value.name, '|');
  }
  value.name.resize(std::min(value.name.find(':'), value.name.size()));
  if (option.get_positional()) value.name = option.get_name(true);
  if (value.name == "FILE") value.kind = Kind::kFile;
  if (value.name == "FOLDER" || option.get_type_name() == "FOLDER") {
    value.kind = Kind::kFolder;
  }
  return value;
}

CommandOption OptionOf(const CLI::Option& option) {
  CommandOption entry{.value = ValueOf(option),
                      .description = option.get_description(),
                      .required = option.get_required()};
  entry.repeated =
      option.get_expected_max() == CLI::detail::expected_max_vector_size;
  if (option.get_positional()) {
    entry.names.push_back(option.get_name(true));
    return entry;
  }
  for (const auto& name : option.get_snames())
    entry.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) {
    entry.names.push_back("--" + name);
  }
  return entry;
}

bool IsShown(const CLI::App* command) {
  return !command->get_group().empty() && !command->get_name().empty();
}

void Add(const CLI::App& app, const std::string& path, CommandTable& table) {
  CommandEntry entry{.path = path,
                     .description = app.get_description(),
                     .footer = app.get_footer()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    auto& where = option->get_positional() ? entry.arguments : entry.options;
    where.push_back(OptionOf(*option));
  }
  const auto children = app.get_subcommands(IsShown);
  for (const CLI::App* child : children) {
    entry.children.push_back({child->get_name(), child->get_description()});
  }
  table.push_back(std::move(entry));
  for (const CLI::App* child : children) {
    Add(*child, path + (path.empty() ? "" : " ") + child->get_name(), table);
  }
}

}  // namespace

CommandTable CommandTableOf(const CLI::App& app) {
  CommandTable table;
  Add(app, "", table);
  return table;
}

}  // namespace ricochet
