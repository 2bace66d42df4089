#include "observe/http_client_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace ricochet {
namespace {

using std::chrono::milliseconds;
using Trouble = HttpClientStream::Trouble;

// The client's end of a connection.
class Client {
 public:
  Client() { socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()); }
  ~Client() { Close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] int server_end() const { return ends_[1]; }
  void Send(std::string_view text) const {
    EXPECT_EQ(send(ends_[0], text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
  }
  void Close() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::string ReadAll(HttpClientStream& stream) {
  std::string text;
  std::array<char, 3> some{};
  for (;;) {
    const auto got = stream.read(some.data(), some.size());
    if (got <= 0) return text;
    text.append(some.data(), static_cast<std::size_t>(got));
  }
}

TEST(HttpClientStream, ReadsUntilTheClientCloses) {
  Client client;
  HttpClientStream stream(client.server_end(), {100, milliseconds(10'000)});
  client.Send("GET / HTTP/1.1");
  client.Close();
  EXPECT_EQ(ReadAll(stream), "GET / HTTP/1.1");
  EXPECT_EQ(stream.trouble(), Trouble::kGone);
}

TEST(HttpClientStream, AClientThatSendsNothingMoreIsTooSlow) {
  const Client client;
  HttpClientStream stream(client.server_end(), {100, milliseconds(1)});
  client.Send("GET");
  EXPECT_TRUE(ReadAll(stream).size() <= 3);
  EXPECT_EQ(stream.trouble(), Trouble::kTooSlow);
  EXPECT_FALSE(stream.answered());
}

TEST(HttpClientStream, ReadsNoMoreThanItsLimit) {
  const Client client;
  HttpClientStream stream(client.server_end(), {5, milliseconds(10'000)});
  client.Send("0123456789");
  EXPECT_EQ(ReadAll(stream), "01234");
  EXPECT_EQ(stream.trouble(), Trouble::kTooLarge);
}

TEST(HttpClientStream, AClientThatReadsNothingIsGivenUp) {
  const Client client;
  HttpClientStream stream(client.server_end(), {100, milliseconds(1)});
  const std::string block(65536, 'x');
  ssize_t sent = 1;
  for (int i = 0; i < 10'000 && sent > 0; ++i) {
    sent = stream.write(block.data(), block.size());
  }
  EXPECT_LE(sent, 0);
}

}  // namespace
}  // namespace ricochet
