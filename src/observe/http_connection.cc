#include "observe/http_connection.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "observe/http_request_end.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;

// What is read, and thrown away, after an answer: closing with octets unread
// would make the client's system discard the answer.
constexpr std::size_t kMostDrained = std::size_t{1} << 20U;
constexpr milliseconds kLongestDrain{500};

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

using Buffer = std::array<char, std::size_t{16} * 1024>;

}  // namespace

HttpConnection::HttpConnection(int socket, Limits limits, const HttpTls* tls)
    : socket_(socket),
      limits_(limits),
      events_(POLLIN),
      due_(Clock::now() + limits.receiving) {
  // OpenSSL knows no MSG_DONTWAIT.
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  if (tls == nullptr) return;
  tls_ = tls->Accept(socket_);
  if (tls_ == nullptr) state_ = State::kEnded;
}

HttpConnection::~HttpConnection() { ::close(socket_); }

// What SSL_read() or SSL_write() returned. OpenSSL's errors are the thread's.
HttpConnection::Moved HttpConnection::MovedByTls(int done) {
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

HttpConnection::Moved HttpConnection::Read(char* to, std::size_t size) {
  if (tls_ != nullptr) {
    return MovedByTls(SSL_read(tls_.get(), to, static_cast<int>(size)));
  }
  const auto got = ::recv(socket_, to, size, 0);
  const bool wait = got < 0 && (errno == EAGAIN || errno == EINTR);
  return {.octets = got, .again = static_cast<short>(wait ? POLLIN : 0)};
}

HttpConnection::Moved HttpConnection::Write(std::string_view from) {
  if (tls_ != nullptr) {
    return MovedByTls(
        SSL_write(tls_.get(), from.data(), static_cast<int>(from.size())));
  }
  const auto sent = ::send(socket_, from.data(), from.size(), MSG_NOSIGNAL);
  const bool wait = sent < 0 && (errno == EAGAIN || errno == EINTR);
  return {.octets = sent, .again = static_cast<short>(wait ? POLLOUT : 0)};
}

void HttpConnection::Move() {
  switch (state_) {
    case State::kReceiving:
      return Receive();
    case State::kSending:
      return Send();
    case State::kDraining:
      return Drain();
    default:
      return;
  }
}

void HttpConnection::Expire() {
  // Nobody can be told anything before the handshake.
  const bool told = state_ == State::kReceiving &&
                    (tls_ == nullptr || SSL_is_init_finished(tls_.get()) == 1);
  if (told) return Stop(Trouble::kTooSlow);
  state_ = State::kEnded;
}

void HttpConnection::Stop(Trouble trouble) {
  trouble_ = trouble;
  state_ = State::kReceived;
}

void HttpConnection::Receive() {
  Buffer some;
  while (state_ == State::kReceiving) {
    const auto room = std::min(limits_.octets - request_.size(), some.size());
    const auto got = Read(some.data(), room);
    if (got.octets > 0) {
      Take({some.data(), static_cast<std::size_t>(got.octets)});
    } else if (got.again != 0) {
      events_ = got.again;
      return;
    } else if (trouble_ != Trouble::kNone ||
               (got.octets == 0 && !request_.empty())) {
      state_ = State::kReceived;
    } else {
      state_ = State::kEnded;
    }
  }
}

void HttpConnection::Take(std::string_view octets) {
  const auto before = request_.size();
  request_ += octets;
  if (whole_ == 0) {
    const auto end = EndOfRequest(request_, before);
    whole_ = end.octets;
    // Best effort: a client waits for it no longer than a second or so.
    if (end.asks_to_continue && request_.size() < whole_) Write(kContinue);
  }
  if (whole_ != 0 && request_.size() >= whole_) {
    state_ = State::kReceived;
  } else if (request_.size() >= limits_.octets) {
    Stop(Trouble::kTooLarge);
  }
}

void HttpConnection::Answer(std::string answer) {
  if (answer.empty()) {
    state_ = State::kEnded;
    return;
  }
  if (trouble_ == Trouble::kNoTls) tls_.reset();
  request_ = {};
  answer_ = std::move(answer);
  state_ = State::kSending;
  due_ = Clock::now() + limits_.sending;
  Send();
}

void HttpConnection::Send() {
  while (unsent() > 0) {
    const auto some = Write(std::string_view(answer_).substr(sent_));
    if (some.octets > 0) {
      sent_ += static_cast<std::size_t>(some.octets);
    } else {
      events_ = some.again;
      if (some.again == 0) state_ = State::kEnded;
      return;
    }
  }
  if (tls_ != nullptr) {
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
  state_ = State::kDraining;
  events_ = POLLIN;
  due_ = Clock::now() + kLongestDrain;
  Drain();
}

void HttpConnection::Drain() {
  Buffer some;
  while (drained_ < kMostDrained) {
    const auto got = ::recv(socket_, some.data(), some.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) break;
    drained_ += static_cast<std::size_t>(got);
  }
  state_ = State::kEnded;
}

}  // namespace ricochet
