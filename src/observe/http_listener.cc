#include "observe/http_listener.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "observe/http_route.h"

namespace ricochet {
namespace {

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
      return "too many requests at once, or stopping";
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

HttpAnswer AnswerOf(HttpLoop::Refusal refusal) {
  switch (refusal) {
    case HttpLoop::Refusal::kNoTls:
      return HttpError(400, "this port speaks TLS: https");
    case HttpLoop::Refusal::kTooLarge:
      return HttpError(431, TextOf(431));
    case HttpLoop::Refusal::kTooMany:
      return HttpError(503, TextOf(503));
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

// What httplib reads a request from, and writes the answer to.
class Exchange final : public httplib::Stream {
 public:
  explicit Exchange(std::string_view request) : unread_(request) {}

  [[nodiscard]] std::string& answer() noexcept { return answer_; }

  // httplib's side.
  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const auto taken = unread_.copy(to, size);
    unread_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* from, std::size_t size) override {
    answer_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    get_remote_ip_and_port(ip, port);
  }
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }
  using Stream::write;

 private:
  std::string_view unread_;
  std::string answer_;
};

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

void HttpListener::Open() {
  loop_ = std::make_unique<HttpLoop>(
      svr_sock_.exchange(INVALID_SOCKET), tls_.get(),
      HttpLoop::Answers{
          .request = [this](auto request) { return AnswerTo(request); },
          .refusal = [](auto refusal) { return Written(AnswerOf(refusal)); }});
}

std::string HttpListener::AnswerTo(std::string_view request) {
  Exchange exchange(request);
  bool closed = false;
  // Ranges are optional (RFC 9110, section 14.2), and many would multiply an
  // answer. Compressing one takes httplib a second of the processor. Who asked
  // to continue has been told.
  process_request(exchange, true, closed, [](httplib::Request& asked) {
    asked.ranges.clear();
    asked.headers.erase("Accept-Encoding");
    asked.headers.erase("Expect");
  });
  if (exchange.answer().empty()) {
    return Written(HttpError(400, TextOf(400)));
  }
  return std::move(exchange.answer());
}

}  // namespace ricochet
