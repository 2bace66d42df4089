#include "classify/conditions_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace ricochet {
namespace {

template <class Enum, class Names>
std::optional<Enum> Named(const Names& names, std::string_view name) {
  if (name.empty()) return std::nullopt;
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::optional<std::uint16_t> ParseNumber(std::string_view text) {
  std::uint16_t value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> ParsePart(std::string_view part) {
  if (part == "X") return StatusPattern::kAny;
  return part.size() > 3 ? std::nullopt : ParseNumber(part);
}

// 452, "452" or "4xx".
std::optional<CodeRange> ParseReplyCode(const toml::node& node) {
  std::int64_t code = 0;
  if (const auto number = node.value_exact<std::int64_t>()) {
    code = *number;
  } else {
    const auto text = node.value_or(std::string());
    if (text.size() == 3 && text.ends_with("xx")) {
      const int first = (text[0] - '0') * 100;
      if (first < 200 || first > 600) return std::nullopt;
      return CodeRange{static_cast<std::uint16_t>(first),
                       static_cast<std::uint16_t>(first + 99)};
    }
    code = ParseNumber(text).value_or(0);
  }
  if (code < 200 || code > 699) return std::nullopt;
  return CodeRange{static_cast<std::uint16_t>(code),
                   static_cast<std::uint16_t>(code)};
}

// Sets the bit of each name in `key`.
template <class Set, class Find>
void ReadNames(const TomlTable& when, std::string_view key, Set& bits,
               Find find) {
  for (const auto& name : when.Strings(key)) {
    const auto value = find(name);
    if (!value) {
      when.Complain(key, fmt::format("unknown {} '{}'", key, name));
      continue;
    }
    bits |= Set{1} << static_cast<unsigned>(*value);
  }
}

}  // namespace

std::optional<Reason> ReasonNamed(std::string_view name) {
  const auto found = std::ranges::find(kReasons, name, &ReasonInfo::name);
  if (name.empty() || found == kReasons.end()) return std::nullopt;
  return static_cast<Reason>(found - kReasons.begin());
}

std::optional<Fault> FaultNamed(std::string_view name) {
  return Named<Fault>(kFaultNames, name);
}

std::optional<SmtpCommand> CommandNamed(std::string_view name) {
  if (name == "unknown") return SmtpCommand::kUnknown;
  return Named<SmtpCommand>(kSmtpCommandNames, name);
}

std::optional<Authority> AuthorityNamed(std::string_view name) {
  return Named<Authority>(kAuthorityNames, name);
}

std::optional<StatusPattern> ParseStatusPattern(std::string_view text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  if (first == text.npos || second == text.npos) return std::nullopt;
  const auto cls = ParsePart(text.substr(0, first));
  const auto subject = ParsePart(text.substr(first + 1, second - first - 1));
  const auto detail = ParsePart(text.substr(second + 1));
  if (!cls || !subject || !detail) return std::nullopt;
  if (*cls != 2 && *cls != 4 && *cls != 5 && *cls != StatusPattern::kAny) {
    return std::nullopt;
  }
  return StatusPattern{*cls, *subject, *detail};
}

Conditions ReadConditions(const toml::table& when,
                          const ProviderTable& providers,
                          Complaint& complaint) {
  const TomlTable table(
      when, complaint,
      {"provider", "reply_code", "enhanced_code", "command", "authority"});
  Conditions conditions;
  ReadNames(table, "provider", conditions.providers,
            [&](std::string_view name) { return providers.Find(name); });
  ReadNames(table, "command", conditions.commands, CommandNamed);
  ReadNames(table, "authority", conditions.authorities, AuthorityNamed);
  for (const auto* node : table.OneOrMany("reply_code")) {
    if (const auto range = ParseReplyCode(*node)) {
      conditions.reply_codes.push_back(*range);
    } else {
      table.Complain("reply_code",
                     "'reply_code' must be 200-699 or a class such as \"4xx\"");
    }
  }
  for (const auto& text : table.Strings("enhanced_code")) {
    if (const auto pattern = ParseStatusPattern(text)) {
      conditions.enhanced_codes.push_back(*pattern);
    } else {
      table.Complain("enhanced_code",
                     fmt::format("'{}' is not an enhanced code", text));
    }
  }
  return conditions;
}

}  // namespace ricochet
