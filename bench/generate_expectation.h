#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "generate_log.h"
#include "generate_reckoning.h"
#include "generate_replies.h"

namespace ricochet::bench {

// What a correct reader makes of one delivery line, or of one recipient of an
// expiry. Written from what the generator meant, never from what it wrote.
struct ExpectedEvent {
  Micros time = 0;
  std::string_view host;
  std::string_view queue_id;
  std::string_view message_id;  // empty: the log does not show it
  std::string_view recipient;
  std::string_view original;  // empty: the same
  std::string_view sender;    // without brackets
  bool has_sender = false;    // false: the log does not show it
  std::string_view outcome;   // "delivered", "deferred", ...
  std::string_view role;      // "message", "reinjection", ...
  bool final = false;
  std::uint32_t attempt = 0;  // 0: the log begins in mid-message
  std::string_view dsn;       // empty: the line has none
  Reason reason = Reason::kNone;
  Reason last_reason = Reason::kNone;
  bool remote = false;  // the reason is in the words of the remote MTA
};

// Writes expected events as JSON lines, as they come, and expected suppressions
// when asked at the end.
class Expectation {
 public:
  Expectation(const std::string& events, const std::string& suppressions);

  void Add(const ExpectedEvent& event);
  void WriteSuppressions();

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  // As WriteSuppressions() found them.
  [[nodiscard]] std::size_t suppressions() const noexcept {
    return suppressions_;
  }
  [[nodiscard]] std::uint64_t Count(std::string_view outcome) const;

 private:
  void Suppress(const ExpectedEvent& event);

  OutputFile events_file_;
  OutputFile suppressions_file_;
  std::string line_;
  std::uint64_t events_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> outcomes_;
  Reckoning reckoning_;
  std::size_t suppressions_ = 0;
};

}  // namespace ricochet::bench
