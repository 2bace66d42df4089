#include "app/web_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "classify/command_name.h"
#include "publish/utf8.h"

namespace ricochet {
namespace {

using Json = nlohmann::ordered_json;

HttpAnswer JsonAnswer(std::string text) {
  text += '\n';
  return {.body = std::move(text)};
}

}  // namespace

WebRules& WebApi::rules() {
  if (auto reloaded = reload_.Take()) {
    reload_.Return(std::exchange(rules_, std::move(reloaded)));
  }
  return *rules_;
}

// One object has one answer; of several lines, each has one.
HttpAnswer WebApi::Classify(const std::string& body) {
  auto& lines = rules().lines;
  auto one = lines.Answer(body);
  if (one) return JsonAnswer(std::move(*one));
  std::istringstream in(body);
  std::ostringstream out;
  const auto wrong = lines.AnswerAll(in, out);
  auto answers = std::move(out).str();
  const auto count = std::ranges::count(answers, '\n');
  if (wrong == static_cast<std::uint64_t>(count)) {
    return HttpError(400, one.error().message);
  }
  return {.type = "application/x-ndjson", .body = std::move(answers)};
}

HttpAnswer WebApi::Explain(const HttpRequest& request) {
  if (request.Query("q").empty()) return HttpError(400, "\"q\" is missing");
  const auto command = ReadCommandName(request.Query("command"));
  if (!command) {
    return HttpError(400, fmt::format("\"command\": '{}' is no SMTP command",
                                      request.Query("command")));
  }
  const auto explanation = rules().explainer.Explain(
      {.response = WellFormed(request.Query("q")),
       .remote_mta = WellFormed(request.Query("remote_mta")),
       .recipient_domain = WellFormed(request.Query("recipient_domain")),
       .command = *command});
  return JsonAnswer(
      ToJson(explanation).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<HttpRoute> WebApi::Routes() {
  std::vector<HttpRoute> routes;
  routes.push_back({.method = HttpMethod::kPost,
                    .path = "/api/v1/classify",
                    .handler = [this](const HttpRequest& request) {
                      return Classify(request.body);
                    }});
  routes.push_back({.path = "/api/v1/explain",
                    .handler = [this](const HttpRequest& request) {
                      return Explain(request);
                    }});
  routes.push_back(
      {.path = "/api/v1/codes", .handler = [this](const HttpRequest&) {
         return JsonAnswer(rules().codes);
       }});
  routes.push_back(
      {.path = "/api/v1/status", .handler = [this](const HttpRequest& request) {
         return JsonAnswer(
             status_.Answer(request.Query("since"), *rules().book));
       }});
  return routes;
}

}  // namespace ricochet
