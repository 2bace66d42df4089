#include "observe/http_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace ricochet {
namespace {

using std::chrono::seconds;
using State = HttpConnection::State;
using Trouble = HttpConnection::Trouble;

constexpr HttpConnection::Limits kLimits{
    .octets = 100, .receiving = seconds(10), .sending = seconds(10)};

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
  // What has come.
  [[nodiscard]] std::string Got() const {
    std::string text(1000, '\0');
    const auto got = recv(ends_[0], text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }
  void EndSending() const { shutdown(ends_[0], SHUT_WR); }
  void Close() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(HttpConnection, ARequestIsReceivedWhenItIsWhole) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  for (const char* piece : {"", "GET / HTTP/1.1\r\n", "Host: a\r\n", "\r"}) {
    client.Send(piece);
    connection.Move();
    EXPECT_EQ(connection.state(), State::kReceiving);
  }
  client.Send("\n");
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceived);
  EXPECT_EQ(connection.trouble(), Trouble::kNone);
  EXPECT_EQ(connection.request(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(HttpConnection, TheBodyIsWaitedFor) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab");
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceiving);
  EXPECT_EQ(client.Got(), "");
  client.Send("c");
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceived);
}

TEST(HttpConnection, WhoWaitsToContinueIsToldTo) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send(
      "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  connection.Move();
  EXPECT_EQ(client.Got(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abc");
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceived);
  EXPECT_EQ(client.Got(), "");
}

TEST(HttpConnection, WhatWasSentBeforeTheEndIsReceived) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("GET / HTTP/1.1");
  client.EndSending();
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceived);
  EXPECT_EQ(connection.request(), "GET / HTTP/1.1");
}

TEST(HttpConnection, WhoEndsWithoutAWordIsForgotten) {
  Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Close();
  connection.Move();
  EXPECT_EQ(connection.state(), State::kEnded);
}

TEST(HttpConnection, AClientThatSendsNothingMoreIsTooSlow) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("GET");
  connection.Move();
  EXPECT_LE(connection.due(), HttpConnection::Clock::now() + seconds(10));
  connection.Expire();
  EXPECT_EQ(connection.state(), State::kReceived);
  EXPECT_EQ(connection.trouble(), Trouble::kTooSlow);
}

TEST(HttpConnection, ReceivesNoMoreThanItsLimit) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send(std::string(1000, 'a'));
  connection.Move();
  EXPECT_EQ(connection.state(), State::kReceived);
  EXPECT_EQ(connection.trouble(), Trouble::kTooLarge);
  EXPECT_EQ(connection.request().size(), 100U);
}

TEST(HttpConnection, AnAnswerIsSentAndWhatComesMeanwhileThrownAway) {
  Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  connection.Move();
  connection.Answer("done");
  EXPECT_EQ(connection.state(), State::kDraining);
  EXPECT_EQ(client.Got(), "done");
  client.Send("more");
  connection.Move();
  EXPECT_EQ(connection.state(), State::kDraining);
  client.Close();
  connection.Move();
  EXPECT_EQ(connection.state(), State::kEnded);
}

TEST(HttpConnection, AClientThatTakesNothingIsGivenUp) {
  const Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("GET / HTTP/1.1\r\n\r\n");
  connection.Move();
  connection.Answer(std::string(std::size_t{16} << 20U, 'x'));
  EXPECT_EQ(connection.state(), State::kSending);
  EXPECT_GT(connection.unsent(), 0U);
  connection.Expire();
  EXPECT_EQ(connection.state(), State::kEnded);
}

TEST(HttpConnection, AClientThatHasGoneIsGivenUp) {
  Client client;
  HttpConnection connection(client.server_end(), kLimits);
  client.Send("GET / HTTP/1.1\r\n\r\n");
  connection.Move();
  client.Close();
  connection.Answer("done");
  EXPECT_EQ(connection.state(), State::kEnded);
}

}  // namespace
}  // namespace ricochet
