#include "observe/http_request_end.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "observe/http_route.h"

namespace ricochet {
namespace {

constexpr std::string_view kHeadEnd = "\n\r\n";

bool Same(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         strncasecmp(left.data(), right.data(), left.size()) == 0;
}

// The value of the first header of that name.
std::optional<std::string_view> Header(std::string_view head,
                                       std::string_view name) {
  while (!head.empty()) {
    const auto line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!Same(line.substr(0, colon), name)) continue;
    const auto value = line.substr(colon + 1);
    const auto first = value.find_first_not_of(" \t");
    if (first == std::string_view::npos) return "";
    return value.substr(first, value.find_last_not_of(" \t\r") + 1 - first);
  }
  return std::nullopt;
}

std::size_t BodySize(std::string_view head) {
  const auto text = Header(head, "Content-Length").value_or("");
  std::size_t size = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size);
  const bool read = error == std::errc() && stop == end;
  return read && size <= kLargestHttpBody ? size : 0;
}

}  // namespace

HttpRequestEnd EndOfRequest(std::string_view request, std::size_t known) {
  const auto from = known - std::min(known, kHeadEnd.size() - 1);
  const auto end = request.find(kHeadEnd, from);
  if (end == std::string_view::npos) return {};
  const auto head = request.substr(0, end + kHeadEnd.size());
  return {.octets = head.size() + BodySize(head),
          .asks_to_continue =
              Same(Header(head, "Expect").value_or(""), "100-continue")};
}

}  // namespace ricochet
