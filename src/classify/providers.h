#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"
#include "ricochet/text_hash.h"
#include "ricochet/verdict.h"

#include "classify/rule.h"

namespace ricochet {

// One [[provider]] block of rules/providers.toml.
struct Provider {
  std::string name;                  // a metric label
  std::vector<std::string> mx;       // suffixes of its servers' host names
  std::vector<std::string> domains;  // of its mailboxes
  Place place;
  bool label_only = false;  // no rule is about it; its name is for readers
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
  // Where the provider stands in its file, and whether only readers need it.
  struct About {
    Place place;
    bool label_only = false;
  };
  [[nodiscard]] const About& about(ProviderId id) const noexcept {
    return about_[id];
  }
  // A host name of the provider, for examples.
  [[nodiscard]] std::string_view SomeHost(ProviderId id) const noexcept;

  // By the longest suffix in whole labels, whatever the case; no allocation.
  [[nodiscard]] ProviderId ByHost(std::string_view host) const noexcept;
  [[nodiscard]] ProviderId ByDomain(std::string_view domain) const noexcept;

 private:
  using Suffixes =
      absl::flat_hash_map<std::string, ProviderId, TextHash, TextEqual>;
  [[nodiscard]] static ProviderId Search(const Suffixes& suffixes,
                                         std::string_view host) noexcept;

  std::vector<std::string> names_ = {"other"};
  std::vector<std::string> hosts_ = {""};
  std::vector<About> about_ = {{{}, true}};
  Suffixes mx_;
  Suffixes domains_;
};

// Looks providers up, remembering the answers: a worker's queues talk to few
// servers. Owned by one worker; bounded, never allocates.
class ProviderFinder {
 public:
  explicit ProviderFinder(const ProviderTable& table) : table_(table) {}

  // By the host whose words we read; by the recipient's domain only where no
  // host is logged.
  [[nodiscard]] ProviderId Find(std::string_view remote_host,
                                std::string_view recipient_domain) noexcept;

 private:
  static constexpr std::size_t kLongest = 62;
  static constexpr std::size_t kMemos = 512;

  // A name and its provider. Host names and domains are kept apart by `by`.
  struct Memo {
    enum class By : std::uint8_t { kNothing, kHost, kDomain };
    std::array<char, kLongest> name;
    std::uint8_t size = 0;
    By by = By::kNothing;
    ProviderId id = kOtherProvider;
  };

  const ProviderTable& table_;
  std::array<Memo, kMemos> memos_{};
};

}  // namespace ricochet
