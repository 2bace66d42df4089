#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "ricochet/result.h"

#include "observe/http_route.h"

namespace ricochet {

// What the server answers with. Called on the server's threads, one at a time,
// until Stop() returns true.
struct HttpHandlers {
  // The text of /metrics.
  std::function<std::string()> metrics;
  // Why the program is not ready to work; empty: it is.
  std::function<std::vector<std::string>()> not_ready;
  // What else there is.
  std::vector<HttpRoute> routes = {};
};

// Who may ask, and how. Empty: everybody, without TLS.
struct HttpSecurity {
  // PEM files, both or none; see HttpTls.
  std::string certificate_file;
  std::string key_file;
  // Basic authentication (RFC 7617), for all paths but /healthz and /readyz,
  // which whoever runs the process asks.
  std::string user;
  std::string password;
};

// Serves /metrics, /healthz (200 while the process lives), /readyz (200, or
// 503 with the reasons as JSON) and the routes, on threads of its own, of low
// priority. Nothing else is answered but with an error, as JSON.
// Owned by one thread. Each client has one request in a connection, five
// seconds to send it, and five to take the answer. Eight answers are made at a
// time, 32 requests wait, others are refused; for more clients than that, see
// HttpLoop.
class HttpServer {
 public:
  // Listens on `host`:`port`; 0 is any free port. Fails when it cannot, and
  // when the certificate cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> Start(
      const std::string& host, int port, HttpHandlers handlers,
      const HttpSecurity& security = {});

  // Stops, waiting at most a second.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }

  // Answers nothing from now on. True: no handler runs or will. False: one did
  // not return within `deadline`, and what it uses must stay. Clients that
  // hold a connection open do not delay it beyond the deadline.
  bool Stop(std::chrono::milliseconds deadline);

 private:
  struct State;

  HttpServer() = default;

  // Shared with the server's thread, which may outlive Stop() by the time that
  // a client has to take its answer.
  std::shared_ptr<State> state_;
  std::future<void> finished_;  // the server's thread
  int port_ = 0;
  bool stopped_ = true;
};

}  // namespace ricochet
