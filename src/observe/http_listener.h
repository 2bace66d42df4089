#pragma once

#include <httplib.h>

#include <memory>

#include "observe/http_tls.h"

namespace ricochet {

// httplib's server within our limits: a bounded number of clients, one request
// a connection, a time for the whole of it, TLS if so wished, and the same
// security headers on every answer. Errors are JSON.
class HttpListener final : public httplib::Server {
 public:
  // Null: without TLS.
  explicit HttpListener(std::unique_ptr<const HttpTls> tls);

 private:
  bool process_and_close_socket(socket_t socket) override;

  const std::unique_ptr<const HttpTls> tls_;
};

}  // namespace ricochet
