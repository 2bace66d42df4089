#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace ricochet {

// The one copy of `text` that lives as long as the process, so that a verdict
// may name its rule after the rule book was reloaded. For load time: takes a
// lock. What is interned is never freed; rule ids are few.
[[nodiscard]] inline std::string_view Intern(std::string_view text) {
  static std::mutex mutex;
  static auto& table = *new std::unordered_set<std::string>;  // never freed
  const std::lock_guard lock(mutex);
  return *table.emplace(text).first;
}

}  // namespace ricochet
