#pragma once

#include <cstddef>
#include <string_view>

namespace ricochet {

// What the head of an HTTP/1.1 request says of where the request ends.
struct HttpRequestEnd {
  // Head and body; 0: the head is not whole. A body is counted only when its
  // length is a number up to kLargestHttpBody: others are refused unread.
  std::size_t octets = 0;
  // It waits for "100 Continue" before the body (RFC 9110, section 10.1.1).
  bool asks_to_continue = false;
};

// `known`: how many octets of it were asked about before, and had no whole
// head. A head ends where httplib ends it: at an empty line with CRLF.
[[nodiscard]] HttpRequestEnd EndOfRequest(std::string_view request,
                                          std::size_t known = 0);

}  // namespace ricochet
