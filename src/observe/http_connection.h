#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "observe/http_tls.h"

namespace ricochet {

// One client's connection, from accept to close: it carries one request and one
// answer, over TLS or as it is, and nobody ever waits for the client. Its owner
// waits for events() of socket(), and calls Move() when they come, or Expire()
// at due(). Closes the socket at the end. Used by one thread at a time.
class HttpConnection {
 public:
  using Clock = std::chrono::steady_clock;

  struct Limits {
    std::size_t octets = 0;  // of the request; memory, too
    std::chrono::milliseconds receiving{};
    std::chrono::milliseconds sending{};
  };
  enum class State : std::uint8_t {
    kReceiving,
    kReceived,  // Answer() is to be called
    kSending,
    kDraining,  // answered; reads what the client still sends
    kEnded,
  };
  // Why the request is not whole.
  enum class Trouble : std::uint8_t { kNone, kTooSlow, kTooLarge, kNoTls };

  // `tls` must outlive this object; null: without.
  HttpConnection(int socket, Limits limits, const HttpTls* tls = nullptr);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] int socket() const noexcept { return socket_; }
  [[nodiscard]] short events() const noexcept { return events_; }  // of poll(2)
  [[nodiscard]] Clock::time_point due() const noexcept { return due_; }
  [[nodiscard]] Trouble trouble() const noexcept { return trouble_; }
  // What was received; whole, but when there is trouble, or the client ended
  // early.
  [[nodiscard]] std::string_view request() const noexcept { return request_; }
  // Octets of the answer that the client did not take yet.
  [[nodiscard]] std::size_t unsent() const noexcept {
    return answer_.size() - sent_;
  }

  // Does what can be done at once.
  void Move();
  // The time for what it is doing is over.
  void Expire();
  // Sends `answer`; nothing ends the connection. To a client that speaks no
  // TLS it goes without, too.
  void Answer(std::string answer);

 private:
  // As recv(2) and send(2) without waiting, over TLS if there is any: octets, 0
  // when the other side has ended, or -1 for what `again` may mend: the events
  // to wait for first; 0: nothing does.
  struct Moved {
    std::ptrdiff_t octets = 0;
    short again = 0;
  };
  Moved Read(char* to, std::size_t size);
  Moved Write(std::string_view from);
  Moved MovedByTls(int done);

  void Receive();
  void Take(std::string_view octets);
  void Stop(Trouble trouble);
  void Send();
  void Drain();

  const int socket_;
  const Limits limits_;
  HttpTls::Connection tls_;  // null: none
  State state_ = State::kReceiving;
  Trouble trouble_ = Trouble::kNone;
  short events_;
  Clock::time_point due_;
  std::string request_;
  std::size_t whole_ = 0;  // octets of the whole request; 0: not known yet
  std::string answer_;
  std::size_t sent_ = 0;
  std::size_t drained_ = 0;
};

}  // namespace ricochet
