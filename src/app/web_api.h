#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/web_rules.h"
#include "app/web_status.h"
#include "classify/handoff.h"
#include "observe/http_route.h"

namespace ricochet {

// The JSON API of docs/api.md. It tells and never changes anything. Its routes
// are called by one thread at a time; they use this object.
class WebApi {
 public:
  WebApi(std::unique_ptr<WebRules> rules, WebSources sources)
      : rules_(std::move(rules)), status_(std::move(sources)) {}

  [[nodiscard]] std::vector<HttpRoute> Routes();

  // The next request is answered by these rules. For one thread, which may be
  // another one than that of the routes.
  void Give(std::unique_ptr<WebRules> rules) noexcept {
    reload_.Give(std::move(rules));
  }
  // Destroys rules that were replaced; the same thread.
  void DropOldRules() noexcept { reload_.Drop(); }

 private:
  [[nodiscard]] WebRules& rules();
  [[nodiscard]] HttpAnswer Classify(const std::string& body);
  [[nodiscard]] HttpAnswer Explain(const HttpRequest& request);

  std::unique_ptr<WebRules> rules_;
  Handoff<WebRules> reload_;
  WebStatus status_;
};

}  // namespace ricochet
