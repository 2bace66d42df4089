#include "classify/intern.h"

#include <mutex>
#include <string>
#include <unordered_set>

namespace ricochet {

std::string_view Intern(std::string_view text) {
  static std::mutex mutex;
  static auto& table = *new std::unordered_set<std::string>;  // never freed
  const std::lock_guard lock(mutex);
  return *table.emplace(text).first;
}

}  // namespace ricochet
