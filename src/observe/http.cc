#include "observe/http.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "observe/http_listener.h"
#include "observe/http_turn.h"
#include "observe/low_priority.h"

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kTextType = "text/plain; charset=utf-8";
constexpr const char* kHealthPath = "/healthz";
constexpr const char* kReadyPath = "/readyz";

// Whether the request shows `credentials`, "Basic ...". It takes as long for
// wrong ones, however much of them is right.
bool Shows(const httplib::Request& request, const std::string& credentials) {
  constexpr std::size_t kScheme = sizeof "Basic " - 1;  // in any case
  const auto shown = request.get_header_value("Authorization");
  return shown.size() == credentials.size() &&
         strncasecmp(shown.data(), credentials.data(), kScheme) == 0 &&
         CRYPTO_memcmp(shown.data() + kScheme, credentials.data() + kScheme,
                       shown.size() - kScheme) == 0;
}

bool Asks(const httplib::Request& request, HttpMethod method) {
  if (method == HttpMethod::kPost) return request.method == "POST";
  return request.method == "GET" || request.method == "HEAD";
}

// Why the body of a request is not read.
std::optional<HttpAnswer> BadBody(const httplib::Request& request) {
  if (request.has_header("Transfer-Encoding") ||
      request.has_header("Content-Encoding")) {
    return HttpError(415, "a body must be sent as it is");
  }
  if (request.is_multipart_form_data()) {
    return HttpError(415, "a body of several parts is not read");
  }
  if (!request.has_header("Content-Length")) {
    return HttpError(411, "Content-Length is missing");
  }
  const auto text = request.get_header_value("Content-Length");
  std::uint64_t length = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, length);
  if (error == std::errc::invalid_argument || stop != end) {
    return HttpError(400, "Content-Length is no number");
  }
  if (error != std::errc() || length > kLargestHttpBody) {
    return HttpError(413, fmt::format("the body is larger than {} octets",
                                      kLargestHttpBody));
  }
  return std::nullopt;
}

HttpAnswer ReadyAnswer(const std::vector<std::string>& reasons) {
  using Json = nlohmann::ordered_json;
  const Json answer = {{"ready", reasons.empty()}, {"reasons", reasons}};
  return {.status = reasons.empty() ? 200 : 503,
          .body = answer.dump(-1, ' ', false, Json::error_handler_t::replace) +
                  '\n'};
}

void Put(HttpAnswer answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.body, answer.type);
}

}  // namespace

struct HttpServer::State {
  explicit State(std::unique_ptr<const HttpTls> tls) : server(std::move(tls)) {}

  HttpListener server;
  std::vector<HttpRoute> routes;
  std::string credentials;  // "Basic ..." (RFC 7617); empty: none are asked
  HttpTurn turn;

