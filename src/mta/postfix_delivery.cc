#include "mta/postfix_delivery.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "mta/postfix_reply.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kPostfix};

// A closing quote of a local part that begins with one; npos: none.
std::size_t ClosingQuote(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

// "<a@b>" or, as anonymised logs and old versions have it, "a@b".
bool TakeRecipient(std::string_view& rest, std::string_view& address) noexcept {
  if (rest.starts_with('<')) {
    return TakePostfixAddress(rest, address, ", relay=", ", orig_to=");
  }
  address = rest.substr(0, rest.find(", "));
  rest.remove_prefix(address.size());
  return true;
}

EnhancedCode TakeDsn(std::string_view& rest) noexcept {
  const auto cls = TakeNumber(rest, 9);
  if (cls < 0 || !Take(rest, ".")) return {};
  const auto subject = TakeNumber(rest, 999);
  if (subject < 0 || !Take(rest, ".")) return {};
  const auto detail = TakeNumber(rest, 999);
  if (detail < 0) return {};
  return {static_cast<std::uint8_t>(cls), static_cast<std::uint16_t>(subject),
          static_cast<std::uint16_t>(detail)};
}

void TakeDelays(std::string_view& rest, MtaEvent& event) noexcept {
  for (auto& delay : event.delays_s) {
    delay = TakeDecimal<float>(rest);
    if (!Take(rest, "/")) return;
  }
}

// Takes "key=value" at the front; of unknown keys, less than that.
void TakeField(std::string_view& rest, PostfixEndpoint& relay,
               MtaEvent& event) noexcept {
  if (Take(rest, "delay=")) {
    event.delay_s = TakeDecimal<double>(rest);
  } else if (Take(rest, "delays=")) {
    TakeDelays(rest, event);
  } else if (Take(rest, "dsn=")) {
    event.dsn = TakeDsn(rest);
  } else if (Take(rest, "relay=")) {
    relay = SplitPostfixEndpoint(TakeUntil(rest, ','));
  } else if (Take(rest, "orig_to=")) {
    (void)TakeRecipient(rest, event.original_recipient);
  }
}

// Takes the fields up to and including "status="; false if there is no such.
bool TakeFields(std::string_view& rest, PostfixEndpoint& relay,
                MtaEvent& event) noexcept {
  while (!Take(rest, ", status=")) {
    if (Take(rest, ", ")) {
      TakeField(rest, relay, event);
    } else if (rest.empty()) {
      return false;
    } else {  // the rest of an unknown value
      rest.remove_prefix(1);
      (void)TakeUntil(rest, ',');
    }
  }
  return true;
}

struct Status {
  std::string_view word;
  Outcome outcome;
  bool probe;  // the answer to an address verification probe
};
// "SOFTBOUNCE" is a bounce that soft_bounce = yes turned into a deferral.
constexpr auto kStatuses = std::to_array<Status>({
    {"sent", Outcome::kDelivered, false},
    {"deferred", Outcome::kDeferred, false},
    {"bounced", Outcome::kBounced, false},
    {"SOFTBOUNCE", Outcome::kDeferred, false},
    {"deliverable", Outcome::kDelivered, true},
    {"undeliverable", Outcome::kBounced, true},
});

// Takes "sent (": the text begins after it. A line cut right after the word
// still tells the outcome.
const Status* TakeStatus(std::string_view& rest) noexcept {
  for (const auto& status : kStatuses) {
    if (!StartsWith(rest, status.word)) continue;
    rest.remove_prefix(status.word.size());
    return rest.empty() || Take(rest, " (") ? &status : nullptr;
  }
  return nullptr;
}

// The queue id after the last "queued as", which is how Postfix, and content
// filters that hand mail back to it, end their reply.
std::string_view QueuedAs(std::string_view reply) noexcept {
  constexpr std::string_view kQueuedAs = "queued as ";
  const auto at = reply.rfind(kQueuedAs);
  if (at == std::string_view::npos) return {};
  reply.remove_prefix(at + kQueuedAs.size());
  return TakeAlnum(reply);
}

// Only what was handed to another program on this machine can come back to
// this Postfix under the queue id that the reply names.
void ParseDelivered(std::string_view text, PostfixDaemon daemon,
                    const PostfixEndpoint& relay, MtaEvent& event) noexcept {
  event.reply = text;
  const bool here = IsOnThisMachine(relay);
  if (here) event.other_id = QueuedAs(text);
  if (!IsSmtpClient(daemon) || (daemon == PostfixDaemon::kLmtp && here)) {
    event.authority = Authority::kLocal;
  }
  if (daemon == PostfixDaemon::kMailbox && Take(text, "forwarded as ")) {
    event.forwarded = true;
    event.other_id = TakeAlnum(text);
  }
}

// The text without the bracket that ends a whole line.
std::string_view TakeText(std::string_view rest, MtaEvent& event) noexcept {
  event.truncated = !rest.ends_with(')');
  if (!event.truncated) rest.remove_suffix(1);
  return rest;
}

}  // namespace

bool TakePostfixAddress(std::string_view& rest, std::string_view& address,
                        std::string_view next,
                        std::string_view or_next) noexcept {
  if (!rest.starts_with('<')) return false;
  const auto text = rest.substr(1);
  std::size_t from = 0;
  if (text.starts_with('"')) {
    const auto quote = ClosingQuote(text);
    if (quote != std::string_view::npos) from = quote;
  }
  for (auto end = text.find('>', from); end != std::string_view::npos;
       end = text.find('>', end + 1)) {
    const auto after = text.substr(end + 1);
    if (!StartsWith(after, next) && !StartsWith(after, or_next)) continue;
    address = text.substr(0, end);
    rest = after;
    return true;
  }
  return false;
}

ParseResult ParsePostfixDelivery(std::string_view rest, PostfixDaemon daemon,
                                 MtaEvent& event) noexcept {
  if (!Take(rest, "to=")) return kBadSyntax;
  event.ResetAttempt();
  PostfixEndpoint relay;
  if (!TakeRecipient(rest, event.recipient) || event.recipient.empty() ||
      !TakeFields(rest, relay, event)) {
    return kBadSyntax;
  }
  const auto* status = TakeStatus(rest);
  if (status == nullptr) return kBadSyntax;
  if (status->probe) return {What::kIgnored, Cause::kProbe, Mta::kPostfix};

  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = Cause::kAttempt;
  event.outcome = status->outcome;
  if (!Is(relay.host, "none")) {
    event.relay_host = relay.host;
    event.relay_ip = relay.ip;
    event.relay_port = relay.port;
  }
  const auto text = TakeText(rest, event);
  if (status->outcome == Outcome::kDelivered) {
    ParseDelivered(text, daemon, relay, event);
  } else {
    ParsePostfixReply(text, daemon, event);
  }
  return {What::kEvent, Cause::kAttempt, Mta::kPostfix};
}

}  // namespace ricochet
