#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decode/syslog_line.h"

namespace ricochet {

// A server's lines begin in few ways: "mx1 postfix/smtp[1234]: " and another
// hundred, of which only the pid varies. What was read octet by octet once is
// here recognised as a whole. Owned by one thread; bounded, never allocates.
class KnownHeaders {
 public:
  // Keeps how `rest`, what follows the stamp, was read, if it is of the form
  // "...program[pid]: text". Views of `read` point into `rest`.
  void Learn(std::string_view rest, const SyslogLine& read) noexcept;

  // Reads `rest` into host, program, pid and text as that was read; false, and
  // `out` unchanged, if nothing that was learnt begins so.
  [[nodiscard]] bool Read(std::string_view rest,
                          SyslogLine& out) const noexcept;

 private:
  static constexpr std::size_t kLongest = 64;
  static constexpr std::size_t kEntries = 256;

  // Everything before the bracket, and where host and program are in it.
  struct Header {
    std::array<char, kLongest> octets;
    std::uint8_t size = 0;  // 0: empty
    std::uint8_t host_at = 0;
    std::uint8_t host_size = 0;
    std::uint8_t program_at = 0;
  };

  static std::size_t EntryOf(std::string_view header) noexcept;

  std::array<Header, kEntries> entries_{};
};

}  // namespace ricochet
