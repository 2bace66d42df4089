#include "observe/http.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <future>
#include <stdexcept>

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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

TEST(Http, MetricsAreServedInTheTextFormat) {
  const auto server = Serve(Handlers());
  const auto answer = Get(*server, "/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "a_total 1\n");
  EXPECT_EQ(answer->get_header_value("Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Http, HealthIsOkWhileNotReady) {
  HttpHandlers handlers = Handlers();
  handlers.not_ready = [] {
    return std::vector<std::string>{"no \"partition\" yet\xff"};
  };
  const auto server = Serve(handlers);
  EXPECT_EQ(Get(*server, "/healthz")->status, 200);
  const auto answer = Get(*server, "/readyz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(answer->body,
            "{\"ready\":false,\"reasons\":[\"no \\\"partition\\\" yet"
            "\xef\xbf\xbd\"]}\n");
}

TEST(Http, ReadyWhenThereIsNoReasonAgainst) {
  const auto server = Serve(Handlers());
  const auto answer = Get(*server, "/readyz");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"ready\":true,\"reasons\":[]}\n");
}

TEST(Http, AnythingElseIsNotFound) {
  const auto server = Serve(Handlers());
  for (const char* path : {"/", "/metrics/", "/Metrics", "/../etc/passwd",
                           "/%00", "/healthz%20"}) {
    const auto answer = Get(*server, path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 404) << path;
  }
  httplib::Client client(kHost, server->port());
  EXPECT_EQ(client.Post("/metrics", "x", "text/plain")->status, 405);
  EXPECT_EQ(client.Head("/metrics")->status, 200);
}

TEST(Http, QueryIsIgnored) {
  const auto server = Serve(Handlers());
  EXPECT_EQ(Get(*server, "/metrics?x=y")->status, 200);
}

TEST(Http, LargeRequestIsRefusedAndTheServerLives) {
  const auto server = Serve(Handlers());
  httplib::Client client(kHost, server->port());
  const auto answer =
      client.Post("/metrics", std::string(1 << 20, 'x'), "text/plain");
  EXPECT_TRUE(!answer || answer->status >= 400);
  EXPECT_EQ(Get(*server, "/healthz")->status, 200);
}

TEST(Http, ThrowingHandlerIsAnInternalError) {
  HttpHandlers handlers = Handlers();
  handlers.metrics = []() -> std::string { throw std::runtime_error("x"); };
  const auto server = Serve(handlers);
  EXPECT_EQ(Get(*server, "/metrics")->status, 500);
  EXPECT_EQ(Get(*server, "/readyz")->status, 200);
}

TEST(Http, TakenPortIsAnError) {
  const auto first = Serve(Handlers());
  const auto second = HttpServer::Start(kHost, first->port(), Handlers());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_EQ(second.error().message,
            "cannot listen on 127.0.0.1:" + std::to_string(first->port()));
}

TEST(Http, UnknownHostIsAnError) {
  EXPECT_FALSE(HttpServer::Start("192.0.2.1", 0, Handlers()).has_value());
  EXPECT_FALSE(HttpServer::Start("no such host", 0, Handlers()).has_value());
}

TEST(Http, PortIsFreeAfterStop) {
  auto server = Serve(Handlers());
  const int port = server->port();
  EXPECT_TRUE(server->Stop(seconds(10)));
  EXPECT_TRUE(server->Stop(seconds(10)));  // again: nothing
  EXPECT_FALSE(Get(*server, "/healthz"));
  EXPECT_TRUE(HttpServer::Start(kHost, port, Handlers()).has_value());
}

TEST(Http, OpenConnectionDoesNotDelayStopBeyondTheDeadline) {
  const auto server = Serve(Handlers());
  httplib::Client client(kHost, server->port());
  client.set_keep_alive(true);
  ASSERT_EQ(client.Get("/healthz")->status, 200);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(server->Stop(milliseconds(50)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
}

TEST(Http, StopSaysWhenAHandlerDoesNotReturn) {
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
  EXPECT_FALSE(server->Stop(milliseconds(10)));
  release.set_value();
  EXPECT_TRUE(server->Stop(seconds(10)));
  EXPECT_TRUE(client.get());
}

}  // namespace
}  // namespace ricochet
