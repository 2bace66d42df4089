#include "app/report_outputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ricochet {
namespace {

namespace fs = std::filesystem;

// A file to be written. One that is not there yet has a path instead of an id;
// what is no regular file has neither.
struct Output {
  std::string name;  // as people know it
  std::optional<FileId> id;
  fs::path path;

  [[nodiscard]] bool Is(const Output& other) const {
    return id ? id == other.id : !path.empty() && path == other.path;
  }
};

std::optional<FileId> IdOf(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return FileId{status.st_dev, status.st_ino};
}

// Where a file that is not there will be: links that lead nowhere are followed
// as far as an open would.
fs::path PlaceOf(fs::path path) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(path, error); ++i) {
    path = path.parent_path() / fs::read_symlink(path, error);
  }
  return fs::weakly_canonical(fs::absolute(path, error), error);
}

Output OutputAt(std::string_view option, const std::string& path) {
  Output output{std::string(option) + " " + path, {}, {}};
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) {
    output.id = IdOf(status);
  } else {
    output.path = PlaceOf(path);
  }
  return output;
}

Output StandardOutput() {
  struct stat status = {};
  if (::fstat(STDOUT_FILENO, &status) != 0) return {};
  return {"standard output", IdOf(status), {}};
}

}  // namespace

Result<void> CheckOutputs(const ReportOptions& options,
                          std::span<const ReportFile> inputs) {
  std::vector<Output> outputs = {StandardOutput()};
  for (const auto& [option, path] :
       {std::pair{"--events", &options.events},
        std::pair{"--suppressions", &options.suppressions},
        std::pair{"--rates", &options.rates}}) {
    if (path->empty()) continue;
    if (*path == "-") {
      return Fail(ErrorCode::kUsage,
                  std::string(option) +
                      " -: standard output is the report's; name a file");
    }
    Output output = OutputAt(option, *path);
    for (const ReportFile& input : inputs) {
      if (!output.id || output.id != input.input->id()) continue;
      return Fail(ErrorCode::kUsage,
                  output.name + ": is also an input (" +
                      std::string(input.input->name()) +
                      "), which would be lost; nothing was written");
    }
    for (const Output& other : outputs) {
      if (!output.Is(other)) continue;
      return Fail(ErrorCode::kUsage, output.name + ": is the same file as " +
                                         other.name + "; nothing was written");
    }
    outputs.push_back(std::move(output));
  }
  return {};
}

}  // namespace ricochet
