#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ricochet/result.h"
#include "ricochet/time.h"

namespace ricochet {

// Which file it is, whatever names it has.
struct FileId {
  dev_t device;
  ino_t inode;
  bool operator==(const FileId&) const = default;
};

// Where the bytes of an input come from: a file as it is, or decompressed.
// Called per block of a megabyte or so.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `buffer` and says how far; 0 is the end. What could be
  // decoded before an error is returned first, the error by the next call.
  [[nodiscard]] virtual Result<std::size_t> Read(std::span<char> buffer) = 0;
};

// An open file or standard input ("-"), byte for byte. Read by read(), not
// mmap: a log that is truncated while we read it would be a SIGBUS.
class RawFile final : public ByteSource {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RawFile>> Open(std::string path);
  ~RawFile() override;
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  [[nodiscard]] Result<std::size_t> Read(std::span<char> buffer) override;
  // The first bytes (4, fewer in a shorter file), which Read() gives again.
  // Call it before the first Read().
  [[nodiscard]] Result<std::string_view> Peek();

  // An error that names this file.
  [[nodiscard]] Error Failure(std::string_view what) const;
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  // Nothing: not a regular file.
  [[nodiscard]] std::optional<FileId> id() const noexcept { return id_; }
  // In octets; 0 when not known (a pipe).
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint64_t consumed() const noexcept { return consumed_; }
  // Modification time; of a pipe: when it was opened.
  [[nodiscard]] EventTime modified() const noexcept { return modified_; }

 private:
  RawFile(std::string name, int fd);
  [[nodiscard]] Result<std::size_t> ReadFile(std::span<char> buffer);

  std::string name_;
  int fd_;
  std::optional<FileId> id_;
  std::uint64_t size_ = 0;
  std::uint64_t consumed_ = 0;
  EventTime modified_ = kNoTime;
  char peeked_[4] = {};
  std::size_t peeked_size_ = 0;
  std::size_t peeked_used_ = 0;
};

}  // namespace ricochet
