#pragma once

#include <httplib.h>

#include <memory>
#include <string>
#include <string_view>

#include "observe/http_loop.h"
#include "observe/http_tls.h"

namespace ricochet {

// httplib's server over our own loop, whose limits are those of HttpLoop: one
// request a connection, TLS if so wished, and the same security headers on
// every answer. Errors are JSON. After binding, Open() and Serve(), and neither
// listen_after_bind() nor stop().
class HttpListener final : public httplib::Server {
 public:
  // Null: without TLS.
  explicit HttpListener(std::unique_ptr<const HttpTls> tls);

  // What was bound takes clients in. Once, before the other two.
  void Open();
  // Until Stop(), and until those who were being answered then have ended.
  void Serve() { loop_->Run(); }
  // Any thread.
  void Stop() { loop_->Stop(); }

 private:
  // On any thread.
  [[nodiscard]] std::string AnswerTo(std::string_view request);

  const std::unique_ptr<const HttpTls> tls_;
  std::unique_ptr<HttpLoop> loop_;  // the last: its threads use the others
};

}  // namespace ricochet
