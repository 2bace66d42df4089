#include "observe/http_listener.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "observe/http_client_stream.h"
#include "observe/http_pool.h"
#include "observe/http_route.h"

namespace ricochet {
namespace {

constexpr std::size_t kThreads = 8;
constexpr std::size_t kMostWaiting = 32;
constexpr HttpClientStream::Limits kRequestLimits{
    .octets = kLargestHttpBody + std::size_t{16} * 1024,
    .time = std::chrono::seconds(5)};

// A page may load what this server serves, and nothing may be loaded or run
// that is written into it; nobody may put it into a frame.
constexpr auto kHeaders =
    std::to_array<std::pair<std::string_view, std::string_view>>({
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; "
         "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
         "form-action 'self'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cache-Control", "no-store"},
    });

std::string_view TextOf(int status) {
  switch (status) {
    case 408:
      return "the request took too long";
    case 414:
      return "the request line is too long";
    case 431:
      return "the request is too large";
    case 500:
      return "internal error";
    case 503:
      return "too many clients, or stopping";
    default:
      return "the request was not understood";
  }
}

std::string_view NameOf(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 408:
      return "Request Timeout";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Service Unavailable";
  }
}

// What a client is told whose request could not be read.
HttpAnswer AnswerTo(HttpClientStream::Trouble trouble) {
  switch (trouble) {
    case HttpClientStream::Trouble::kNoTls:
      return HttpError(400, "this port speaks TLS: https");
    case HttpClientStream::Trouble::kTooLarge:
      return HttpError(431, TextOf(431));
    default:
      return HttpError(408, TextOf(408));
  }
}

// A whole answer, for a client whose request httplib did not see.
std::string Written(const HttpAnswer& answer) {
  std::string text = fmt::format(
      "HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Type: {}\r\n"
      "Content-Length: {}\r\n",
      answer.status, NameOf(answer.status), answer.type, answer.body.size());
  for (const auto& [name, value] : kHeaders) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n" + answer.body;
}

httplib::Headers DefaultHeaders() {
  httplib::Headers headers;
  for (const auto& [name, value] : kHeaders) headers.emplace(name, value);
  return headers;
}

}  // namespace

HttpAnswer HttpError(int status, std::string_view message) {
  using Json = nlohmann::ordered_json;
  return {.status = status,
          .type = "application/json",
          .body = Json{{"error", message}}.dump(
                      -1, ' ', false, Json::error_handler_t::replace) +
                  '\n'};
}

HttpListener::HttpListener(std::unique_ptr<const HttpTls> tls)
    : tls_(std::move(tls)) {
  using Request = const httplib::Request&;
  using Response = httplib::Response&;
  new_task_queue = [] { return new HttpPool(kThreads, kMostWaiting); };
  // Without SO_REUSEPORT, which is httplib's default and would let a second
  // process share the port unnoticed.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  set_default_headers(DefaultHeaders());
  set_exception_handler(
      [](Request, Response response, auto) { response.status = 500; });
  set_error_handler([](Request, Response response) {
    if (!response.body.empty()) return;
    const auto error = HttpError(response.status, TextOf(response.status));
    response.set_content(error.body, error.type);
  });
}

bool HttpListener::process_and_close_socket(socket_t socket) {
  HttpClientStream client(socket, kRequestLimits, tls_.get());
  if (HttpPool::refusing()) {
    // A handshake would keep the thread that accepts.
    if (tls_ == nullptr) {
      client.Answer(Written(HttpError(503, TextOf(503))));
    }
    return false;
  }
  bool closed = false;
  // Ranges are optional (RFC 9110, section 14.2), and many would multiply an
  // answer. Compressing one takes httplib a second of the processor.
  process_request(client, true, closed, [](httplib::Request& request) {
    request.ranges.clear();
    request.headers.erase("Accept-Encoding");
  });
  if (!client.answered()) {
    using Trouble = HttpClientStream::Trouble;
    if (client.trouble() == Trouble::kGone) return false;
    client.Answer(Written(AnswerTo(client.trouble())));
  }
  client.Finish();
  return true;
}

}  // namespace ricochet
