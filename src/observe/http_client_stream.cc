#include "observe/http_client_stream.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
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

HttpClientStream::HttpClientStream(int socket, Limits limits,
                                   const HttpTls* tls)
    : socket_(socket), end_(Clock::now() + limits.time), left_(limits.octets) {
  if (tls == nullptr) return;
  // OpenSSL knows no MSG_DONTWAIT.
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  tls_ = tls->Accept(socket_);
  if (tls_ == nullptr) trouble_ = Trouble::kGone;
}

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

// What SSL_read() or SSL_write() returned. OpenSSL's errors are the thread's.
HttpClientStream::Moved HttpClientStream::MovedByTls(int done) {
  if (done > 0) return {.octets = done};
  const int error = SSL_get_error(tls_.get(), done);
  if (error == SSL_ERROR_WANT_READ) return {.octets = -1, .again = POLLIN};
  if (error == SSL_ERROR_WANT_WRITE) return {.octets = -1, .again = POLLOUT};
  if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) {
    trouble_ = Trouble::kNoTls;
  }
  ERR_clear_error();
  return {.octets = error == SSL_ERROR_ZERO_RETURN ? 0 : -1};
}

HttpClientStream::Moved HttpClientStream::Receive(char* to, std::size_t size) {
  if (tls_ != nullptr) {
    return MovedByTls(SSL_read(tls_.get(), to, static_cast<int>(size)));
  }
  const auto got = ::recv(socket_, to, size, MSG_DONTWAIT);
  const bool wait = got < 0 && (errno == EAGAIN || errno == EINTR);
  return {.octets = got, .again = static_cast<short>(wait ? POLLIN : 0)};
}

HttpClientStream::Moved HttpClientStream::Send(const char* from,
                                               std::size_t size) {
  if (tls_ != nullptr) {
    return MovedByTls(SSL_write(tls_.get(), from, static_cast<int>(size)));
  }
  const auto sent = ::send(socket_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  const bool wait = sent < 0 && (errno == EAGAIN || errno == EINTR);
  return {.octets = sent, .again = static_cast<short>(wait ? POLLOUT : 0)};
}

bool HttpClientStream::Fill() {
  if (trouble_ != Trouble::kNone) return false;
  if (left_ == 0) {
    trouble_ = Trouble::kTooLarge;
    return false;
  }
  for (;;) {
    const auto got = Receive(buffer_.data(), std::min(left_, buffer_.size()));
    if (got.octets > 0) {
      unread_ = {buffer_.data(), static_cast<std::size_t>(got.octets)};
      left_ -= unread_.size();
      return true;
    }
    if (got.again == 0) {
      if (trouble_ == Trouble::kNone) trouble_ = Trouble::kGone;
      return false;
    }
    if (!Wait(got.again, end_)) {
      trouble_ = Trouble::kTooSlow;
      return false;
    }
  }
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
    const auto some = Send(from + sent, size - sent);
    if (some.octets > 0) {
      sent += static_cast<std::size_t>(some.octets);
    } else if (some.again == 0 || !Wait(some.again, end_)) {
      return -1;
    }
  }
  return static_cast<ssize_t>(size);
}

void HttpClientStream::Answer(std::string_view answer) {
  answered_ = true;
  if (trouble_ == Trouble::kNoTls) tls_.reset();
  Send(answer.data(), answer.size());
}

void HttpClientStream::Finish() {
  if (tls_ != nullptr) {
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
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
  return !unread_.empty() || (tls_ != nullptr && SSL_pending(tls_.get()) > 0) ||
         Wait(POLLIN, Clock::now());
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
