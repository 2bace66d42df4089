#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ricochet/result.h"
#include "ricochet/verdict.h"

#include "classify/built_in.h"
#include "classify/providers.h"
#include "classify/rule.h"

namespace ricochet {

// Everything that rules/*.toml says about replies: parsed, checked, immutable.
// Shared by all threads through shared_ptr<const RuleBook>; each worker
// compiles its own Ruleset from it. policy.toml, which is the ledger's, is not
// part of it.
class RuleBook {
 public:
  // The *.toml files of a folder, by name.
  struct FileText {
    std::string name;
    std::string text;
  };
  [[nodiscard]] static Result<std::vector<FileText>> ReadFiles(
      const std::filesystem::path& dir);

  // All *.toml of `dir`. An error names file and line.
  [[nodiscard]] static Result<std::shared_ptr<const RuleBook>> Load(
      const std::filesystem::path& dir);
  // The rules compiled into the program. Their examples are checked by its
  // tests and not at every start, which would take a tenth of a second.
  [[nodiscard]] static Result<std::shared_ptr<const RuleBook>> BuiltIn();
  // The same from memory; `files` are ordered by name.
  [[nodiscard]] static Result<std::shared_ptr<const RuleBook>> Parse(
      std::span<const EmbeddedFile> files);

  // [0] is "other"; the index is a ProviderId. At most kMaxProviders.
  [[nodiscard]] std::span<const std::string> provider_names() const noexcept {
    return providers_.names();
  }
  // Of all files in name order: 32 hexadecimal digits.
  [[nodiscard]] std::string_view hash() const noexcept { return hash_; }
  [[nodiscard]] const ReasonText& reason_text(Reason reason) const noexcept {
    return reason_texts_[static_cast<std::size_t>(reason)];
  }

  [[nodiscard]] const ProviderTable& providers() const noexcept {
    return providers_;
  }
  // In order of precedence within a stage: files by name, then as written.
  [[nodiscard]] const std::vector<Rule>& rules() const noexcept {
    return rules_;
  }
  // Of several entries for a code, the first whose conditions hold counts.
  [[nodiscard]] const std::vector<CodeEntry>& enhanced_codes() const noexcept {
    return enhanced_codes_;
  }
  [[nodiscard]] const std::vector<CodeEntry>& reply_codes() const noexcept {
    return reply_codes_;
  }

 private:
  friend class RuleLoader;
  RuleBook() = default;

  ProviderTable providers_;
  std::vector<Rule> rules_;
  std::vector<CodeEntry> enhanced_codes_;
  std::vector<CodeEntry> reply_codes_;
  std::array<ReasonText, kReasons.size()> reason_texts_;
  std::string hash_;
};

}  // namespace ricochet
