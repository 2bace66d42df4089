#pragma once

#include <cstdint>
#include <string_view>

namespace ricochet {

// Postfix processes, as far as their lines differ.
enum class PostfixDaemon : std::uint8_t {
  kSmtp,
  kLmtp,
  kMailbox,  // local, virtual, pipe: delivers to a store or a command
  kGiveUp,   // error, retry, discard: delivers nowhere
  kQmgr,
  kCleanup,
  kPickup,
  kBounce,  // and its services defer and trace
  kSmtpd,
  kPostscreen,
  kStatistics,  // anvil, scache
  kTls,         // tlsmgr, tlsproxy
  kTool,        // postsuper, and what else acts on the queue
  kOther,       // of no interest
  kUnknown,     // not a Postfix process, by its name
};

// "postfix/submission/smtpd" taken apart. Views point into the program, or to
// static storage.
struct PostfixProgram {
  PostfixDaemon daemon = PostfixDaemon::kUnknown;
  std::string_view name;      // "smtpd"
  std::string_view instance;  // "postfix": what stands before the first slash
  std::string_view service;   // "submission"; empty: none
};

// The last element names the process. One that is made of a client's name and
// more ("smtp-pool1", "relay-out") is that client under a service's name.
[[nodiscard]] PostfixProgram SplitPostfixProgram(
    std::string_view program) noexcept;

// True for the agents whose replies come from a server.
[[nodiscard]] constexpr bool IsSmtpClient(PostfixDaemon daemon) noexcept {
  return daemon <= PostfixDaemon::kLmtp;
}
// True for those and all others that exist to deliver.
[[nodiscard]] constexpr bool IsDeliveryAgent(PostfixDaemon daemon) noexcept {
  return daemon <= PostfixDaemon::kGiveUp;
}

}  // namespace ricochet
