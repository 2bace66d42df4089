// TLS and Basic authentication of the HTTP server.
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "observe/http.h"
#include "observe/raw_client.h"

namespace ricochet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHost = "127.0.0.1";
constexpr const char* kMetrics = "a_total 1\n";

struct Freed {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// A certificate that its own key has signed, in two PEM files.
class Identity {
 public:
  explicit Identity(const std::string& name)
      : folder_(fs::path(testing::TempDir()) / name) {
    fs::create_directories(folder_);
    const std::unique_ptr<EVP_PKEY, Freed> key(EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, Freed> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* subject = X509_get_subject_name(certificate.get());
    const std::string host = "ricochet.example";
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(host.data()),
        static_cast<int>(host.size()), -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    PEM_write_X509(Open("certificate.pem").get(), certificate.get());
    PEM_write_PrivateKey(Open("key.pem").get(), key.get(), nullptr, nullptr, 0,
                         nullptr, nullptr);
    std::string password = "secret";
    PEM_write_PrivateKey(Open("encrypted.pem").get(), key.get(),
                         EVP_aes_128_cbc(), nullptr, 0, nullptr,
                         password.data());
  }
  ~Identity() { fs::remove_all(folder_); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  [[nodiscard]] std::string File(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] HttpSecurity Security() const {
    return {.certificate_file = File("certificate.pem"),
            .key_file = File("key.pem"),
            .user = {},
            .password = {}};
  }

 private:
  [[nodiscard]] std::unique_ptr<std::FILE, Freed> Open(const char* name) const {
    return std::unique_ptr<std::FILE, Freed>(
        std::fopen(File(name).c_str(), "w"));
  }

  const fs::path folder_;
};

Result<std::unique_ptr<HttpServer>> Start(const HttpSecurity& security) {
  HttpHandlers handlers{.metrics = [] { return std::string(kMetrics); },
                        .not_ready = [] { return std::vector<std::string>(); }};
  handlers.routes.push_back({.path = "/large", .handler = [](const auto&) {
                               return HttpAnswer{
                                   .body = std::string(5'000'000, 'x')};
                             }});
  handlers.routes.push_back({.method = HttpMethod::kPost,
                             .path = "/echo",
                             .handler = [](const auto& request) {
                               return HttpAnswer{.body = request.body};
                             }});
  return HttpServer::Start(kHost, 0, std::move(handlers), security);
}

std::unique_ptr<httplib::SSLClient> TlsClient(const HttpServer& server) {
  auto client = std::make_unique<httplib::SSLClient>(kHost, server.port());
  client->enable_server_certificate_verification(false);
  return client;
}

TEST(HttpTls, AnswersAndBodiesArriveWhole) {
  const Identity identity("answers");
  const auto server = *Start(identity.Security());
  EXPECT_EQ(TlsClient(*server)->Get("/metrics")->body, kMetrics);
  EXPECT_EQ(TlsClient(*server)->Get("/large")->body.size(), 5'000'000u);
  const std::string body(60'000, 'y');
  EXPECT_EQ(TlsClient(*server)->Post("/echo", body, "text/plain")->body, body);
}

TEST(HttpTls, ItsCertificateIsShown) {
  const Identity identity("shown");
  const Identity other("not_shown");
  const auto server = *Start(identity.Security());
  for (const auto* one : {&identity, &other}) {
    httplib::SSLClient client(kHost, server->port());
    client.set_ca_cert_path(one->File("certificate.pem").c_str());
    client.enable_server_certificate_verification(true);
    const auto answer = client.Get("/healthz");
    ASSERT_FALSE(answer);  // the name is another; but before that:
    const auto verified = client.get_openssl_verify_result();
    EXPECT_EQ(verified == X509_V_OK, one == &identity) << verified;
  }
}

TEST(HttpTls, WhoSpeaksNoTlsIsToldSo) {
  const Identity identity("plain");
  const auto server = *Start(identity.Security());
  const auto answer = httplib::Client(kHost, server->port()).Get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("TLS"), std::string::npos);
  EXPECT_EQ(TlsClient(*server)->Get("/healthz")->status, 200);
}

TEST(HttpTls, SilenceAndGarbageKeepNobodyWaiting) {
  const Identity identity("garbage");
  const auto server = *Start(identity.Security());
  const int silent = ConnectTo(*server);
  EXPECT_EQ(Raw(*server, std::string(3000, '\x16')), "");
  EXPECT_EQ(TlsClient(*server)->Get("/healthz")->status, 200);
  ::close(silent);
}

TEST(HttpTls, HandshakesThatAreNeverMadeKeepNobodyOut) {
  const Identity identity("crowd");
  const auto server = *Start(identity.Security());
  std::vector<int> silent;
  for (int i = 0; i < 400; ++i) silent.push_back(ConnectTo(*server));
  for (int i = 0; i < 5; ++i) {
    const auto answer = TlsClient(*server)->Get("/metrics");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, kMetrics);
  }
  for (const int socket : silent) ::close(socket);
}

TEST(HttpTls, FilesThatCannotBeUsedAreNamed) {
  const Identity one("one");
  const Identity other("other");
  const auto expect = [](const HttpSecurity& security,
                         const std::string& file) {
    const auto server = Start(security);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, ErrorCode::kConfig);
    EXPECT_EQ(server.error().message.find(file + ": "), 0u)
        << server.error().message;
  };
  HttpSecurity security = one.Security();
  security.key_file = other.File("key.pem");
  expect(security, security.key_file);
  security.key_file = one.File("encrypted.pem");
  expect(security, security.key_file);
  security.key_file = one.File("absent.pem");
  expect(security, security.key_file);
  security = one.Security();
  security.certificate_file = one.File("key.pem");
  expect(security, security.certificate_file);
  security.certificate_file = one.File("");
  expect(security, security.certificate_file);
}

class HttpUser : public testing::Test {
 protected:
  httplib::Result Get(const std::string& path,
                      const std::string& authorization = {}) const {
    httplib::Headers headers;
    if (!authorization.empty()) headers = {{"Authorization", authorization}};
    return httplib::Client(kHost, server_->port()).Get(path, headers);
  }

