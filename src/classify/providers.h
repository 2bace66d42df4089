#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"
#include "ricochet/verdict.h"

#include "classify/rule.h"

namespace ricochet {

// One [[provider]] block of rules/providers.toml.
struct Provider {
  std::string name;                  // a metric label
  std::vector<std::string> mx;       // suffixes of its servers' host names
  std::vector<std::string> domains;  // of its mailboxes
  Place place;
};

// Who runs a server. Immutable after loading; shared by all workers.
class ProviderTable {
 public:
  // [0] is "other". Names and suffixes must be unique, lower case.
  [[nodiscard]] static Result<ProviderTable> Make(
      std::vector<Provider> providers);

  [[nodiscard]] const std::vector<std::string>& names() const noexcept {
    return names_;
  }
  [[nodiscard]] std::optional<ProviderId> Find(std::string_view name) const;
  // A host name of the provider, for examples.
  [[nodiscard]] std::string_view SomeHost(ProviderId id) const noexcept;

  // By the longest suffix in whole labels, whatever the case; no allocation.
  [[nodiscard]] ProviderId ByHost(std::string_view host) const noexcept;
  [[nodiscard]] ProviderId ByDomain(std::string_view domain) const noexcept;

 private:
  // Found by string_view, without a temporary string.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  using Suffixes =
      absl::flat_hash_map<std::string, ProviderId, Hash, std::equal_to<>>;
  [[nodiscard]] static ProviderId Search(const Suffixes& suffixes,
                                         std::string_view host) noexcept;

  std::vector<std::string> names_ = {"other"};
  std::vector<std::string> hosts_ = {""};
  Suffixes mx_;
  Suffixes domains_;
};

// Looks providers up, remembering the last answer: a worker's queue talks to
// the same server for many lines. Owned by one worker.
class ProviderFinder {
 public:
  explicit ProviderFinder(const ProviderTable& table) : table_(table) {}

  // By the host whose words we read; by the recipient's domain only where no
  // host is logged.
  [[nodiscard]] ProviderId Find(std::string_view remote_host,
                                std::string_view recipient_domain);

 private:
  struct Memo {
    std::string key;
    ProviderId id = kOtherProvider;
  };
  const ProviderTable& table_;
  Memo host_;
  Memo domain_;
};

}  // namespace ricochet
