#pragma once

#include <filesystem>
#include <string>

namespace ricochet {

// Notices that the rules of a folder were changed. Polled by one thread; reads
// names, sizes and times of its *.toml, never their contents.
class RulesWatch {
 public:
  // An empty folder stands for the built-in rules, which never change.
  explicit RulesWatch(std::filesystem::path folder);

  // True once for each change, as soon as a poll finds the folder as the poll
  // before did: an editor or a copy may take a while. A folder that cannot be
  // read has not changed.
  [[nodiscard]] bool Changed();

 private:
  [[nodiscard]] std::string Look() const;

  std::filesystem::path folder_;
  std::string known_;  // as told last
  std::string seen_;   // at the last poll
};

}  // namespace ricochet