  const std::unique_ptr<HttpServer> server_ = *Start(
      {.certificate_file = {}, .key_file = {}, .user = "o", .password = "p:w"});
  const std::string right_ = "Basic bzpwOnc=";  // o:p:w
};

TEST_F(HttpUser, WhoShowsTheCredentialsIsAnswered) {
  EXPECT_EQ(Get("/metrics", right_)->body, kMetrics);
  EXPECT_EQ(Get("/metrics", "bAsIc bzpwOnc=")->status, 200);
}

TEST_F(HttpUser, OthersAreNot) {
  for (const std::string shown :
       {"", "Basic", "Basic ", "Basic bzpwOnd=", "Basic bzpwOnc",
        "bzpwOnc=", "Bearer bzpwOnc=", "Basic bzpwOnc==", "Basic BZPWONC=",
        "Basic  bzpwOnc="}) {
    const auto answer = Get("/metrics", shown);
    ASSERT_TRUE(answer) << shown;
    EXPECT_EQ(answer->status, 401) << shown;
    EXPECT_EQ(answer->get_header_value("WWW-Authenticate"),
              "Basic realm=\"Ricochet\", charset=\"UTF-8\"");
    EXPECT_EQ(answer->body.find(kMetrics), std::string::npos);
  }
  EXPECT_EQ(Get("/nothing")->status, 401);  // nor told what there is
}

TEST_F(HttpUser, BodiesOfOthersAreNotRead) {
  httplib::Client client(kHost, server_->port());
  EXPECT_EQ(client.Post("/echo", "x", "text/plain")->status, 401);
  client.set_basic_auth("o", "p:w");
  EXPECT_EQ(client.Post("/echo", "x", "text/plain")->body, "x");
}

TEST_F(HttpUser, ProbesNeedNone) {
  EXPECT_EQ(Get("/healthz")->status, 200);
  EXPECT_EQ(Get("/readyz")->status, 200);
}

}  // namespace
}  // namespace ricochet
