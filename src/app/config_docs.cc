#include "app/config_docs.h"

#include <fmt/format.h>

#include "app/config_keys.h"
#include "app/config_units.h"
#include "app/config_value.h"

namespace ricochet {
namespace {

constexpr std::string_view kFileHead =
    R"(# Ricochet's configuration: every key, with its default.
# A key that is left out has its default; an unknown one is an error.
# `ricochet config check` says what is in effect.

)";

constexpr std::string_view kFileProperties = R"(
# Anything else of librdkafka, as it is. What Ricochet must set itself is
# refused. As any string here, a value may be kept elsewhere:
# { file = "path" } or { env = "NAME" }.
[kafka.properties]
#"security.protocol" = "SASL_SSL"
#"sasl.mechanisms" = "SCRAM-SHA-512"
#"sasl.username" = "ricochet"
#"sasl.password" = { file = "/run/secrets/kafka-password" }
)";

constexpr std::string_view kFileRules = R"(
# Whose mail it is, what sort of mail, and by which way it left: the first rule
# whose conditions all hold gives the name.
#[[tenant]]
#instance = "postfix-acme"
#name = "acme"

#[[stream]]
#header = { name = "X-Campaign", value = "newsletter" }
#name = "newsletter"

#[[stream]]
#sender_domain = ".news.shop.example"
#name = "newsletter"

#[[egress]]
#service = "smtp-pool1"
#name = "pool1"
)";

constexpr std::string_view kHead = R"(# Configuration

One TOML file, given by `-c`; [config/ricochet.toml](../config/ricochet.toml)
is one with every key and its default. An unknown key, a wrong type, or a value
out of range is an error that names file and line. `ricochet config check`
prints what is in effect, secrets masked.

This page is generated from the table in `src/app/config_keys.cc`.

- A *duration* is a whole number and a unit: `ms`, `s`, `m`, `h`, `d`.
- A *size* is a whole number and a unit: `B`, `KiB`, `MiB`, `GiB`.
- A *string* may be kept elsewhere: `{ file = "/run/secrets/x" }` is the
  content of a file (without the newline at its end), `{ env = "NAME" }` an
  environment variable. What is missing is an error. Strings within lists and
  rules, durations, sizes and choices are written out.
- Relative paths begin at the configuration file's directory.
)";

constexpr std::string_view kProperties = R"(
### `[kafka.properties]`

Any property of librdkafka, as it is: credentials, certificates, buffer sizes.
`"sasl.username"` and `sasl.username` are the same. Values are strings (which
may be kept elsewhere, see above), whole numbers, or booleans. The properties
that Ricochet must set itself are refused, with the reason.

```toml
[kafka.properties]
"security.protocol" = "SASL_SSL"
"sasl.password" = { file = "/run/secrets/kafka-password" }
```
)";

constexpr std::string_view kRulesHead = R"(
## `[[tenant]]`, `[[stream]]`, `[[egress]]`

Rules that name what the log does not: in each table the first rule whose
conditions all hold gives its `name`. A rule without conditions always holds,
and must be the last.

| table | what it names |
|---|---|
)";

constexpr std::string_view kConditionsHead = R"(
| key | meaning |
|---|---|
| `name` | what the message gets; needed |
| `header` | a header logged by the MTA: `{ name = "X-Campaign", value = "newsletter" }` |
)";

// How a field's type is told in the documents.
struct TypeName {
  std::string operator()(const TextField&) const { return "string"; }
  std::string operator()(const ListField&) const { return "list of strings"; }
  std::string operator()(const IntegerField& field) const {
    return fmt::format("{} to {}", field.min, field.max);
  }
  std::string operator()(const PercentField&) const { return "percent"; }
  std::string operator()(const DurationField& field) const {
    return fmt::format("duration, {} to {}", FormatDuration(field.min),
                       FormatDuration(field.max));
  }
  std::string operator()(const SizeField& field) const {
    return fmt::format("size, {} to {}", FormatSize(field.min),
                       FormatSize(field.max));
  }
  std::string operator()(const ZoneField&) const { return "UTC offset"; }
  std::string operator()(const FlagField&) const { return "true, false"; }
  std::string operator()(const ChoiceField& field) const {
    return fmt::format("{}", fmt::join(field.names, ", "));
  }
};

// `text` as comment lines of at most 80 columns.
std::string Comment(std::string_view text) {
  std::string out = "#";
  std::size_t column = 1;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (column + 1 + end > 80) {
      out += "\n#";
      column = 1;
    }
    out.append(" ").append(text.substr(0, end));
    column += 1 + end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + '\n';
}

std::string KeyComment(const ConfigKey& key) {
  const std::string type = std::visit(TypeName(), key.field);
  const bool plain = type == "string" || type == "list of strings" ||
                     type == "percent" || type == "UTC offset";
  return Comment(plain ? std::string(key.help)
                       : fmt::format("{} [{}]", key.help, type));
}

}  // namespace

std::string ConfigFileText() {
  Config defaults;
  std::string out(kFileHead);
  for (const ConfigSection& section : ConfigSections()) {
    if (!section.name.empty()) {
      out += fmt::format("\n{}[{}]\n", Comment(section.help), section.name);
    }
    for (const ConfigKey& key : ConfigKeys()) {
      if (key.section != section.name) continue;
      out += fmt::format("{}{} = {}\n", KeyComment(key), key.name,
                         ShowValue(key.field, defaults));
    }
    if (section.name == "kafka") out += kFileProperties;
  }
  return out.append(kFileRules);
}

std::string ConfigMarkdown() {
  Config defaults;
  std::string out(kHead);
  for (const ConfigSection& section : ConfigSections()) {
    out += section.name.empty()
               ? "\n## Top level\n"
               : fmt::format("\n## `[{}]`\n\n{}\n", section.name, section.help);
    out += "\n| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const ConfigKey& key : ConfigKeys()) {
      if (key.section != section.name) continue;
      out += fmt::format("| `{}` | {} | `{}` | {} |\n", key.name,
                         std::visit(TypeName(), key.field),
                         ShowValue(key.field, defaults), key.help);
    }
    if (section.name == "kafka") out += kProperties;
  }
  out += kRulesHead;
  for (const RuleTable& table : RuleTables()) {
    out += fmt::format("| `[[{}]]` | {} |\n", table.name, table.help);
  }
  out += kConditionsHead;
  for (const ConditionKey& condition : ConditionKeys()) {
    out += fmt::format("| `{}` | {} |\n", condition.name, condition.help);
  }
  return out;
}

}  // namespace ricochet
