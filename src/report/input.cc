#include "report/input.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "report/decompress.h"

namespace ricochet {

InputFile::InputFile(std::unique_ptr<RawFile> file, InputLimits limits)
    : limits_(limits),
      file_(std::move(file)),
      source_(file_.get()),
      buffer_(std::make_unique_for_overwrite<char[]>(
          std::min(limits.block, limits.line))),
      capacity_(std::min(limits.block, limits.line)) {}

Result<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path,
                                                   InputLimits limits) {
  auto file = RawFile::Open(path);
  if (!file) return Fail(std::move(file.error()));
  const auto first_bytes = (*file)->Peek();
  if (!first_bytes) return Fail(first_bytes.error());
  std::unique_ptr<InputFile> input(new InputFile(std::move(*file), limits));
  if (IsGzip(*first_bytes)) {
    input->decompressed_ = Gunzip(*input->file_);
  } else if (IsZstd(*first_bytes)) {
    input->decompressed_ = Unzstd(*input->file_);
  } else if (IsXz(*first_bytes)) {
    input->decompressed_ = NotUnpacked(*input->file_, "xz");
  } else if (IsBzip2(*first_bytes)) {
    input->decompressed_ = NotUnpacked(*input->file_, "bzip2");
  }
  if (input->decompressed_) input->source_ = input->decompressed_.get();
  return input;
}

Result<InputFile::Block> InputFile::Next() {
  KeepRest();
  while (!ended_) {
    if (end_ == capacity_) {
      if (capacity_ >= limits_.line) return Cut();
      Grow();
    }
    const auto size = source_->Read({buffer_.get() + end_, capacity_ - end_});
    if (!size) error_ = size.error();
    if (!size || *size == 0) {
      ended_ = true;
      break;
    }
    const std::size_t before = std::exchange(end_, end_ + *size);
    if (skipping_ && !SkipCutLine()) continue;
    const std::size_t from = std::max(before, begin_);
    const void* newline = ::memrchr(buffer_.get() + from, '\n', end_ - from);
    if (newline == nullptr) {
      KeepRest();
      continue;
    }
    const auto* last = static_cast<const char*>(newline) + 1;
    const std::size_t first =
        std::exchange(begin_, static_cast<std::size_t>(last - buffer_.get()));
    return Block{{buffer_.get() + first, begin_ - first}};
  }
  if (end_ > begin_) return Last();
  if (error_) return Fail(*error_);
  return Block{};
}

// Moves the unfinished line to the front of the buffer.
void InputFile::KeepRest() {
  if (begin_ == 0) return;
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

void InputFile::Grow() {
  const std::size_t larger = std::min(capacity_ * 2, limits_.line);
  auto buffer = std::make_unique_for_overwrite<char[]>(larger);
  std::memcpy(buffer.get(), buffer_.get(), end_);
  buffer_ = std::move(buffer);
  capacity_ = larger;
}

InputFile::Block InputFile::Cut() {
  skipping_ = true;
  begin_ = end_;
  return {.lines = {buffer_.get(), end_}, .cut = true};
}

InputFile::Block InputFile::Last() {
  const std::size_t first = std::exchange(begin_, end_);
  return {{buffer_.get() + first, end_ - first}};
}

// Drops what was read up to the cut line's end; true when that was reached.
bool InputFile::SkipCutLine() {
  const void* newline = std::memchr(buffer_.get(), '\n', end_);
  if (newline == nullptr) {
    end_ = 0;
    return false;
  }
  const auto* next = static_cast<const char*>(newline) + 1;
  begin_ = static_cast<std::size_t>(next - buffer_.get());
  skipping_ = false;
  return true;
}

std::uint64_t TotalSize(std::span<const std::string> paths) {
  std::uint64_t sum = 0;
  for (const auto& path : paths) {
    struct stat status = {};
    if (path == "-") return 0;
    if (::stat(path.c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode)) return 0;
    sum += static_cast<std::uint64_t>(status.st_size);
  }
  return sum;
}

}  // namespace ricochet
