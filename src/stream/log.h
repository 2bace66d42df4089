#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "ricochet/log_level.h"

namespace ricochet {

// Where stream/ says what happened. Called on the worker's own thread; the
// message dies when it returns. Must not throw. Empty: nothing is said.
using LogHook = std::function<void(LogLevel, std::string_view message)>;

// What a worker has to say, by kind: each kind is limited on its own.
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
inline constexpr std::size_t kStreamEvents = 8;

// Passes at most `kBurst` lines of a kind on in ten seconds and says how many
// it kept back. Owned by one worker thread.
class LimitedLog {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int kBurst = 20;
  static constexpr std::chrono::seconds kWindow{10};

  explicit LimitedLog(LogHook hook) : hook_(std::move(hook)) {}

  void Write(LogLevel level, StreamEvent event, std::string_view message,
             Clock::time_point now = Clock::now());

 private:
  struct Kind {
    Clock::time_point window_start;
    int written = 0;
    std::uint64_t kept_back = 0;
  };

  LogHook hook_;
  std::array<Kind, kStreamEvents> kinds_{};
};

}  // namespace ricochet
