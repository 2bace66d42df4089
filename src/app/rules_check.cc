#include "app/rules_check.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "classify/rule_lint.h"

namespace ricochet {

Result<Policy> ReadPolicy(std::span<const EmbeddedFile> files) {
  constexpr std::string_view kName = "policy.toml";
  const auto file = std::ranges::find(files, kName, &EmbeddedFile::name);
  if (file != files.end()) return Policy::Parse(file->text, kName);
  return Fail(ErrorCode::kConfig, "policy.toml: is missing");
}

std::vector<Error> CheckRules(std::span<const EmbeddedFile> files) {
  auto errors = LintRules(files);
  auto policy = ReadPolicy(files);
  if (!policy) errors.push_back(std::move(policy.error()));
  return errors;
}

}  // namespace ricochet
