#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "ricochet/result.h"

namespace ricochet {

// What our side of TLS connections shows its clients. TLS 1.2 and later.
// Immutable, so any thread may Accept().
class HttpTls {
 public:
  // PEM files: the certificate with those that lead to its authority, and its
  // key without a password. Fails, naming the file, when they cannot be read
  // or do not belong together.
  [[nodiscard]] static Result<std::unique_ptr<HttpTls>> Load(
      const std::string& certificate_file, const std::string& key_file);

  struct Free {
    void operator()(SSL* connection) const noexcept;
    void operator()(SSL_CTX* context) const noexcept;
  };
  using Connection = std::unique_ptr<SSL, Free>;

  // Speaks TLS over `socket`, which stays the caller's. The handshake is done
  // by the first read. Null when there is no memory.
  [[nodiscard]] Connection Accept(int socket) const;

 private:
  explicit HttpTls(SSL_CTX* context) : context_(context) {}

  std::unique_ptr<SSL_CTX, Free> context_;
};

}  // namespace ricochet
