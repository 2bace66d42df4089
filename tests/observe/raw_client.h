#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "observe/http.h"

namespace ricochet {

// A socket that is connected to the server on the loopback address.
inline int ConnectTo(const HttpServer& server) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(server.port()));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  return socket;
}

// What the server answers to these octets, sent as they are.
inline std::string Raw(const HttpServer& server, std::string_view octets) {
  const int socket = ConnectTo(server);
  while (!octets.empty()) {
    const auto sent = send(socket, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  shutdown(socket, SHUT_WR);
  std::string answer;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(socket);
  return answer;
}

}  // namespace ricochet
