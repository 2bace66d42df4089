#include "observe/http.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "observe/raw_client.h"

namespace ricochet {
namespace {

constexpr const char* kHost = "127.0.0.1";

HttpHandlers Handlers() {
  return {.metrics = [] { return std::string("a_total 1\n"); },
          .not_ready = [] { return std::vector<std::string>(); }};
}

std::unique_ptr<HttpServer> Serve(HttpHandlers handlers) {
  auto server = HttpServer::Start(kHost, 0, std::move(handlers));
  EXPECT_TRUE(server.has_value());
  return *std::move(server);
}

httplib::Result Get(const HttpServer& server, const std::string& path) {
  return httplib::Client(kHost, server.port()).Get(path);
}

HttpHandlers WithRoutes() {
  HttpHandlers handlers = Handlers();
  handlers.routes = {
      {.method = HttpMethod::kPost,
       .path = "/size",
       .handler =
           [](const HttpRequest& request) {
             return HttpAnswer{.body = std::to_string(request.body.size())};
           }},
      {.path = "/query", .handler = [](const HttpRequest& request) {
         return HttpAnswer{.type = "text/plain",
                           .body = std::string(request.Query("q"))};
       }}};
  return handlers;
}

TEST(HttpRoutes, AnswerByPathAndMethod) {
  const auto server = Serve(WithRoutes());
  httplib::Client client(kHost, server->port());
  EXPECT_EQ(client.Post("/size", "12345", "text/plain")->body, "5");
  EXPECT_EQ(client.Get("/query?q=a%20b%2Bc%ff&q=2")->body, "a b+c\xff");
  EXPECT_EQ(client.Get("/query")->body, "");
}

TEST(HttpRoutes, AnotherMethodIsToldWhichOneThePathTakes) {
  const auto server = Serve(WithRoutes());
  httplib::Client client(kHost, server->port());
  const auto get = client.Get("/size");
  EXPECT_EQ(get->status, 405);
  EXPECT_EQ(get->get_header_value("Allow"), "POST");
  EXPECT_EQ(get->body, "{\"error\":\"this path takes POST\"}\n");
  for (const auto& answer :
       {client.Post("/query", "x", "text/plain"),
        client.Put("/query", "x", "text/plain"), client.Delete("/metrics"),
        client.Options("/healthz")}) {
    EXPECT_EQ(answer->status, 405);
    EXPECT_EQ(answer->get_header_value("Allow"), "GET, HEAD");
  }
}

TEST(HttpRoutes, EveryAnswerHasTheSecurityHeaders) {
  const auto server = Serve(WithRoutes());
  for (const char* path :
       {"/metrics", "/healthz", "/readyz", "/query", "/no", "/size"}) {
    const auto answer = Get(*server, path);
    EXPECT_TRUE(answer->get_header_value("Content-Security-Policy")
                    .starts_with("default-src 'none'; script-src 'self'"))
        << path;
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer->get_header_value("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answer->get_header_value("Access-Control-Allow-Origin"), "");
  }
}

TEST(HttpRoutes, ABodyOfTheLargestSizeIsReadAndALargerOneIsNot) {
  const auto server = Serve(WithRoutes());
  httplib::Client client(kHost, server->port());
  const auto post = [&](std::size_t size) {
    return client.Post("/size", std::string(size, 'x'), "text/plain");
  };
  EXPECT_EQ(post(kLargestHttpBody)->body, "65536");
  const auto large = post(kLargestHttpBody + 1);
  EXPECT_EQ(large->status, 413);
  EXPECT_EQ(large->body,
            "{\"error\":\"the body is larger than 65536 octets\"}\n");
}

TEST(HttpRoutes, ABodyIsReadWhateverTypeItSaysItIs) {
  const auto server = Serve(WithRoutes());
  httplib::Client client(kHost, server->port());
  EXPECT_EQ(client
                .Post("/size", std::string(60'000, '&'),
                      "application/x-www-form-urlencoded")
                ->body,
            "60000");
}

TEST(HttpRoutes, BodiesThatGrowAreNotRead) {
  const auto server = Serve(WithRoutes());
  const auto status = [&](std::string_view headers) {
    return Raw(*server, "POST /size HTTP/1.1\r\nHost: x\r\n" +
                            std::string(headers) + "\r\n\r\nabc")
        .substr(9, 3);
  };
  EXPECT_EQ(status("Content-Length: 3"), "200");
  EXPECT_EQ(status("X: y"), "411");
  EXPECT_EQ(status("Transfer-Encoding: chunked"), "415");
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Encoding: gzip"), "415");
  EXPECT_EQ(status("Content-Length: 3\r\nContent-Type: multipart/form-data; "
                   "boundary=x"),
            "415");
  EXPECT_EQ(status("Content-Length: -3"), "400");
  EXPECT_EQ(status("Content-Length: 3x"), "400");
  EXPECT_EQ(status("Content-Length: 99999999999999999999999999"), "413");
  EXPECT_EQ(status("Content-Length: 9999999999999"), "413");
}

TEST(HttpRoutes, ABodyThatDoesNotArriveWholeIsNotAnswered) {
  const auto server = Serve(WithRoutes());
  EXPECT_EQ(Raw(*server, "POST /size HTTP/1.1\r\nContent-Length: 10\r\n\r\n123")
                .substr(0, 12),
            "HTTP/1.1 408");
}

TEST(HttpRoutes, GarbageIsRefusedAndTheServerLives) {
  const auto server = Serve(WithRoutes());
  EXPECT_EQ(Raw(*server, "\x16\x03\x01\x02\r\n\r\n").substr(9, 3), "400");
  EXPECT_EQ(Raw(*server, std::string(100, '\0') + "\r\n\r\n").substr(9, 3),
            "400");
  const auto brew = Raw(*server, "BREW /size HTTP/1.1\r\n\r\n");
  EXPECT_EQ(brew.substr(9, 3), "400");
  EXPECT_NE(brew.find("the request was not understood"), std::string::npos);
  EXPECT_EQ(Raw(*server, ""), "");
  EXPECT_EQ(Raw(*server, "GET /query").substr(9, 3), "400");
  EXPECT_EQ(Get(*server, "/healthz")->status, 200);
}

TEST(HttpRoutes, LongRequestLinesAndHeadersAreRefused) {
  const auto server = Serve(WithRoutes());
  const auto status = [&](const std::string& octets) {
    return Raw(*server, octets).substr(9, 3);
  };
  const std::string line = "GET /query?q=" + std::string(9000, 'a');
  EXPECT_EQ(status(line + " HTTP/1.1\r\n\r\n"), "414");
  EXPECT_EQ(status(std::string(100'000, 'a')), "431");
  std::string headers;
  for (int i = 0; i < 20'000; ++i) headers += "X: y\r\n";
  EXPECT_EQ(status("GET /query HTTP/1.1\r\n" + headers + "\r\n"), "431");
  EXPECT_EQ(Get(*server, "/healthz")->status, 200);
}

TEST(HttpRoutes, ManyRangesDoNotMultiplyAnAnswer) {
  const auto server = Serve(WithRoutes());
  std::string ranges = "bytes=0-";
  for (int i = 0; i < 1000; ++i) ranges += ",0-";
  const auto answer = httplib::Client(kHost, server->port())
                          .Get("/metrics", {{"Range", ranges}});
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "a_total 1\n");
}

TEST(HttpRoutes, MoreClientsThanAreServedOrWaitAreRefusedAtOnce) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  HttpHandlers handlers = Handlers();
  handlers.metrics = [released] {
    released.wait();
    return std::string("done");
  };
  const auto server = Serve(handlers);
  std::vector<std::future<int>> clients;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      const auto answer = Get(*server, "/metrics");
      const int status = answer ? answer->status : 503;
      if (status == 503) ++refused;
      return status;
    }));
  }
  while (refused < 20) std::this_thread::yield();  // 8 served, 32 wait
  release.set_value();
  int served = 0;
  for (auto& client : clients) served += client.get() == 200 ? 1 : 0;
  // Who waits for long is refused, too: on a slow machine these are fewer.
  EXPECT_LE(served, 40);
  EXPECT_GE(served, 8);
}

TEST(HttpRoutes, ALargeAnswerArrivesWhole) {
  HttpHandlers handlers = Handlers();
  handlers.metrics = [] { return std::string(std::size_t{8} << 20U, 'x'); };
  const auto server = Serve(handlers);
  const auto answer = httplib::Client(kHost, server->port())
                          .Get("/metrics", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(answer->body.size(), std::size_t{8} << 20U);
  EXPECT_EQ(answer->get_header_value("Content-Encoding"), "");
}

TEST(HttpRoutes, HealthIsAnsweredWhileAnotherAnswerTakesLong) {
  std::promise<void> entered;
  std::promise<void> release;
  HttpHandlers handlers = Handlers();
  handlers.metrics = [&] {
    entered.set_value();
    release.get_future().wait();
    return std::string();
  };
  const auto server = Serve(handlers);
  auto client = std::async(std::launch::async,
                           [&] { return bool(Get(*server, "/metrics")); });
  entered.get_future().wait();
  EXPECT_EQ(Get(*server, "/healthz")->status, 200);
  release.set_value();
  EXPECT_TRUE(client.get());
}

}  // namespace
}  // namespace ricochet
