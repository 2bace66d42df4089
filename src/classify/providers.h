#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"
#include "ricochet/verdict.h"

#include "classify/rule.h"
#include "classify/suffix_table.h"

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

  // Who runs `remote_host`, whose words we read; by the recipient's domain only
  // where no host is logged. No allocation.
  [[nodiscard]] ProviderId Find(
      std::string_view remote_host,
      std::string_view recipient_domain) const noexcept {
    return remote_host.empty() ? domains_.Find(recipient_domain)
                               : mx_.Find(remote_host);
  }

 private:
  std::vector<std::string> names_ = {"other"};
  std::vector<std::string> hosts_ = {""};
  std::vector<About> about_ = {{{}, true}};
  SuffixTable mx_;
  SuffixTable domains_;
};

}  // namespace ricochet
