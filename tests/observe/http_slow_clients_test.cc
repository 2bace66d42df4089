// Clients that send or read slowly, or not at all, and those who must be
// answered all the same.
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observe/http.h"
#include "observe/http_loop.h"
#include "observe/raw_client.h"

namespace ricochet {
namespace {

constexpr const char* kHost = "127.0.0.1";
constexpr std::size_t kLarge = std::size_t{4} << 20U;
constexpr int kMostFiles = 64;  // where descriptors are to run out

std::atomic<int> large_answers = 0;

std::unique_ptr<HttpServer> Serve() {
  HttpHandlers handlers{.metrics = [] { return std::string("a_total 1\n"); },
                        .not_ready = [] { return std::vector<std::string>(); }};
  handlers.routes = {
      {.path = "/large",
       .handler =
           [](const auto&) {
             ++large_answers;
             return HttpAnswer{.body = std::string(kLarge, 'x')};
           }},
      {.method = HttpMethod::kPost,
       .path = "/size",
       .handler = [](const HttpRequest& request) {
         return HttpAnswer{.body = std::to_string(request.body.size())};
       }}};
  return *HttpServer::Start(kHost, 0, std::move(handlers));
}

// Connections that have all sent the same; who is turned out comes again.
class Crowd {
 public:
  Crowd(const HttpServer& server, std::size_t size, std::string words)
      : server_(server), words_(std::move(words)) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    for (std::size_t i = 0; i < size; ++i) sockets_.push_back(Come());
  }
  ~Crowd() {
    for (const int socket : sockets_) close(socket);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // One octet more of each. Some of those that were turned out come again.
  void Go(char octet) {
    int again = 0;
    for (int& socket : sockets_) {
      if (send(socket, &octet, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) continue;
      if (++again > 50) return;
      close(socket);
      socket = Come();
    }
  }

 private:
  [[nodiscard]] int Come() const {
    const int socket = ConnectTo(server_);
    send(socket, words_.data(), words_.size(), MSG_NOSIGNAL);
    return socket;
  }

  const HttpServer& server_;
  const std::string words_;
  std::vector<int> sockets_;
};

int ScrapesAnswered(const HttpServer& server, Crowd& crowd) {
  int answered = 0;
  for (int i = 0; i < 20; ++i) {
    crowd.Go('a');
    const auto answer = httplib::Client(kHost, server.port()).Get("/metrics");
    answered += answer && answer->status == 200 ? 1 : 0;
  }
  return answered;
}

TEST(HttpSlowClients, AThousandThatSendHalfAHeadKeepNobodyOut) {
  const auto server = Serve();
  Crowd crowd(*server, 1000, "GET /metrics HTTP/1.1\r\nHost: a");
  EXPECT_EQ(ScrapesAnswered(*server, crowd), 20);
}

TEST(HttpSlowClients, AThousandThatSendHalfABodyKeepNobodyOut) {
  const auto server = Serve();
  Crowd crowd(*server, 1000,
              "POST /size HTTP/1.1\r\nContent-Length: 60000\r\n\r\n");
  EXPECT_EQ(ScrapesAnswered(*server, crowd), 20);
}

TEST(HttpSlowClients, ThoseWhoAskForMuchAndTakeNothingKeepNobodyOut) {
  constexpr int kMany = 12;  // more than kMostUnsent, and than threads
  const auto server = Serve();
  large_answers = 0;
  const Crowd crowd(*server, kMany, "GET /large HTTP/1.1\r\n\r\n");
  while (large_answers < kMany) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) {
    httplib::Client client(kHost, server->port());
    client.set_read_timeout(60);
    const auto answer = client.Get("/large");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body.size(), kLarge);
  }
}

TEST(HttpSlowClients, TheOldestAreTurnedOut) {
  const auto server = Serve();
  const int first = ConnectTo(*server);
  const Crowd crowd(*server, HttpLoop::kMostClients, "GET");
  char octet = 0;
  EXPECT_EQ(recv(first, &octet, 1, 0), 0);  // the end
  close(first);
}

TEST(HttpSlowClients, WhoDoesNotComeToAnEndIsToldSo) {
  const auto server = Serve();
  const int slow = ConnectTo(*server);
  const std::string words = "GET /metrics HTTP/1.1\r\n";
  send(slow, words.data(), words.size(), MSG_NOSIGNAL);
  std::string answer(12, '\0');
  EXPECT_EQ(recv(slow, answer.data(), answer.size(), MSG_WAITALL), 12);
  EXPECT_EQ(answer, "HTTP/1.1 408");
  close(slow);
}

// Whether this process holds the server's end of the client's connection.
bool Accepted(int client) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  getsockname(client, reinterpret_cast<sockaddr*>(&own), &size);
  for (int file = 0; file < kMostFiles; ++file) {
    sockaddr_in peer{};
    size = sizeof peer;
    if (getpeername(file, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        peer.sin_port == own.sin_port) {
      return true;
    }
  }
  return false;
}

// As many file descriptors as the process may have are open: none is free
// between those of others either, which are closed meanwhile.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = kMostFiles;
    setrlimit(RLIMIT_NOFILE, &few);
    for (int next = dup(0); next >= 0; next = dup(0)) taken_.push_back(next);
  }
  ~NoMoreFiles() {
    for (const int file : taken_) close(file);
    setrlimit(RLIMIT_NOFILE, &before_);
  }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST(HttpSlowClients, WithoutFileDescriptorsItWaitsForSome) {
  const auto server = Serve();
  // Nothing is done for the first time later: UBSan, for one, needs a pipe to
  // look at an object of a type it has not seen.
  const std::string words = "GET /healthz HTTP/1.1\r\n\r\n";
  EXPECT_EQ(Raw(*server, words).substr(0, 12), "HTTP/1.1 200");
  const int late = ::socket(AF_INET, SOCK_STREAM, 0);
  const int waiting = ConnectTo(*server);
  while (!Accepted(waiting)) std::this_thread::yield();
  std::string answer(12, '\0');
  {
    const NoMoreFiles none;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(server->port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(late, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    send(late, words.data(), words.size(), MSG_NOSIGNAL);
    // Who was there and had not asked makes room.
    EXPECT_EQ(recv(waiting, answer.data(), 1, 0), 0);
    EXPECT_EQ(recv(late, answer.data(), answer.size(), MSG_WAITALL), 12);
  }
  EXPECT_EQ(answer, "HTTP/1.1 200");
  close(waiting);
  close(late);
}

}  // namespace
}  // namespace ricochet
