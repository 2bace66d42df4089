#pragma once

#include <httplib.h>

namespace ricochet {

// httplib's server within our limits: a bounded number of clients, one request
// a connection, a time for the whole of it, and the same security headers on
// every answer. Errors are JSON.
class HttpListener final : public httplib::Server {
 public:
  HttpListener();

 private:
  bool process_and_close_socket(socket_t socket) override;
};

}  // namespace ricochet
