#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "ricochet/text_hash.h"

namespace ricochet {

using RuleNumber = std::uint16_t;  // 0: no rule

// Rule ids as small numbers, for as long as the program runs; changelogs carry
// the texts. Bounded by the rules that ever ran: the 65,536th has no name.
class RuleNames {
 public:
  RuleNames() : names_(1) {}
  RuleNames(const RuleNames&) = delete;
  RuleNames& operator=(const RuleNames&) = delete;

  [[nodiscard]] RuleNumber Intern(std::string_view name) {
    if (name.empty()) return 0;
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    if (names_.size() > UINT16_MAX) return 0;
    const auto number = static_cast<RuleNumber>(names_.size());
    names_.emplace_back(name);
    numbers_.emplace(names_.back(), number);
    return number;
  }
  // Lives as long as this object.
  [[nodiscard]] std::string_view Name(RuleNumber number) const noexcept {
    return number < names_.size() ? std::string_view(names_[number])
                                  : std::string_view{};
  }

 private:
  std::deque<std::string> names_;
  absl::flat_hash_map<std::string_view, RuleNumber, TextHash, TextEqual>
      numbers_;
};

}  // namespace ricochet
