#include "app/rules.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/rules_check.h"

namespace ricochet {
namespace {

constexpr std::string_view kPolicyFile = "policy.toml";

Result<std::string> ReadText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Fail(ErrorCode::kIo, path.string() + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<Policy> LoadPolicy(const std::string& folder) {
  if (folder.empty()) return ReadPolicy(BuiltInFiles());
  const auto path = std::filesystem::path(folder) / kPolicyFile;
  return ReadText(path).and_then([&](const std::string& text) {
    return Policy::Parse(text, path.string());
  });
}

}  // namespace

Result<Rules> LoadRules(const std::string& folder, bool with_crosswalk) {
  auto book = folder.empty() ? RuleBook::BuiltIn() : RuleBook::Load(folder);
  if (!book) return tl::unexpected(std::move(book.error()));
  auto policy = LoadPolicy(folder);
  if (!policy) return tl::unexpected(std::move(policy.error()));
  Rules rules{std::move(*book),
              std::make_shared<const Policy>(std::move(*policy)), nullptr};
  if (!with_crosswalk) return rules;
  const auto explanations = LoadExplanations(folder);
  if (!explanations) return tl::unexpected(explanations.error());
  rules.crosswalk = std::make_shared<const Crosswalk>(explanations->names());
  return rules;
}

Result<Explanations> LoadExplanations(const std::string& folder) {
  if (folder.empty()) return Explanations::Read(BuiltInFiles());
  const auto files = RuleBook::ReadFiles(folder);
  if (!files) return tl::unexpected(files.error());
  std::vector<EmbeddedFile> views;
  for (const auto& file : *files) views.push_back({file.name, file.text});
  auto explanations = Explanations::Read(views);
  if (explanations) return explanations;
  return Fail(explanations.error().code,
              folder + "/" + explanations.error().message);
}

}  // namespace ricochet
