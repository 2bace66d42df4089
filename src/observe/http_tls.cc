#include "observe/http_tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

namespace ricochet {
namespace {

tl::unexpected<Error> FailOf(const std::string& file) {
  const auto code = ERR_get_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return Fail(ErrorCode::kConfig,
              fmt::format("{}: {}", file,
                          reason == nullptr ? "cannot be used" : reason));
}

// A key with a password is refused: nobody is there to be asked for it.
int NoPassword(char* /*to*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

}  // namespace

void HttpTls::Free::operator()(SSL* connection) const noexcept {
  SSL_free(connection);
}

void HttpTls::Free::operator()(SSL_CTX* context) const noexcept {
  SSL_CTX_free(context);
}

Result<std::unique_ptr<HttpTls>> HttpTls::Load(
    const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  std::unique_ptr<HttpTls> tls(new HttpTls(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* const context = tls->context_.get();
  if (context == nullptr) return FailOf("TLS");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context, NoPassword);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) !=
      1) {
    return FailOf(certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(),
                                  SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return FailOf(key_file);
  }
  return tls;
}

HttpTls::Connection HttpTls::Accept(int socket) const {
  Connection connection(SSL_new(context_.get()));
  if (connection == nullptr || SSL_set_fd(connection.get(), socket) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_accept_state(connection.get());
  return connection;
}

}  // namespace ricochet
