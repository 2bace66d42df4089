#include "mta/sendmail_delivery.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr auto kNone = std::string_view::npos;
constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kSendmail};

// Mailers that reach another host by SMTP (cf/README, "MAILERS").
constexpr auto kSmtpMailers =
    std::to_array<std::string_view>({"esmtp", "relay", "smtp", "dsmtp"});

// How stat= sums up a refusal whose reply is not logged. What was refused, and
// why, is told by dsn= alone.
constexpr auto kSummaries = std::to_array<std::string_view>(
    {"User unknown", "Service unavailable", "Data format error"});

// What Sendmail says when DNS gave no host to connect to.
constexpr auto kDnsMarks = std::to_array<std::string_view>(
    {"Name server: ", "host not found", "host name lookup failure"});

// The session had not begun.
constexpr auto kConnectMarks = std::to_array<std::string_view>({
    "Connection refused by ",
    "Connection timed out with ",
    "No route to host",
    "Network is unreachable",
    "Host is unreachable",
    "Host is down",
});

struct Fields {
  std::string_view mailer;
  std::string_view relay;
  std::string_view reply;
  std::string_view stat;
  bool has_stat = false;
};

// "3+01:02:03": days, hours, minutes and seconds. -1: none.
double TakeDelay(std::string_view text) noexcept {
  std::int64_t days = 0;
  auto part = TakeNumber(text, 100'000);
  if (part >= 0 && Take(text, "+")) {
    days = part;
    part = TakeNumber(text, 24);
  }
  const auto hours = part;
  if (hours < 0 || !Take(text, ":")) return -1;
  const auto minutes = TakeNumber(text, 59);
  if (minutes < 0 || !Take(text, ":")) return -1;
  const auto seconds = TakeNumber(text, 60);
  if (seconds < 0) return -1;
  return static_cast<double>(((days * 24 + hours) * 60 + minutes) * 60 +
                             seconds);
}

EnhancedCode TakeDsn(std::string_view text) noexcept {
  const auto cls = TakeNumber(text, 9);
  if (cls < 0 || !Take(text, ".")) return {};
  const auto subject = TakeNumber(text, 999);
  if (subject < 0 || !Take(text, ".")) return {};
  const auto detail = TakeNumber(text, 999);
  if (detail < 0) return {};
  return {static_cast<std::uint8_t>(cls), static_cast<std::uint16_t>(subject),
          static_cast<std::uint16_t>(detail)};
}

// "[192.0.2.7]" and "[IPv6:2001:db8:0:0:0:0:0:7]" without brackets and tag.
std::string_view Unbracketed(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '[') return text;
  text.remove_prefix(1);
  text = text.substr(0, text.find(']'));
  (void)Take(text, "IPv6:");
  return text;
}

// "mx.example.org. [192.0.2.7]", "[127.0.0.1] [127.0.0.1]", "mx.example.org."
void SetRelay(std::string_view relay, MtaEvent& event) noexcept {
  auto host = relay.substr(0, relay.find(' '));
  auto rest = relay.substr(host.size());
  if (host.ends_with('.')) host.remove_suffix(1);
  event.relay_host = Unbracketed(host);
  const auto open = rest.find('[');
  if (open != kNone) event.relay_ip = Unbracketed(rest.substr(open));
}

// Takes "key=value" of a field that is read.
void TakeField(std::string_view field, Fields& fields,
               MtaEvent& event) noexcept {
  if (Take(field, "delay=")) {
    event.delay_s = TakeDelay(field);
  } else if (Take(field, "mailer=")) {
    fields.mailer = field;
  } else if (Take(field, "relay=")) {
    fields.relay = field;
  } else if (Take(field, "dsn=")) {
    event.dsn = TakeDsn(field);
  }
}

// Reads the fields behind the recipients. Both reply= and stat= quote what a
// server said, commas and all; stat= is the last.
void ReadFields(std::string_view rest, Fields& fields,
                MtaEvent& event) noexcept {
  constexpr std::string_view kStat = "stat=";
  while (Take(rest, ",")) {
    (void)Take(rest, " ");
    if (Take(rest, kStat)) {
      fields.stat = rest;
      fields.has_stat = true;
      return;
    }
    auto end = rest.find(',');
    if (StartsWith(rest, "reply=")) {
      end = rest.find(", stat=");
      fields.reply = rest.substr(6, end == kNone ? kNone : end - 6);
    } else {
      TakeField(rest.substr(0, end), fields, event);
    }
    rest.remove_prefix(std::min(end, rest.size()));
  }
}

bool BeginsWithReplyCode(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] >= '2' && text[0] <= '5' &&
         IsDigit(text[1]) && IsDigit(text[2]) &&
         (text.size() == 3 || text[3] == ' ' || text[3] == '-');
}

template <class Marks>
bool ContainsAny(std::string_view text, const Marks& marks) noexcept {
  return std::ranges::any_of(
      marks, [text](std::string_view mark) { return Contains(text, mark); });
}

