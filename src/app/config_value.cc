#include "app/config_value.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/config_units.h"

namespace ricochet {
namespace {

// Reads one value of each type. Holds references for one call of ReadValue().
struct Reader {
  const ConfigKey& key;
  const toml::node& node;
  const std::filesystem::path& directory;
  Config& config;

  ValueResult<void> operator()(const TextField& field) const {
    auto text = ReadText(node, directory);
    if (!text) return Fail(text.error());
    if (field.check != nullptr) {
      const auto wrong = field.check(text->value);
      if (!wrong.empty()) return Wrong(*text, wrong);
    }
    if (field.is_path && !text->value.empty()) {
      text->value = (directory / text->value).lexically_normal().string();
    }
    if (!text->source.empty()) config.secrets[Path(key)] = text->source;
    field.place(config) = std::move(text->value);
    return {};
  }

  ValueResult<void> operator()(const ListField& field) const {
    const auto* const array = node.as_array();
    if (array == nullptr) return Fail(std::string("must be a list of strings"));
    if (array->empty() && !field.may_be_empty) {
      return Fail(std::string("must not be empty"));
    }
    std::vector<std::string> list;
    for (const toml::node& element : *array) {
      const auto* const text = element.as_string();
      if (text == nullptr) {
        return Fail(std::string("must be a list of strings"));
      }
      const auto wrong = field.check(text->get());
      if (!wrong.empty()) return Wrong({text->get(), ""}, wrong);
      if (std::ranges::find(list, text->get()) != list.end()) {
        return Wrong({text->get(), ""}, "is there twice");
      }
      list.push_back(text->get());
    }
    field.place(config) = std::move(list);
    return {};
  }

  ValueResult<void> operator()(const IntegerField& field) const {
    const auto* const integer = node.as_integer();
    if (integer == nullptr || integer->get() < field.min ||
        integer->get() > field.max) {
      return Fail(fmt::format("must be a whole number from {} to {}", field.min,
                              field.max));
    }
    field.place(config) = static_cast<int>(integer->get());
    return {};
  }

  ValueResult<void> operator()(const PercentField& field) const {
    const auto number = node.is_number() ? node.value<double>() : std::nullopt;
    // Written so that it refuses NaN, too.
    if (!number || !(*number >= 0 && *number <= 100)) {
      return Fail(std::string("must be a number from 0 to 100 (percent)"));
    }
    field.place(config) = *number;
    return {};
  }

  ValueResult<void> operator()(const DurationField& field) const {
    const auto duration = ParseDuration(TextOrNothing());
    if (!duration) {
      return Fail(std::string(
          "must be a duration such as \"500ms\", \"10s\", \"5m\", \"7d\""));
    }
    if (*duration < field.min || *duration > field.max) {
      return Fail(fmt::format("must be from {} to {}",
                              FormatDuration(field.min),
                              FormatDuration(field.max)));
    }
    field.place(config) = *duration;
    return {};
  }

  ValueResult<void> operator()(const SizeField& field) const {
    const auto size = ParseSize(TextOrNothing());
    if (!size) {
      return Fail(
          std::string("must be a size such as \"512B\", \"64KiB\", \"1MiB\""));
    }
    if (*size < field.min || *size > field.max) {
      return Fail(fmt::format("must be from {} to {}", FormatSize(field.min),
                              FormatSize(field.max)));
    }
    field.place(config) = *size;
    return {};
  }

  ValueResult<void> operator()(const ZoneField& field) const {
    const auto zone = ParseZone(TextOrNothing());
    if (!zone) {
      return Fail(std::string("must be an offset such as \"+01:00\""));
    }
    field.place(config) = *zone;
    return {};
  }

  ValueResult<void> operator()(const FlagField& field) const {
    const auto* const flag = node.as_boolean();
    if (flag == nullptr) return Fail(std::string("must be true or false"));
    field.place(config) = flag->get();
    return {};
  }

  ValueResult<void> operator()(const ChoiceField& field) const {
    const auto found = std::ranges::find(field.names, TextOrNothing());
    if (found == field.names.end() || !node.is_string()) {
      return Fail(
          fmt::format("must be one of: {}", fmt::join(field.names, ", ")));
    }
    field.set(config, static_cast<std::size_t>(found - field.names.begin()));
    return {};
  }

 private:
  // Does not show a value that came from elsewhere.
  static ValueResult<void> Wrong(const ConfigText& text,
                                 std::string_view wrong) {
    return Fail(fmt::format(
        "{} {}", text.source.empty() ? Quote(text.value) : text.source, wrong));
  }

  [[nodiscard]] std::string_view TextOrNothing() const {
    const auto* const text = node.as_string();
    return text == nullptr ? std::string_view() : text->get();
  }
};

struct Shower {
  Config& config;

  std::string operator()(const TextField& field) const {
    return Quote(field.place(config));
  }
  std::string operator()(const ListField& field) const {
    std::vector<std::string> quoted;
    for (const auto& text : field.place(config)) quoted.push_back(Quote(text));
    return fmt::format("[{}]", fmt::join(quoted, ", "));
  }
  std::string operator()(const IntegerField& field) const {
    return fmt::format("{}", field.place(config));
  }
  std::string operator()(const PercentField& field) const {
    return fmt::format("{}", field.place(config));
  }
  std::string operator()(const DurationField& field) const {
    return Quote(FormatDuration(field.place(config)));
  }
  std::string operator()(const SizeField& field) const {
    return Quote(FormatSize(field.place(config)));
  }
  std::string operator()(const ZoneField& field) const {
    return Quote(FormatZone(field.place(config)));
  }
  std::string operator()(const FlagField& field) const {
    return field.place(config) ? "true" : "false";
  }
  std::string operator()(const ChoiceField& field) const {
    return Quote(field.names[field.get(config)]);
  }
};

}  // namespace

ValueResult<void> ReadValue(const ConfigKey& key, const toml::node& node,
                            const std::filesystem::path& directory,
                            Config& config) {
  return std::visit(Reader{key, node, directory, config}, key.field);
}

std::string ShowValue(const ConfigField& field, Config& config) {
  return std::visit(Shower{config}, field);
}

}  // namespace ricochet
