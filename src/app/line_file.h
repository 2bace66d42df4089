#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "ricochet/result.h"

namespace ricochet {

// A text file written line by line through a large buffer. One thread.
class LineFile {
 public:
  // Creates or empties `path`.
  [[nodiscard]] static Result<LineFile> Create(const std::string& path);

  // Writes `line` and a newline. What fails is told by Close().
  void Write(std::string_view line) noexcept;

  // Must be called: the error names the file.
  [[nodiscard]] Result<void> Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  LineFile(std::string path, std::FILE* file)
      : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace ricochet
