#include "report/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace ricochet {
namespace {

EventTime ModifiedTime(const struct stat& status) {
  using std::chrono::milliseconds;
  return EventTime{std::chrono::seconds{status.st_mtim.tv_sec} +
                   milliseconds{status.st_mtim.tv_nsec / 1'000'000}};
}

EventTime Now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
}

}  // namespace

RawFile::RawFile(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}

RawFile::~RawFile() {
  if (fd_ != STDIN_FILENO) ::close(fd_);
}

Result<std::unique_ptr<RawFile>> RawFile::Open(std::string path) {
  const bool standard = path == "-";
  const int fd =
      standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Fail(ErrorCode::kIo, path + ": " + std::strerror(errno));
  }
  std::unique_ptr<RawFile> file(
      new RawFile(standard ? "standard input" : std::move(path), fd));
  struct stat status = {};
  if (::fstat(fd, &status) != 0) {
    return Fail(file->Failure(std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) {
    return Fail(file->Failure("is a directory, not a log file"));
  }
  file->modified_ = S_ISREG(status.st_mode) ? ModifiedTime(status) : Now();
  if (S_ISREG(status.st_mode)) {
    file->id_ = FileId{status.st_dev, status.st_ino};
    file->size_ = static_cast<std::uint64_t>(status.st_size);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return file;
}

Error RawFile::Failure(std::string_view what) const {
  return {ErrorCode::kIo, name_ + ": " + std::string(what)};
}

Result<std::size_t> RawFile::ReadFile(std::span<char> buffer) {
  ssize_t size = 0;
  do {
    size = ::read(fd_, buffer.data(), buffer.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) return Fail(Failure(std::strerror(errno)));
  return static_cast<std::size_t>(size);
}

Result<std::string_view> RawFile::Peek() {
  while (peeked_size_ < sizeof peeked_) {
    const auto size = ReadFile(std::span(peeked_).subspan(peeked_size_));
    if (!size) return Fail(size.error());
    if (*size == 0) break;
    peeked_size_ += *size;
  }
  return std::string_view(peeked_, peeked_size_);
}

Result<std::size_t> RawFile::Read(std::span<char> buffer) {
  const auto again = std::min(buffer.size(), peeked_size_ - peeked_used_);
  std::copy_n(peeked_ + peeked_used_, again, buffer.data());
  peeked_used_ += again;
  consumed_ += again;
  if (again == buffer.size()) return again;
  const auto size = ReadFile(buffer.subspan(again));
  if (!size && again == 0) return size;
  consumed_ += size.value_or(0);
  return again + size.value_or(0);
}

}  // namespace ricochet
