#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ricochet/result.h"

#include "classify/built_in.h"
#include "classify/rule_book.h"
#include "classify/toml_table.h"

namespace ricochet {

// Builds a RuleBook out of its files. Used once.
class RuleLoader {
 public:
  // Patterns are checked one by one, so that a bad one is named. Those compiled
  // into the program were, by its tests; again would double the time to start.
  enum class Patterns { kToCheck, kChecked };
  explicit RuleLoader(Patterns patterns = Patterns::kToCheck);

  // The book, or the first thing wrong with it.
  [[nodiscard]] Result<std::shared_ptr<const RuleBook>> Load(
      std::span<const EmbeddedFile> files);

  // As much of the book as is in order; errors() is the rest. Not to be
  // compiled unless there are none.
  [[nodiscard]] std::shared_ptr<const RuleBook> LoadAll(
      std::span<const EmbeddedFile> files);
  [[nodiscard]] const std::vector<Error>& errors() const noexcept {
    return errors_;
  }

 private:
  void ReadProviders(const toml::table& document, Complaint& complaint);
  void ReadReasons(const toml::table& document, Complaint& complaint);
  void ReadCodes(const toml::table& document, bool enhanced,
                 Complaint& complaint);
  void ReadRules(const toml::table& document, Complaint& complaint);
  void ReadRule(const toml::table& block, Complaint& complaint);

  const Patterns patterns_;
  std::shared_ptr<RuleBook> book_;
  std::vector<Error> errors_;
};

}  // namespace ricochet
