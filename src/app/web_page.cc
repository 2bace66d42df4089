#include "app/web_page.h"

#include <string>
#include <string_view>

#include "page/page_files.h"

namespace ricochet {
namespace {

std::string_view TypeOf(std::string_view name) {
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  if (ends(".html")) return "text/html; charset=utf-8";
  if (ends(".css")) return "text/css; charset=utf-8";
  if (ends(".js")) return "text/javascript; charset=utf-8";
  if (ends(".svg")) return "image/svg+xml";
  return "text/plain; charset=utf-8";
}

HttpRoute RouteOf(const PageFile& file) {
  const auto path = file.name == "index.html" ? "" : std::string(file.name);
  return {.path = "/" + path,
          .handler =
              [file](const HttpRequest&) {
                return HttpAnswer{.type = std::string(TypeOf(file.name)),
                                  .body = std::string(file.text)};
              },
          .in_turn = false};
}

}  // namespace

std::vector<HttpRoute> PageRoutes() {
  std::vector<HttpRoute> routes;
  for (const auto& file : PageFiles()) routes.push_back(RouteOf(file));
  return routes;
}

}  // namespace ricochet
