#include "classify/providers.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ricochet {
namespace {

// Suffixes in the making.
struct Suffixes {
  std::vector<SuffixTable::Suffix> all;
  absl::flat_hash_set<std::string> seen;

  // Adds those of `id`; the first one that another provider has is an error.
  Result<void> Add(const std::vector<std::string>& suffixes, ProviderId id,
                   const Place& place) {
    for (const auto& suffix : suffixes) {
      if (!seen.insert(suffix).second) {
        return Fail(ErrorCode::kConfig,
                    fmt::format("{}:{}: '{}' is listed twice", place.file,
                                place.line, suffix));
      }
      all.emplace_back(suffix, id);
    }
    return {};
  }
};

}  // namespace

Result<ProviderTable> ProviderTable::Make(std::vector<Provider> providers) {
  ProviderTable table;
  Suffixes mx;
  Suffixes domains;
  for (auto& provider : providers) {
    const auto& place = provider.place;
    if (table.Find(provider.name)) {
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}:{}: provider '{}' is defined twice",
                              place.file, place.line, provider.name));
    }
    if (table.names_.size() == kMaxProviders) {
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}:{}: more than {} providers", place.file,
                              place.line, kMaxProviders - 1));
    }
    const auto id = static_cast<ProviderId>(table.names_.size());
    auto added = mx.Add(provider.mx, id, place);
    if (added) added = domains.Add(provider.domains, id, place);
    if (!added) return Fail(added.error());
    table.hosts_.push_back(provider.mx.empty() ? "" : provider.mx.front());
    table.about_.push_back({place, provider.label_only});
    table.names_.push_back(std::move(provider.name));
  }
  table.mx_ = SuffixTable(std::move(mx.all));
  table.domains_ = SuffixTable(std::move(domains.all));
  return table;
}

std::optional<ProviderId> ProviderTable::Find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<ProviderId>(found - names_.begin());
}

std::string_view ProviderTable::SomeHost(ProviderId id) const noexcept {
  return hosts_[id];
}

}  // namespace ricochet
