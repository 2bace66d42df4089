#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "observe/http_tls.h"

namespace ricochet {

// One client's connection, from accept to close: it carries one request of at
// most `limits.octets`, and one answer, within `limits.time` altogether,
// however slowly the client reads or writes; over TLS or as it is. Closes the
// socket at the end. Used by one thread.
class HttpClientStream final : public httplib::Stream {
 public:
  struct Limits {
    std::size_t octets = 0;
    std::chrono::milliseconds time{};
  };
  // Why a request could not be read to its end.
  enum class Trouble { kNone, kGone, kTooSlow, kTooLarge, kNoTls };

  // `tls` must outlive this object; null: without.
  HttpClientStream(int socket, Limits limits, const HttpTls* tls = nullptr);
  ~HttpClientStream() override;
  HttpClientStream(const HttpClientStream&) = delete;
  HttpClientStream& operator=(const HttpClientStream&) = delete;

  [[nodiscard]] Trouble trouble() const noexcept { return trouble_; }
  [[nodiscard]] bool answered() const noexcept { return answered_; }

  // Writes an answer of our own, whether or not there is time left: what fits
  // into the socket's buffer. A client without TLS gets it without, too.
  void Answer(std::string_view answer);

  // The answer is complete. Reads on for a moment what the client still sends:
  // closing with octets unread would make its system discard the answer.
  void Finish();

  // httplib's side.
  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }
  using Stream::write;

 private:
  using Clock = std::chrono::steady_clock;

  // Whether the socket is ready for `events` of poll(2) before `end`.
  [[nodiscard]] bool Wait(short events, Clock::time_point end) const;
  bool Fill();
  // As recv(2) and send(2) without waiting, over TLS if there is any: octets, 0
  // when the other side has ended, or -1 for what `again` may mend: the events
  // to wait for first; 0: nothing does.
  struct Moved {
    ssize_t octets = 0;
    short again = 0;
  };
  Moved Receive(char* to, std::size_t size);
  Moved Send(const char* from, std::size_t size);
  Moved MovedByTls(int done);

  const int socket_;
  const Clock::time_point end_;
  std::size_t left_;  // octets that may still be read
  std::array<char, 4096> buffer_{};
  std::string_view unread_;  // of buffer_
  HttpTls::Connection tls_;  // null: none
  Trouble trouble_ = Trouble::kNone;
  bool answered_ = false;
};

}  // namespace ricochet
