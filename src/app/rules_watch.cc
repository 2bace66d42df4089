#include "app/rules_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace ricochet {

RulesWatch::RulesWatch(std::filesystem::path folder)
    : folder_(std::move(folder)), known_(Look()), seen_(known_) {}

bool RulesWatch::Changed() {
  if (folder_.empty()) return false;
  auto now = Look();
  if (now.empty()) return false;
  const bool settled = now == seen_;
  seen_ = std::move(now);
  if (!settled || seen_ == known_) return false;
  known_ = seen_;
  return true;
}

std::string RulesWatch::Look() const {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() != ".toml") continue;
    std::error_code gone;
    const auto size = entry.file_size(gone);
    const auto time = entry.last_write_time(gone).time_since_epoch().count();
    files.push_back(
        fmt::format("{}:{}:{}", entry.path().filename().string(), size, time));
  }
  if (error) return {};
  std::ranges::sort(files);
  return fmt::format("{}", fmt::join(files, "\n"));
}

}  // namespace ricochet
