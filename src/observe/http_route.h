#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace ricochet {

// HEAD is answered where GET is.
enum class HttpMethod : std::uint8_t { kGet, kPost };

// The largest body of a request that is read; 413 beyond it.
inline constexpr std::size_t kLargestHttpBody = std::size_t{64} * 1024;

struct HttpRequest {
  std::multimap<std::string, std::string> query;  // decoded; any octets
  std::string body;                               // any octets

  // The first value of that name; "" when there is none. A view of this object.
  [[nodiscard]] std::string_view Query(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view() : found->second;
  }
};

struct HttpAnswer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

// {"error":"..."}: what every answer of 400 and above looks like.
[[nodiscard]] HttpAnswer HttpError(int status, std::string_view message);

struct HttpRoute {
  HttpMethod method = HttpMethod::kGet;
  std::string path;  // exactly
  // Called on the server's threads, until HttpServer::Stop() returns true.
  std::function<HttpAnswer(const HttpRequest&)> handler;
  // Whether no other handler of the server runs meanwhile. One that does not
  // wait for its turn may use constants only, and outlives Stop().
  bool in_turn = true;
};

}  // namespace ricochet
