#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ricochet {

// Lets through at most `burst` records of each event kind per `window`.
// Not thread-safe; its owner locks. Kinds beyond kMaxKinds share one allowance,
// so memory is bounded even if a kind were made from input.
class LogLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kMaxKinds = 1'024;

  LogLimit(int burst, std::chrono::seconds window)
      : burst_(burst), window_(window) {}

  // Nothing: drop the record. Else write it; the number is how many of its
  // kind were dropped since the last one written.
  [[nodiscard]] std::optional<std::uint64_t> Admit(std::string_view event,
                                                   Time now);

 private:
  struct Kind {
    Time begin;  // of the window
    int written = 0;
    std::uint64_t dropped = 0;
  };

  Kind& Find(std::string_view event, Time now);

  const int burst_;
  const std::chrono::seconds window_;
  std::map<std::string, Kind, std::less<>> kinds_;
  Kind others_;
};

}  // namespace ricochet
