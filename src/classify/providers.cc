#include "classify/providers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "ricochet/bytes.h"

namespace ricochet {
namespace {

constexpr std::size_t kLongestHost = 255;  // RFC 1035, section 2.3.4

// Adds `suffixes` for `id`; the first one that another provider has is an
// error.
template <class Map>
Result<void> AddAll(Map& map, const std::vector<std::string>& suffixes,
                    ProviderId id, const Place& place) {
  for (const auto& suffix : suffixes) {
    if (!map.emplace(suffix, id).second) {
      return Fail(ErrorCode::kConfig,
                  fmt::format("{}:{}: '{}' is listed twice", place.file,
                              place.line, suffix));
    }
  }
  return {};
}

}  // namespace

Result<ProviderTable> ProviderTable::Make(std::vector<Provider> providers) {
  ProviderTable table;
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
    auto added = AddAll(table.mx_, provider.mx, id, place);
    if (added) added = AddAll(table.domains_, provider.domains, id, place);
    if (!added) return Fail(added.error());
    table.hosts_.push_back(provider.mx.empty() ? "" : provider.mx.front());
    table.about_.push_back({place, provider.label_only});
    table.names_.push_back(std::move(provider.name));
  }
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

ProviderId ProviderTable::Search(const Suffixes& suffixes,
                                 std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() > kLongestHost) return kOtherProvider;
  std::array<char, kLongestHost> lower;
  std::ranges::transform(host, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  for (std::string_view rest(lower.data(), host.size()); !rest.empty();) {
    if (const auto found = suffixes.find(rest); found != suffixes.end()) {
      return found->second;
    }
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return kOtherProvider;
}

ProviderId ProviderTable::ByHost(std::string_view host) const noexcept {
  return Search(mx_, host);
}

ProviderId ProviderTable::ByDomain(std::string_view domain) const noexcept {
  return Search(domains_, domain);
}

ProviderId ProviderFinder::Find(std::string_view remote_host,
                                std::string_view recipient_domain) noexcept {
  using By = Memo::By;
  const By by = remote_host.empty() ? By::kDomain : By::kHost;
  const auto name = by == By::kHost ? remote_host : recipient_domain;
  const auto search = [&] {
    return by == By::kHost ? table_.ByHost(name) : table_.ByDomain(name);
  };
  if (name.size() < 8 || name.size() > kLongest) return search();
  Memo& memo = memos_[TextHash()(name) % kMemos];
  if (memo.by != by || memo.size != name.size() ||
      !SameOctets(memo.name.data(), name.data(), name.size())) {
    memo.id = search();
    memo.by = by;
    memo.size = static_cast<std::uint8_t>(name.size());
    CopyShort(name, memo.name.data());
  }
  return memo.id;
}

}  // namespace ricochet
