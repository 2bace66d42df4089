#include "observe/http_client_stream.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace ricochet {
namespace {

using std::chrono::milliseconds;

// What is read, and thrown away, after an answer.
constexpr std::size_t kMostDrained = std::size_t{1} << 20U;
constexpr milliseconds kLongestDrain{500};

}  // namespace

HttpClientStream::HttpClientStream(int socket, Limits limits)
    : socket_(socket), end_(Clock::now() + limits.time), left_(limits.octets) {}

HttpClientStream::~HttpClientStream() { ::close(socket_); }

bool HttpClientStream::Wait(short events, Clock::time_point end) const {
  pollfd waited{.fd = socket_, .events = events, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    const auto wait = std::max(left, milliseconds(0));
    const int ready = ::poll(&waited, 1, static_cast<int>(wait.count()));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

bool HttpClientStream::Fill() {
  if (left_ == 0) {
    trouble_ = Trouble::kTooLarge;
    return false;
  }
  if (!Wait(POLLIN, end_)) {
    trouble_ = Trouble::kTooSlow;
    return false;
  }
  const auto got = ::recv(socket_, buffer_.data(),
                          std::min(left_, buffer_.size()), MSG_DONTWAIT);
  if (got <= 0) {
    trouble_ = Trouble::kGone;
    return false;
  }
  unread_ = {buffer_.data(), static_cast<std::size_t>(got)};
  left_ -= unread_.size();
  return true;
}

ssize_t HttpClientStream::read(char* to, std::size_t size) {
  if (unread_.empty() && !Fill()) return -1;
  const auto taken = unread_.copy(to, size);
  unread_.remove_prefix(taken);
  return static_cast<ssize_t>(taken);
}

// Writes all of it: httplib does not ask how much was written.
ssize_t HttpClientStream::write(const char* from, std::size_t size) {
  answered_ = true;
  for (std::size_t sent = 0; sent < size;) {
    if (!Wait(POLLOUT, end_)) return -1;
    const auto some =
        ::send(socket_, from + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (some < 0 && errno != EAGAIN) return -1;
    if (some > 0) sent += static_cast<std::size_t>(some);
  }
  return static_cast<ssize_t>(size);
}

void HttpClientStream::Answer(std::string_view answer) {
  answered_ = true;
  static_cast<void>(::send(socket_, answer.data(), answer.size(),
                           MSG_DONTWAIT | MSG_NOSIGNAL));
}

void HttpClientStream::Finish() {
  ::shutdown(socket_, SHUT_WR);
  const auto end = Clock::now() + kLongestDrain;
  for (std::size_t drained = 0; drained < kMostDrained;) {
    if (!Wait(POLLIN, end)) return;
    const auto got =
        ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    drained += static_cast<std::size_t>(got);
  }
}

bool HttpClientStream::is_readable() const {
  return !unread_.empty() || Wait(POLLIN, Clock::now());
}

bool HttpClientStream::is_writable() const { return Wait(POLLOUT, end_); }

void HttpClientStream::get_remote_ip_and_port(std::string& ip,
                                              int& port) const {
  ip.clear();
  port = 0;
}

void HttpClientStream::get_local_ip_and_port(std::string& ip, int& port) const {
  get_remote_ip_and_port(ip, port);
}

}  // namespace ricochet
