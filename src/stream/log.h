#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "ricochet/log_level.h"

namespace ricochet {

// What a worker has to say, by kind.
enum class StreamEvent : std::uint8_t {
  kLibrary,     // librdkafka's own log lines
  kConnection,  // brokers went away or came back
  kRebalance,   // partitions came or went
  kAbort,       // a transaction was aborted
  kDeadLetter,  // a record was given up
  kOffsets,     // an offset was lost or had to be chosen
  kLifecycle,   // start, reopen, stop, failure
  kRestore,     // state is being read from the changelog
};
inline constexpr std::array<std::string_view, 8> kStreamEventNames = {
    "stream.library",   "stream.connection",  "stream.rebalance",
    "stream.abort",     "stream.dead_letter", "stream.offsets",
    "stream.lifecycle", "stream.restore"};

// Where stream/ says what happened. Called on the worker's own thread; the
// message dies when it returns. Must not throw, and bounds what it writes: a
// failure that repeats is told each time. Empty: nothing is said.
using LogHook =
    std::function<void(LogLevel, StreamEvent, std::string_view message)>;

// A hook that may be empty. Owned by one worker thread.
class StreamLog {
 public:
  explicit StreamLog(LogHook hook) : hook_(std::move(hook)) {}

  void Write(LogLevel level, StreamEvent event, std::string_view message) {
    if (hook_) hook_(level, event, message);
  }

 private:
  LogHook hook_;
};

}  // namespace ricochet
