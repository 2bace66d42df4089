#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace ricochet {

// What kind of thing went wrong at start-up, in rules, or with Kafka. The
// message says the rest.
enum class ErrorCode : std::uint8_t {
  kUsage,   // the command line
  kConfig,  // a configuration or rules file; the message names file and line
  kIo,      // a file or a socket
  kKafka,   // a broker; the message names topic and partition where it can
  kFenced,  // another process owns our transactional id or group instance id
};

struct Error {
  ErrorCode code;
  std::string message;  // one sentence, no newline, ready to be shown
};

// The functions below are the only place that knows how a Result is built, so
// moving to std::expected changes this header alone.
template <class T, class E = Error>
using Result = tl::expected<T, E>;

template <class E>
[[nodiscard]] auto Fail(E error) {
  return tl::unexpected<E>(std::move(error));
}

[[nodiscard]] inline auto Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace ricochet
