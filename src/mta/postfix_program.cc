#include "mta/postfix_program.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

using Daemon = PostfixDaemon;

struct Process {
  std::string_view name;
  Daemon daemon;
};

constexpr auto kProcesses = std::to_array<Process>({
    {"smtp", Daemon::kSmtp},
    {"smtpd", Daemon::kSmtpd},
    {"qmgr", Daemon::kQmgr},
    {"cleanup", Daemon::kCleanup},
    {"lmtp", Daemon::kLmtp},
    {"local", Daemon::kMailbox},
    {"virtual", Daemon::kMailbox},
    {"pipe", Daemon::kMailbox},
    {"bounce", Daemon::kBounce},
    {"pickup", Daemon::kPickup},
    {"error", Daemon::kGiveUp},
    {"retry", Daemon::kGiveUp},
    {"discard", Daemon::kGiveUp},
    {"postscreen", Daemon::kPostscreen},
    {"anvil", Daemon::kStatistics},
    {"scache", Daemon::kStatistics},
    {"tlsmgr", Daemon::kTls},
    {"tlsproxy", Daemon::kTls},
    {"oqmgr", Daemon::kQmgr},
    {"nqmgr", Daemon::kQmgr},
    {"relay", Daemon::kSmtp},
    {"postsuper", Daemon::kTool},
    {"dnsblog", Daemon::kOther},
    {"verify", Daemon::kOther},
    {"flush", Daemon::kOther},
    {"showq", Daemon::kOther},
    {"proxymap", Daemon::kOther},
    {"proxywrite", Daemon::kOther},
    {"trivial-rewrite", Daemon::kOther},
    {"master", Daemon::kOther},
    {"postfix-script", Daemon::kOther},
    {"post-install", Daemon::kOther},
    {"qmqpd", Daemon::kOther},
    {"spawn", Daemon::kOther},
    {"postlogd", Daemon::kOther},
    {"postlog", Daemon::kOther},
    {"postqueue", Daemon::kOther},
    {"postdrop", Daemon::kOther},
    {"sendmail", Daemon::kOther},
    {"mailq", Daemon::kOther},
    {"newaliases", Daemon::kOther},
    {"postmap", Daemon::kOther},
    {"postalias", Daemon::kOther},
    {"postcat", Daemon::kOther},
    {"postconf", Daemon::kOther},
    {"postkick", Daemon::kOther},
    {"postlock", Daemon::kOther},
    {"postmulti", Daemon::kOther},
    {"postfix", Daemon::kOther},
});

// Processes that run under a service's name: "smtp-pool1".
constexpr auto kClients = std::to_array<Process>({
    {"smtpd", Daemon::kSmtpd},
    {"smtp", Daemon::kSmtp},
    {"lmtp", Daemon::kLmtp},
    {"relay", Daemon::kSmtp},
});

// Where a name's process is in kProcesses, by its length and three letters:
// every line asks, and a processor could not foresee the way of a search.
constexpr std::size_t kSlots = 128;
constexpr std::size_t SlotOf(std::string_view name) noexcept {
  const auto octet = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(name[i]));
  };
  return (octet(0) * 57 + octet(name.size() / 2) * 59 +
          octet(name.size() - 1) * 28 + name.size() * 54) %
         kSlots;
}

constexpr auto kIndex = [] {
  std::array<std::uint8_t, kSlots> index{};  // 0: nothing, else one more
  for (std::size_t i = 0; i < kProcesses.size(); ++i) {
    auto& slot = index[SlotOf(kProcesses[i].name)];
    if (slot != 0) throw "two names in one slot: choose other factors";
    slot = static_cast<std::uint8_t>(i + 1);
  }
  return index;
}();

const Process* Find(std::string_view name) noexcept {
  if (name.empty()) return nullptr;
  const std::size_t slot = kIndex[SlotOf(name)];
  if (slot == 0) return nullptr;
  const Process& process = kProcesses[slot - 1];
  return SameShort(process.name, name) ? &process : nullptr;
}

const Process* FindClient(std::string_view name) noexcept {
  for (const auto& client : kClients) {
    const auto n = client.name.size();
    if (name.size() > n && StartsWith(name, client.name) &&
        (name[n] == '-' || name[n] == '_')) {
      return &client;
    }
  }
  return nullptr;
}

// "relay" is the smtp client; the name of its service is kept as service.
std::string_view ProcessName(const Process& process) noexcept {
  return process.name == "relay" ? "smtp" : process.name;
}

}  // namespace

PostfixProgram SplitPostfixProgram(std::string_view program) noexcept {
  constexpr std::string_view kUsual = "postfix/";
  PostfixProgram split;
  const auto first =
      StartsWith(program, kUsual) ? kUsual.size() - 1 : program.find('/');
  if (first == std::string_view::npos) return split;
  split.instance = program.substr(0, first);
  split.name = program.substr(first + 1);
  const auto* process = Find(split.name);
  if (process == nullptr) {
    const auto last = split.name.rfind('/');
    if (last != std::string_view::npos) {
      split.service = split.name.substr(0, last);
      split.name.remove_prefix(last + 1);
      process = Find(split.name);
    }
  }
  const bool plain = process != nullptr;
  if (!plain) process = FindClient(split.name);
  if (process == nullptr) return split;
  split.daemon = process->daemon;
  if (!plain || Is(split.name, "relay")) {
    split.service = program.substr(first + 1);
    split.name = ProcessName(*process);
  }
  return split;
}

}  // namespace ricochet
