#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace ricochet {

// A pseudo-terminal, and what was written to it.
class Terminal {
 public:
  explicit Terminal(unsigned short columns)
      : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    ::grantpt(master_);
    ::unlockpt(master_);
    fd_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    const winsize size = {
        .ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(fd_, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    ::close(fd_);
    ::close(master_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] int fd() const { return fd_; }

  // Since the last call.
  [[nodiscard]] std::string Written() {
    std::array<char, 4096> buffer;
    const auto size = ::read(master_, buffer.data(), buffer.size());
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size))
                    : std::string();
  }

 private:
  int master_;
  int fd_ = -1;
};

// A pipe: no terminal.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_NONBLOCK) != 0) std::abort();
  }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int fd() const { return ends_[1]; }
  [[nodiscard]] bool Empty() const {
    char octet = 0;
    return ::read(ends_[0], &octet, 1) < 0;
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace ricochet
