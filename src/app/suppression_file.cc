#include "app/suppression_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "app/report.h"
#include "mta/csv.h"

namespace ricochet {
namespace {

bool IsHeader(const CsvFields& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == "recipient") return true;
  }
  return false;
}

// One file, line by line.
class Reader {
 public:
  // Nothing: the line is a header, or empty.
  Result<std::optional<OperatorWish>> Line(std::string_view line) {
    if (line.empty()) return std::nullopt;
    Result<OperatorWish> wish;
    if (line.front() == '{') {
      wish = Json(line);
    } else {
      if (!fields_.Split(line, unescaped_)) {
        return Fail(ErrorCode::kUsage, "a quote that does not end");
      }
      if (columns_.empty()) {
        if (IsHeader(fields_)) return Header();
        columns_ = {"recipient"};
      }
      wish = Csv();
    }
    if (!wish) return tl::unexpected(std::move(wish.error()));
    if (auto checked = CheckWish(*wish); !checked) {
      return tl::unexpected(std::move(checked.error()));
    }
    return std::move(*wish);
  }

 private:
  Result<OperatorWish> Csv() {
    OperatorWish wish;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (i >= columns_.size()) {
        return Fail(ErrorCode::kUsage,
                    fmt::format("{} fields and {} columns", fields_.size(),
                                columns_.size()));
      }
      if (auto set = SetMember(columns_[i], fields_[i], wish); !set) {
        return tl::unexpected(std::move(set.error()));
      }
    }
    return wish;
  }

  Result<std::optional<OperatorWish>> Header() {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      columns_.emplace_back(fields_[i]);
    }
    return std::nullopt;
  }

  static Result<OperatorWish> Json(std::string_view line) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object())
      return Fail(ErrorCode::kUsage, "is no JSON object");
    OperatorWish wish;
    for (const auto& [name, value] : object.items()) {
      if (value.is_null()) continue;
      if (!value.is_string()) {
        return Fail(ErrorCode::kUsage, fmt::format("{} is no string", name));
      }
      if (auto set = SetMember(name, value.get_ref<const std::string&>(), wish);
          !set) {
        return tl::unexpected(std::move(set.error()));
      }
    }
    return wish;
  }

  CsvFields fields_;
  std::string unescaped_;
  std::vector<std::string> columns_;
};

std::string Quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(field);
  }
  std::string out = "\"";
  for (const char c : field) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

// The values of kSuppressionColumns, in that order.
std::array<std::string, 7> ColumnsOf(const nlohmann::json& entry,
                                     std::string_view tenant) {
  std::string recipient = TextOf(entry, "recipient");
  if (recipient.empty()) recipient = TextOf(entry, "domain");
  std::string qualifier = TextOf(entry, "sender_domain");
  if (qualifier.empty()) qualifier = TextOf(entry, "list");
  const auto& cause = entry["causes"].back();
  return {std::move(recipient),    TextOf(entry, "scope"),
          std::move(qualifier),    std::string(tenant),
          TextOf(cause, "reason"), TextOf(entry, "expires"),
          TextOf(cause, "note")};
}

}  // namespace

std::string TextOf(const nlohmann::json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>()
                                                    : std::string();
}

Result<void> CheckWish(const OperatorWish& wish) {
  const auto bad = [](std::string what) {
    return Fail(ErrorCode::kUsage, std::move(what));
  };
  if (wish.address.empty()) return bad("no recipient");
  const bool domain = wish.scope == SuppressionScope::kDomain;
  const auto at = wish.address.rfind('@');
  if (domain && at != std::string::npos) {
    return bad(fmt::format("'{}' is no domain", wish.address));
  }
  if (!domain &&
      (at == std::string::npos || at == 0 || at + 1 == wish.address.size())) {
    return bad(fmt::format("'{}' is no address", wish.address));
  }
  const bool wants = wish.scope == SuppressionScope::kAddressSenderDomain;
  if (wants && wish.qualifier.empty()) return bad("no sender domain");
  const bool takes = wants || wish.scope == SuppressionScope::kAddressList;
  if (!takes && !wish.qualifier.empty()) {
    return bad("a qualifier, but a scope without one");
  }
  return {};
}

Result<void> SetMember(std::string_view name, std::string_view value,
                       OperatorWish& wish) {
  const auto bad = [&](std::string_view why) {
    return Fail(ErrorCode::kUsage, fmt::format("{} '{}' {}", name, value, why));
  };
  if (value.empty()) return {};
  if (name == "recipient") {
    wish.address = value;
  } else if (name == "qualifier") {
    wish.qualifier = value;
  } else if (name == "tenant") {
    wish.tenant = value;
  } else if (name == "note") {
    wish.note = value;
  } else if (name == "scope") {
    const auto found = std::ranges::find(kSuppressionScopeNames, value);
    if (found == kSuppressionScopeNames.end()) return bad("is no scope");
    wish.scope =
        static_cast<SuppressionScope>(found - kSuppressionScopeNames.begin());
  } else if (name == "reason") {
    const auto found = std::ranges::find(kReasons, value, &ReasonInfo::name);
    if (found == kReasons.end()) return bad("is no reason");
    wish.reason = static_cast<Reason>(found - kReasons.begin());
  } else if (name == "expires") {
    const auto time = ParseTimeArgument(value);
    if (!time) return bad("is no time");
    wish.expires = *time;
  } else {
    return bad(fmt::format("is of no column: {}", kSuppressionColumns));
  }
  return {};
}

Result<std::vector<OperatorWish>> ReadWishes(std::string_view text,
                                             const std::string& name) {
  SkipByteOrderMark(text);
  std::vector<OperatorWish> wishes;
  Reader reader;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto wish = reader.Line(line);
    if (!wish) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{}:{}: {}", name, number, wish.error().message));
    }
    if (*wish) wishes.push_back(std::move(**wish));
  }
  return wishes;
}

std::string CsvLineOf(const nlohmann::json& entry, std::string_view tenant) {
  std::string line;
  for (const auto& field : ColumnsOf(entry, tenant)) {
    line += Quoted(field) + ',';
  }
  line.pop_back();
  return line;
}

std::string JsonLineOf(const nlohmann::json& entry, std::string_view tenant) {
  const auto columns = ColumnsOf(entry, tenant);
  nlohmann::ordered_json object;
  auto names = kSuppressionColumns;
  for (const auto& value : columns) {
    const auto end = std::min(names.find(','), names.size());
    if (!value.empty()) object[std::string(names.substr(0, end))] = value;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ricochet
