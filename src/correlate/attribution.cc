#include "correlate/attribution.h"

#include <utility>

#include "ricochet/ascii.h"

namespace ricochet {
namespace {

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

Result<Attribution> Attribution::Make(AttributionRules rules) {
  Attribution result;
  result.default_tenant_ = std::move(rules.default_tenant);
  result.default_stream_ = std::move(rules.default_stream);
  std::size_t headers = 0;
  const auto compile = [&](std::vector<AttributionRule>& from, Table& to) {
    for (AttributionRule& rule : from) {
      Compiled compiled{std::move(rule), 0};
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
  if (headers > kMaxHeaderRules) {
    return Fail(ErrorCode::kConfig,
                "more than 64 stream, tenant and egress rules ask for a "
                "header");
  }
  result.asks_headers_ = headers > 0;
  return result;
}

std::string_view Attribution::Tenant(const AttributedMessage& m) const {
  return First(tenants_, m, default_tenant_);
}

std::string_view Attribution::Stream(const AttributedMessage& m) const {
  return First(streams_, m, default_stream_);
}

std::string_view Attribution::Egress(const AttributedMessage& m) const {
  return First(egresses_, m, {});
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

std::string_view Attribution::First(const Table& table,
                                    const AttributedMessage& m,
                                    std::string_view otherwise) {
  for (const auto& [rule, header] : table) {
    if ((m.headers & header) == header &&
        DomainMatches(rule.sender_domain, m.sender_domain) &&
        Matches(rule.instance, m.instance) &&
        Matches(rule.service, m.service) && Matches(rule.host, m.host) &&
        Matches(rule.topic, m.topic)) {
      return rule.name;
    }
  }
  return otherwise;
}

}  // namespace ricochet
