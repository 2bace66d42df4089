#include "classify/rule_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "classify/rule_check.h"
#include "classify/rule_loader.h"

namespace ricochet {

Result<std::vector<RuleBook::FileText>> RuleBook::ReadFiles(
    const std::filesystem::path& dir) {
  std::error_code error;
  std::vector<FileText> files;
  for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)),
                     std::istreambuf_iterator<char>());
    if (!in) {
      return Fail(ErrorCode::kIo,
                  fmt::format("cannot read {}", entry.path().string()));
    }
    files.push_back({entry.path().filename().string(), std::move(text)});
  }
  if (error) {
    return Fail(ErrorCode::kIo, fmt::format("cannot list {}: {}", dir.string(),
                                            error.message()));
  }
  std::ranges::sort(files, {}, &FileText::name);
  return files;
}

Result<std::shared_ptr<const RuleBook>> RuleBook::Load(
    const std::filesystem::path& dir) {
  const auto files = ReadFiles(dir);
  if (!files) return Fail(files.error());
  std::vector<EmbeddedFile> views;
  for (const auto& file : *files) views.push_back({file.name, file.text});
  auto book = Parse(views);
  if (book) return book;
  return Fail(book.error().code,
              fmt::format("{}/{}", dir.string(), book.error().message));
}

Result<std::shared_ptr<const RuleBook>> RuleBook::BuiltIn() {
  return RuleLoader(RuleLoader::Patterns::kChecked).Load(BuiltInFiles());
}

Result<std::shared_ptr<const RuleBook>> RuleBook::Parse(
    std::span<const EmbeddedFile> files) {
  auto book = RuleLoader().Load(files);
  if (!book) return book;
  const auto failed = FailedExamples(*book);
  if (!failed) return Fail(failed.error());
  if (!failed->empty()) return Fail(failed->front());
  return book;
}

}  // namespace ricochet
