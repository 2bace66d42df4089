#include "correlate/attribution.h"

#include <algorithm>
#include <utility>

#include "ricochet/ascii.h"
#include "ricochet/counts.h"

namespace ricochet {
namespace {

constexpr std::string_view kOther = "other";

bool DomainMatches(std::string_view asked, std::string_view domain) {
  if (asked.empty()) return true;
  if (asked.front() != '.') return EqualsIgnoreCase(asked, domain);
  return EndsWithIgnoreCase(domain, asked) ||
         EqualsIgnoreCase(domain, asked.substr(1));
}

bool Matches(std::string_view asked, std::string_view value) {
  return asked.empty() || asked == value;
}

}  // namespace

std::vector<std::string> StreamNames(const AttributionRules& rules) {
  std::vector<std::string> names = {rules.default_stream};
  for (const AttributionRule& rule : rules.streams) {
    if (std::ranges::find(names, rule.name) != names.end()) continue;
    if (names.size() == kOtherStream) {
      if (std::ranges::find(names, kOther) == names.end()) {
        names.emplace_back(kOther);
      }
      break;
    }
    names.push_back(rule.name);
  }
  return names;
}

Result<Attribution> Attribution::Make(AttributionRules rules) {
  Attribution result;
  const auto streams = StreamNames(rules);
  result.default_tenant_ = std::move(rules.default_tenant);
  result.default_stream_ = std::move(rules.default_stream);
  std::size_t headers = 0;
  const auto compile = [&](std::vector<AttributionRule>& from, Table& to) {
    for (AttributionRule& rule : from) {
      Compiled compiled{std::move(rule)};
      if (!compiled.rule.header_name.empty()) {
        if (headers < kMaxHeaderRules)
          compiled.header = HeaderSet{1} << headers;
        ++headers;
      }
      to.push_back(std::move(compiled));
    }
  };
  compile(rules.tenants, result.tenants_);
  compile(rules.streams, result.streams_);
  compile(rules.egresses, result.egresses_);
  for (Compiled& entry : result.streams_) {
    auto found = std::ranges::find(streams, entry.rule.name);
    if (found == streams.end()) found = std::ranges::find(streams, kOther);
    entry.number = static_cast<std::uint8_t>(found - streams.begin());
  }
  if (headers > kMaxHeaderRules) {
    return Fail(ErrorCode::kConfig,
                "more than 64 stream, tenant and egress rules ask for a "
                "header");
  }
  result.asks_headers_ = headers > 0;
  return result;
}

std::string_view Attribution::Tenant(const AttributedMessage& m) const {
  return NameOf(tenants_, m, default_tenant_);
}

Attribution::Stream Attribution::StreamOf(const AttributedMessage& m) const {
  const Compiled* const found = First(streams_, m);
  if (found == nullptr) return {default_stream_, 0};
  return {found->rule.name, found->number};
}

std::string_view Attribution::Egress(const AttributedMessage& m) const {
  return NameOf(egresses_, m, {});
}

HeaderSet Attribution::Headers(std::string_view name,
                               std::string_view value) const {
  if (!asks_headers_) return 0;
  HeaderSet set = 0;
  for (const Table* table : {&tenants_, &streams_, &egresses_}) {
    for (const Compiled& entry : *table) {
      if (entry.header != 0 && entry.rule.header_value == value &&
          EqualsIgnoreCase(entry.rule.header_name, name)) {
        set |= entry.header;
      }
    }
  }
  return set;
}

std::string_view Attribution::NameOf(const Table& table,
                                     const AttributedMessage& m,
                                     std::string_view otherwise) {
  const Compiled* const found = First(table, m);
  return found == nullptr ? otherwise : found->rule.name;
}

const Attribution::Compiled* Attribution::First(const Table& table,
                                                const AttributedMessage& m) {
  for (const Compiled& entry : table) {
    const AttributionRule& rule = entry.rule;
    if ((m.headers & entry.header) == entry.header &&
        DomainMatches(rule.sender_domain, m.sender_domain) &&
        Matches(rule.instance, m.instance) &&
        Matches(rule.service, m.service) && Matches(rule.host, m.host) &&
        Matches(rule.topic, m.topic)) {
      return &entry;
    }
  }
  return nullptr;
}

}  // namespace ricochet