  [[nodiscard]] const HttpRoute* Find(const httplib::Request& request) const {
    const auto found = std::ranges::find_if(routes, [&](const auto& route) {
      return route.path == request.path && Asks(request, route.method);
    });
    return found == routes.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool MayAsk(const httplib::Request& request) const {
    return credentials.empty() || request.path == kHealthPath ||
           request.path == kReadyPath || Shows(request, credentials);
  }

  // Why a request is not to be answered, before its body is read.
  [[nodiscard]] std::optional<HttpAnswer> Refusal(
      const httplib::Request& request, httplib::Response& response) const {
    if (!MayAsk(request)) {
      response.set_header("WWW-Authenticate",
                          R"(Basic realm="Ricochet", charset="UTF-8")");
      return HttpError(401, "name and password are missing or wrong");
    }
    if (const auto* route = Find(request); route != nullptr) {
      if (route->method == HttpMethod::kGet) return std::nullopt;
      return BadBody(request);
    }
    const auto same = std::ranges::find(routes, request.path, &HttpRoute::path);
    if (same == routes.end()) return HttpError(404, "there is no such path");
    const bool get = same->method == HttpMethod::kGet;
    response.set_header("Allow", get ? "GET, HEAD" : "POST");
    return HttpError(
        405, fmt::format("this path takes {}", get ? "GET and HEAD" : "POST"));
  }

  void Answer(const httplib::Request& request, std::string body,
              httplib::Response& response) {
    const auto& route = *Find(request);
    const HttpRequest asked{request.params, std::move(body)};
    const auto handle = [&] { return route.handler(asked); };
    auto answer = route.in_turn ? turn.Take(handle) : handle();
    Put(answer ? *std::move(answer) : HttpError(503, "stopping"), response);
  }

  void AddOwnRoutes(HttpHandlers& handlers) {
    routes.push_back(
        {.path = "/metrics",
         .handler = [metrics = std::move(handlers.metrics)](const auto&) {
           return HttpAnswer{.type = kMetricsType, .body = metrics()};
         }});
    routes.push_back(
        {.path = kReadyPath,
         .handler = [reasons = std::move(handlers.not_ready)](const auto&) {
           return ReadyAnswer(reasons());
         }});
    routes.push_back({.path = kHealthPath,
                      .handler =
                          [](const auto&) {
                            return HttpAnswer{.type = kTextType,
                                              .body = "ok\n"};
                          },
                      .in_turn = false});
  }

  // The port, or -1.
  int Bind(const std::string& host, int port) {
    if (port == 0) return server.bind_to_any_port(host);
    return server.bind_to_port(host, port) ? port : -1;
  }

  void Configure(HttpHandlers handlers) {
    using Request = const httplib::Request&;
    using Response = httplib::Response&;
    routes = std::move(handlers.routes);
    AddOwnRoutes(handlers);
    server.set_pre_routing_handler([this](Request request, Response response) {
      auto refusal = Refusal(request, response);
      if (!refusal) return httplib::Server::HandlerResponse::Unhandled;
      Put(*std::move(refusal), response);
      return httplib::Server::HandlerResponse::Handled;
    });
    // httplib's patterns are not needed: the path is in the table.
    server.Get(".*", [this](Request request, Response response) {
      Answer(request, {}, response);
    });
    server.Post(".*", [this](Request request, Response response,
                             const httplib::ContentReader& read) {
      std::string body;
      const bool whole = read([&body](const char* data, std::size_t size) {
        body.append(data, size);
        return body.size() <= kLargestHttpBody;
      });
      if (!whole) {
        Put(HttpError(408, "the body did not arrive whole"), response);
        return;
      }
      Answer(request, std::move(body), response);
    });
  }
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(
    const std::string& host, int port, HttpHandlers handlers,
    const HttpSecurity& security) {
  std::unique_ptr<const HttpTls> tls;
  if (!security.certificate_file.empty()) {
    auto loaded = HttpTls::Load(security.certificate_file, security.key_file);
    if (!loaded) return tl::unexpected(std::move(loaded.error()));
    tls = std::move(*loaded);
  }
  std::unique_ptr<HttpServer> http(new HttpServer);
  http->state_ = std::make_shared<State>(std::move(tls));
  State& state = *http->state_;
  if (!security.user.empty()) {
    state.credentials = httplib::make_basic_authentication_header(
                            security.user, security.password)
                            .second;
  }
  state.Configure(std::move(handlers));
  http->port_ = state.Bind(host, port);
  if (http->port_ <= 0) {
    return Fail(ErrorCode::kIo,
                fmt::format("cannot listen on {}:{}", host, port));
  }
  state.server.Open();
  // Who waits for the thread's end then holds the state alone, and frees it.
  std::packaged_task<void()> serve([kept = http->state_]() mutable {
    LowerThreadPriority();
    kept->server.Serve();
    kept.reset();
  });
  http->finished_ = serve.get_future();
  http->stopped_ = false;
  std::thread(std::move(serve)).detach();
  return http;
}

// What a handler uses dies after this, so it is waited for, however long.
HttpServer::~HttpServer() {
  while (!Stop(std::chrono::seconds(1))) {
  }
}

bool HttpServer::Stop(milliseconds deadline) {
  if (stopped_) return true;
  const auto end = steady_clock::now() + deadline;
  stopped_ = state_->turn.Close(end);
  state_->server.Stop();
  finished_.wait_until(end);
  return stopped_;
}

}  // namespace ricochet