// Does dsn= tell of another failure than the mailbox that `summary` names, or
// of more than `summary` does? 5.1.0 to 5.1.6 are about the recipient's
// address, 5.1.10 too (RFC 3463, section 3.2; RFC 7505).
bool SaysMore(EnhancedCode dsn, std::string_view summary) noexcept {
  if (!dsn.present()) return false;
  if (!Is(summary, "User unknown")) return true;
  return dsn.subject != 1 || (dsn.detail > 6 && dsn.detail != 10);
}

// Why a recipient was deferred or refused.
void SetReply(const Fields& fields, bool remote, MtaEvent& event) noexcept {
  event.authority = Authority::kLocal;
  auto text = fields.stat;
  if (Take(text, "Deferred")) (void)Take(text, ": ");
  if (BeginsWithReplyCode(fields.reply)) text = fields.reply;
  event.reply = text;
  if (BeginsWithReplyCode(text)) {
    if (remote) event.authority = Authority::kRemote;
  } else if (remote && ContainsAny(text, kDnsMarks)) {
    event.authority = Authority::kDns;
  } else if (ContainsAny(text, kConnectMarks)) {
    event.command = SmtpCommand::kConnect;
  } else if (remote && std::ranges::count(kSummaries, text) > 0 &&
             SaysMore(event.dsn, text)) {
    event.reply = {};
  }
}

// "(uAEKY1Xl007527 Message accepted for delivery)" from this machine: the
// submission program handed the message to the daemon, under another id.
void SetDelivered(std::string_view stat, bool remote,
                  MtaEvent& event) noexcept {
  event.authority = remote ? Authority::kRemote : Authority::kLocal;
  if (!Take(stat, "Sent")) return;
  if (!Take(stat, " (")) return;
  event.truncated = !stat.ends_with(')');
  if (!event.truncated) stat.remove_suffix(1);
  event.reply = stat;
  const bool here = StartsWith(event.relay_ip, "127.") ||
                    Is(event.relay_ip, "::1") ||
                    Is(event.relay_ip, "0:0:0:0:0:0:0:1");
  auto rest = stat;
  const auto id = TakeAlnum(rest);
  if (here && StartsWith(rest, " Message accepted")) event.other_id = id;
}

// False: no outcome can be told.
bool SetOutcome(std::string_view stat, EnhancedCode dsn,
                MtaEvent& event) noexcept {
  if (StartsWith(stat, "Sent")) {
    event.outcome = Outcome::kDelivered;
  } else if (StartsWith(stat, "Deferred") || dsn.cls == 4) {
    event.outcome = Outcome::kDeferred;
  } else if (dsn.cls == 5 || Contains(stat, "unknown") ||
             std::ranges::count(kSummaries, stat) > 0) {
    event.outcome = Outcome::kBounced;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::size_t FindSendmailComma(std::string_view text,
                              bool within_list) noexcept {
  bool quoted = false;
  bool bracketed = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '<' || c == '>') {
      bracketed = c == '<';
    } else if (c == ',' && !bracketed) {
      const bool ends = i + 1 < text.size() && text[i + 1] == ' ';
      if (within_list || ends) return i;
    }
  }
  return kNone;
}

std::string_view SendmailAddress(std::string_view text) noexcept {
  if (text.ends_with('>')) {
    const auto open = text.starts_with('<') ? 0 : text.rfind(" <");
    if (open != kNone) {
      text.remove_prefix(open + (open == 0 ? 1 : 2));
      text.remove_suffix(1);
    }
  }
  return text;
}

bool NextSendmailRecipient(MtaEvent& event) noexcept {
  auto& rest = event.more_recipients;
  while (!rest.empty()) {
    const auto address = rest.substr(0, FindSendmailComma(rest, true));
    rest.remove_prefix(std::min(address.size() + 1, rest.size()));
    event.recipient = SendmailAddress(address);
    if (!event.recipient.empty()) return true;
  }
  return false;
}

ParseResult ParseSendmailDelivery(std::string_view rest,
                                  MtaEvent& event) noexcept {
  if (!Take(rest, "to=")) return kBadSyntax;
  auto end = FindSendmailComma(rest, false);
  if (end == kNone) end = rest.find(", ");  // a quote without its other half
  if (end == kNone) return kBadSyntax;
  event.more_recipients = rest.substr(0, end);
  if (!NextSendmailRecipient(event)) return kBadSyntax;

  Fields fields;
  ReadFields(rest.substr(end), fields, event);
  if (!fields.has_stat) return kBadSyntax;
  if (StartsWith(fields.stat, "queued")) {
    return {What::kIgnored, Cause::kRetryNotReached, Mta::kSendmail};
  }
  if (!SetOutcome(fields.stat, event.dsn, event)) return kBadSyntax;
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = Cause::kAttempt;
  event.daemon = fields.mailer;
  const bool remote = std::ranges::any_of(
      kSmtpMailers,
      [&](std::string_view name) { return StartsWith(fields.mailer, name); });
  if (remote) SetRelay(fields.relay, event);
  if (event.outcome == Outcome::kDelivered) {
    SetDelivered(fields.stat, remote, event);
  } else {
    SetReply(fields, remote, event);
  }
  return {What::kEvent, Cause::kAttempt, Mta::kSendmail};
}

}  // namespace ricochet
