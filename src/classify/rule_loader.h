#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "ricochet/result.h"

#include "classify/built_in.h"
#include "classify/rule_book.h"
#include "classify/toml_table.h"

namespace ricochet {

// Builds a RuleBook out of its files. Stops at the first thing wrong.
class RuleLoader {
 public:
  RuleLoader();

  [[nodiscard]] Result<std::shared_ptr<const RuleBook>> Load(
      std::span<const EmbeddedFile> files);

 private:
  void ReadProviders(const toml::table& document, Complaint& complaint);
  void ReadReasons(const toml::table& document, Complaint& complaint);
  void ReadCodes(const toml::table& document, bool enhanced,
                 Complaint& complaint);
  void ReadRules(const toml::table& document, Complaint& complaint);
  void ReadRule(const toml::table& block, Complaint& complaint);
  // Reads the file called `name`, or complains that it is not there.
  template <class Read>
  Result<void> ReadFile(std::span<const EmbeddedFile> files,
                        std::string_view name, Read read);

  std::shared_ptr<RuleBook> book_;
};

}  // namespace ricochet
