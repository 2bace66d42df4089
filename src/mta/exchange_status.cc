#include "mta/exchange_status.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "mta/scan.h"

namespace ricochet {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// "550 ", "250-": where a bare reply begins.
bool BeginsReply(std::string_view text) noexcept {
  return text.size() >= 4 && text[0] >= '2' && text[0] <= '5' &&
         IsDigit(text[1]) && IsDigit(text[2]) &&
         (text[3] == ' ' || text[3] == '-');
}

// Where the entry at the front ends; npos: it is the last.
std::size_t EndOfEntry(std::string_view text) noexcept {
  if (StartsWith(text, "[{")) {
    const auto at = text.find("}];[{");
    return at == kNone ? kNone : at + 2;
  }
  if (StartsWith(text, "{")) {
    const auto key = text.substr(0, text.find('='));
    for (auto at = text.find("};{"); at != kNone;
         at = text.find("};{", at + 3)) {
      if (StartsWith(text.substr(at + 2), key)) return at + 1;
    }
    return kNone;
  }
  for (auto at = text.find(';'); at != kNone; at = text.find(';', at + 1)) {
    const auto next = text.substr(at + 1);
    if (next.empty() || next.front() == ';' || BeginsReply(next)) return at;
  }
  return kNone;
}

// Takes the last "};{KEY=value" off the end of `rest`, if the value is plain
// and the key one of those that follow LED.
bool TakeLastField(std::string_view& rest, ExchangeStatus& status) noexcept {
  const auto at = FindLast(rest, "};{");
  if (at == kNone) return false;
  auto field = rest.substr(at + 3);
  if (Contains(field, "}")) return false;
  if (Take(field, "FQDN=")) {
    if (!status.host.empty()) return false;
    status.host = field;
  } else if (Take(field, "IP=")) {
    if (!status.ip.empty()) return false;
    status.ip = field;
  } else if (!StartsWith(field, "LRT=") && !StartsWith(field, "MSG=")) {
    return false;
  }
  rest = rest.substr(0, at);
  return true;
}

// The innermost "... responded with: "451 ..." Attempted failover ...".
std::string_view Responded(std::string_view reply) noexcept {
  constexpr std::string_view kResponded = "responded with";
  auto at = FindLast(reply, kResponded);
  if (at == kNone) return {};
  auto inner = reply.substr(at + kResponded.size());
  (void)Take(inner, ":");
  if (!Take(inner, " \"") || inner.empty() || !IsDigit(inner.front())) {
    return {};
  }
  at = inner.find("\" Attempted");
  if (at == kNone) at = inner.find('"');
  return inner.substr(0, at);
}

// What a frontend server of ours heard.
bool IsProxied(std::string_view reply) noexcept {
  return Contains(reply, "Proxy session setup failed on Frontend with");
}

// "... The last endpoint attempted was 192.0.2.25:25'".
std::string_view LastEndpoint(std::string_view reply) noexcept {
  constexpr std::string_view kWords = "The last endpoint attempted was ";
  const auto at = FindLast(reply, kWords);
  if (at == kNone) return {};
  reply.remove_prefix(at + kWords.size());
  std::size_t n = 0;
  while (n < reply.size() &&
         (IsAlnum(reply[n]) || reply[n] == '.' || reply[n] == ':')) {
    ++n;
  }
  const auto endpoint = reply.substr(0, n);
  return endpoint.substr(0, endpoint.rfind(':'));
}

// The quote of the frontend's own reply: 'xyz'.
std::string_view Quoted(std::string_view reply) noexcept {
  const auto begin = reply.find('\'');
  const auto end = reply.rfind('\'');
  if (begin == kNone || end <= begin) return {};
  return reply.substr(begin + 1, end - begin - 1);
}

// What Exchange says itself of a connection that failed.
bool IsAboutConnection(std::string_view reply) noexcept {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"Unable to connect", "Connection dropped", "Failed to connect",
       "Socket error", "SocketError", "Winsock error", "Connection refused [",
       "Connection timed out", "SMTPSEND."});
  return std::ranges::any_of(
      kWords, [&](std::string_view words) { return Contains(reply, words); });
}

bool IsDns(std::string_view reply, const MtaEvent& event) noexcept {
  if (Is(event.daemon, "DNS")) return true;
  if (Contains(reply, "SMTPSEND.DNS.")) return true;
  return event.remote_host.empty() && Contains(reply, "DNS query failed");
}

Authority AuthorityOf(std::string_view reply, bool remote,
                      const MtaEvent& event) noexcept {
  if (IsDns(reply, event)) return Authority::kDns;
  if (!remote || IsAboutConnection(reply)) return Authority::kLocal;
  return Authority::kRemote;
}

bool IsExpiry(std::string_view reply) noexcept {
  return Contains(reply, "QUEUE.Expired") ||
         Contains(reply, "5.4.300 Message expired") ||
         Contains(reply, "4.4.7 Message expired");
}

}  // namespace

std::string_view TakeExchangeStatus(std::string_view& rest,
                                    bool last) noexcept {
  const auto end = last ? kNone : EndOfEntry(rest);
  const auto entry = rest.substr(0, end);
  rest.remove_prefix(entry.size());
  (void)Take(rest, ";");
  return entry;
}

ExchangeStatus SplitExchangeStatus(std::string_view entry) noexcept {
  ExchangeStatus status;
  const bool brackets = Take(entry, "[{");
  if (!brackets && !Take(entry, "{")) {
    status.reply = entry;
    return status;
  }
  if (brackets && entry.ends_with(']')) entry.remove_suffix(1);
  if (entry.ends_with('}')) entry.remove_suffix(1);
  if (StartsWith(entry, "LRT=")) {
    const auto at = entry.find("};{");
    entry.remove_prefix(at == kNone ? entry.size() : at + 3);
  }
  while (TakeLastField(entry, status)) {
  }
  if (Take(entry, "LED=")) status.reply = entry;
  return status;
}

void SetExchangeStatus(std::string_view entry, MtaEvent& event) noexcept {
  const auto status = SplitExchangeStatus(entry);
  const bool structured = StartsWith(entry, "[{") || StartsWith(entry, "{");
  event.reply = status.reply;
  event.remote_host =
      status.host == status.ip ? std::string_view{} : status.host;
  event.remote_ip = status.ip;
  // Without such a structure, the row's own columns name the server.
  const bool server =
      structured ? !status.host.empty() : !event.relay_host.empty();
  bool remote = Is(event.daemon, "SMTP") && server;
  if (IsProxied(status.reply)) {
    event.remote_host = {};
    event.remote_ip = LastEndpoint(status.reply);
    if (const auto quoted = Quoted(status.reply); !quoted.empty()) {
      event.reply = quoted;
    }
  }
  if (const auto inner = Responded(event.reply); !inner.empty()) {
    event.reply = inner;
  }
  if (event.outcome == Outcome::kBounced && IsExpiry(event.reply)) {
    event.outcome = Outcome::kExpired;
    event.dsn = {4, 4, 7};
    const auto arrow = event.reply.find(" -> ");
    remote = remote && arrow != kNone;
    event.reply =
        arrow == kNone ? std::string_view{} : event.reply.substr(arrow + 4);
  }
  event.authority = AuthorityOf(event.reply, remote, event);
}

}  // namespace ricochet
