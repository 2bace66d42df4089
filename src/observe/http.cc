#include "observe/http.h"

#include <fmt/format.h>
#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kTextType = "text/plain; charset=utf-8";
constexpr const char* kJsonType = "application/json";

constexpr std::size_t kThreads = 4;
constexpr int kClientTimeoutSeconds = 5;
constexpr std::size_t kLargestRequest = 4096;

}  // namespace

struct HttpServer::State {
  httplib::Server server;
  HttpHandlers handlers;
  // One handler at a time; none once it is closed. Not a timed_mutex, which
  // TSan of GCC 12 does not see being locked.
  std::mutex mutex;
  std::condition_variable changed;
  bool busy = false;  // guarded by mutex
  bool open = true;   // guarded by mutex

  bool Enter() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !busy || !open; });
    busy = busy || open;
    return open;
  }

  void Leave() {
    const std::lock_guard lock(mutex);
    busy = false;
    changed.notify_all();
  }

  // Whether no handler runs, at `end` at the latest, or ever will.
  bool Close(steady_clock::time_point end) {
    std::unique_lock lock(mutex);
    open = false;
    changed.notify_all();
    return changed.wait_until(lock, end, [this] { return !busy; });
  }

  // What `handler` gives, or nothing when the server is being stopped.
  template <class Handler>
  auto Ask(const Handler& handler) -> std::optional<decltype(handler())> {
    if (!Enter()) return std::nullopt;
    const auto leave = [](State* state) { state->Leave(); };
    const std::unique_ptr<State, decltype(leave)> turn(this, leave);
    return handler();
  }

  void Metrics(httplib::Response& response) {
    auto text = Ask(handlers.metrics);
    if (!text) {
      response.status = 503;
      return;
    }
    response.set_content(*std::move(text), kMetricsType);
  }

  void Ready(httplib::Response& response) {
    auto reasons = Ask(handlers.not_ready);
    if (!reasons) reasons = {"stopping"};
    const bool ready = reasons->empty();
    const nlohmann::ordered_json answer = {{"ready", ready},
                                           {"reasons", *std::move(reasons)}};
    response.status = ready ? 200 : 503;
    response.set_content(
        answer.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace) +
            '\n',
        kJsonType);
  }

  // The port, or -1.
  int Bind(const std::string& host, int port) {
    if (port == 0) return server.bind_to_any_port(host);
    return server.bind_to_port(host, port) ? port : -1;
  }

  void Configure() {
    using Request = const httplib::Request&;
    using Response = httplib::Response&;
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    // Without SO_REUSEPORT, which is httplib's default and would let a second
    // process share the port unnoticed.
    server.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.set_keep_alive_timeout(kClientTimeoutSeconds);
    server.set_read_timeout(kClientTimeoutSeconds);
    server.set_write_timeout(kClientTimeoutSeconds);
    server.set_payload_max_length(kLargestRequest);
    server.set_exception_handler([](Request, Response response, auto) {
      response.status = 500;
      response.set_content("internal error\n", kTextType);
    });
    server.set_error_handler([](Request, Response response) {
      if (response.body.empty()) {
        response.set_content(fmt::format("{}\n", response.status), kTextType);
      }
    });
    server.Get("/metrics",
               [this](Request, Response response) { Metrics(response); });
    server.Get("/readyz",
               [this](Request, Response response) { Ready(response); });
    server.Get("/healthz", [](Request, Response response) {
      response.set_content("ok\n", kTextType);
    });
  }
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& host,
                                                      int port,
                                                      HttpHandlers handlers) {
  std::unique_ptr<HttpServer> http(new HttpServer);
  http->state_ = std::make_shared<State>();
  State& state = *http->state_;
  state.handlers = std::move(handlers);
  state.Configure();
  http->port_ = state.Bind(host, port);
  if (http->port_ <= 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("cannot listen on {}:{}", host, port));
  }
  std::packaged_task<void()> serve(
      [kept = http->state_] { kept->server.listen_after_bind(); });
  http->finished_ = serve.get_future();
  http->listening_ = true;
  http->stopped_ = false;
  std::thread(std::move(serve)).detach();
  // httplib's stop() is lost when it comes before the loop began.
  while (!state.server.is_running() && http->finished_.wait_for(milliseconds(
                                           1)) != std::future_status::ready) {
  }
  return http;
}

HttpServer::~HttpServer() { Stop(std::chrono::seconds(1)); }

bool HttpServer::Stop(milliseconds deadline) {
  if (stopped_) return true;
  const auto end = steady_clock::now() + deadline;
  stopped_ = state_->Close(end);
  // httplib's stop() must not be called twice.
  if (std::exchange(listening_, false)) state_->server.stop();
  finished_.wait_until(end);
  return stopped_;
}

}  // namespace ricochet
