#include "observe/http_request_end.h"

#include <gtest/gtest.h>

#include <string>

namespace ricochet {
namespace {

// How many octets the body has.
std::size_t Body(const std::string& headers) {
  const auto head = "POST / HTTP/1.1\r\n" + headers + "\r\n\r\n";
  return EndOfRequest(head + std::string(10, 'x')).octets - head.size();
}

TEST(HttpRequestEnd, AnEmptyLineEndsTheHead) {
  EXPECT_EQ(EndOfRequest("GET / HTTP/1.1\r\nHost: a\r\n\r\nmore").octets, 27U);
  EXPECT_EQ(EndOfRequest("GET / HTTP/1.1\r\nHost: a\r\n").octets, 0U);
  EXPECT_EQ(EndOfRequest("GET / HTTP/1.1\n\n").octets, 0U);
  EXPECT_EQ(EndOfRequest("").octets, 0U);
}

TEST(HttpRequestEnd, ItIsFoundWhereverTheOctetsWereCut) {
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  for (std::size_t known = 0; known < request.size(); ++known) {
    EXPECT_EQ(EndOfRequest(request, known).octets, request.size());
  }
}

TEST(HttpRequestEnd, ABodyIsAsLongAsItSays) {
  EXPECT_EQ(Body("Content-Length: 5"), 5U);
  EXPECT_EQ(Body("Host: a\r\ncOnTeNt-LeNgTh:\t5 \r\nX: y"), 5U);
  EXPECT_EQ(Body("Content-Length: 65536"), 65536U);
  EXPECT_EQ(Body("Content-Length: 5\r\nContent-Length: 9"), 5U);
}

TEST(HttpRequestEnd, ABodyThatIsRefusedIsNotWaitedFor) {
  for (const char* length :
       {"", "-5", "+5", "5x", "0x5", "65537", "99999999999999999999999"}) {
    EXPECT_EQ(Body(std::string("Content-Length: ") + length), 0U) << length;
  }
  EXPECT_EQ(Body("Transfer-Encoding: chunked"), 0U);
  EXPECT_EQ(Body("X-Content-Length: 5"), 0U);
  EXPECT_EQ(Body("Content-Length : 5"), 0U);
}

TEST(HttpRequestEnd, WhoAsksToContinueIsSeen) {
  const auto asks = [](const std::string& header) {
    return EndOfRequest("POST / HTTP/1.1\r\n" + header + "\r\n\r\n")
        .asks_to_continue;
  };
  EXPECT_TRUE(asks("Expect: 100-continue"));
  EXPECT_TRUE(asks("expect:100-Continue"));
  EXPECT_FALSE(asks("Expect: 200"));
  EXPECT_FALSE(asks("Host: a"));
}

}  // namespace
}  // namespace ricochet
