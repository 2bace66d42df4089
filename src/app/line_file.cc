#include "app/line_file.h"

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace ricochet {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20U;

std::string Reason(int code) { return std::generic_category().message(code); }

}  // namespace

Result<LineFile> LineFile::Create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return Fail(ErrorCode::kIo, path + ": " + Reason(errno));
  std::setvbuf(file, nullptr, _IOFBF, kBuffer);
  return LineFile(path, file);
}

void LineFile::Write(std::string_view line) noexcept {
  fwrite_unlocked(line.data(), 1, line.size(), file_.get());
  fputc_unlocked('\n', file_.get());
}

Result<void> LineFile::Close() {
  const bool failed = std::ferror(file_.get()) != 0;
  const int closed = std::fclose(file_.release());
  if (failed || closed != 0) {
    return Fail(ErrorCode::kIo, path_ + ": " + Reason(errno));
  }
  return {};
}

}  // namespace ricochet
