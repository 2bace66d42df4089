#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "report/byte_source.h"
#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

struct InputLimits {
  // Small enough to stay in a processor's own cache until it has been read.
  std::size_t block = std::size_t{256} << 10U;
  // A longer line is cut here; the rest of it is skipped.
  std::size_t line = std::size_t{64} << 20U;
};

// A log file (or standard input, "-"): plain, gzip or zstd, as its first bytes
// say, given as blocks of whole lines; one of xz or bzip2 fails in Next(). One
// thread. Call:
//
//   auto input = InputFile::Open(path);
//   for (;;) {
//     const auto block = (*input)->Next();
//     if (!block) { report block.error(); break; }
//     if (block->lines.empty()) break;
//     ... Record{.value = block->lines, .time = (*input)->modified()} ...
//     progress.Update(before + (*input)->consumed(), lines);
//   }
class InputFile {
 public:
  // `lines` ends with a newline, but for the input's last line when it has
  // none, and for a cut line. Dies at the next Next().
  struct Block {
    std::string_view lines;
    // `lines` is the beginning of one line that exceeds InputLimits::line.
    bool cut = false;
  };

  // Errors name the file: missing, unreadable, a directory.
  [[nodiscard]] static Result<std::unique_ptr<InputFile>> Open(
      const std::string& path, InputLimits limits = {});

  // The next block; empty at the end. Of a damaged compressed file, what could
  // be read comes first, then the error.
  [[nodiscard]] Result<Block> Next();

  [[nodiscard]] std::string_view name() const noexcept { return file_->name(); }
  // Nothing: not a regular file.
  [[nodiscard]] std::optional<FileId> id() const noexcept {
    return file_->id();
  }
  // Of the file as it lies there, compressed or not; 0: not known.
  [[nodiscard]] std::uint64_t total() const noexcept { return file_->size(); }
  [[nodiscard]] std::uint64_t consumed() const noexcept {
    return file_->consumed();
  }
  // When the file was last written; of a pipe: now.
  [[nodiscard]] EventTime modified() const noexcept {
    return file_->modified();
  }

 private:
  InputFile(std::unique_ptr<RawFile> file, InputLimits limits);
  void KeepRest();
  void Grow();
  Block Cut();
  Block Last();
  bool SkipCutLine();

  InputLimits limits_;
  std::unique_ptr<RawFile> file_;
  std::unique_ptr<ByteSource> decompressed_;  // null: a plain file
  ByteSource* source_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::size_t begin_ = 0;  // what was read and not handed over yet
  std::size_t end_ = 0;
  bool skipping_ = false;  // the rest of a cut line
  bool ended_ = false;
  std::optional<Error> error_;
};

// The sizes of the files together, for a progress bar; 0 when one of them is
// not a regular file. Missing files count nothing: opening them tells.
[[nodiscard]] std::uint64_t TotalSize(std::span<const std::string> paths);

}  // namespace ricochet
