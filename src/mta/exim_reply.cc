#include "mta/exim_reply.h"

#include <array>
#include <cstddef>

#include "mta/exim_text.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kGivenUp = "retry timeout exceeded";

struct Phrase {
  std::string_view text;
  SmtpCommand command;
};

// What Exim names the commands; "pipelined " may stand before each.
constexpr auto kCommands = std::to_array<Phrase>({
    {"RCPT TO", SmtpCommand::kRcptTo},
    {"MAIL FROM", SmtpCommand::kMailFrom},
    {"end of data", SmtpCommand::kEndOfData},
    {"DATA", SmtpCommand::kData},
    {"sending data block", SmtpCommand::kData},
    {"BDAT", SmtpCommand::kEndOfData},
    {"initial connection", SmtpCommand::kConnect},
    {"EHLO", SmtpCommand::kEhlo},
    {"HELO", SmtpCommand::kEhlo},
    {"LHLO", SmtpCommand::kEhlo},
    {"STARTTLS", SmtpCommand::kStartTls},
    {"AUTH", SmtpCommand::kAuth},
    {"RSET", SmtpCommand::kRset},
    {"QUIT", SmtpCommand::kQuit},
});

// A server's own words follow behind the command and a colon.
struct ServerError {
  std::string_view text;
  bool store;           // the server is a mail store of ours
  bool each_recipient;  // "DATA" is the end of data, answered for each
};
constexpr auto kServerErrors = std::to_array<ServerError>({
    {"SMTP error from remote mail server after ", false, false},
    {"SMTP error from remote mailer after ", false, false},
    {"LMTP error after ", true, true},
    {"PRDR error after ", false, true},
});

// What DNS said of the recipient's domain, in the words of the dnslookup
// router. Other lookups are of hosts that this system's own routing names.
constexpr auto kDnsTexts = std::to_array<std::string_view>({
    "host lookup did not complete",
    "all relevant MX records point to non-existent hosts",
    "an MX or SRV record indicated no SMTP service",
});

// The system's reasons why no connection came about.
constexpr auto kConnectErrors = std::to_array<std::string_view>({
    "Connection refused",
    "Connection timed out",
    "No route to host",
    "Network is unreachable",
    "Network Error",
    "Host is down",
    "Host is unreachable",
});

template <std::size_t N>
bool BeginsWithAny(std::string_view text,
                   const std::array<std::string_view, N>& all) noexcept {
  for (const auto prefix : all) {
    if (StartsWith(text, prefix)) return true;
  }
  return false;
}

// Takes "pipelined RCPT TO:<ann@example.org>" up to the next ": " or the end.
SmtpCommand TakeCommand(std::string_view& rest) noexcept {
  (void)Take(rest, "pipelined ");
  SmtpCommand command = SmtpCommand::kUnknown;
  for (const auto& phrase : kCommands) {
    if (!StartsWith(rest, phrase.text)) continue;
    command = phrase.command;
    break;
  }
  std::size_t from = 0;
  if (command == SmtpCommand::kRcptTo || command == SmtpCommand::kMailFrom) {
    const auto open = rest.find(":<");
    const auto end = open == kNone ? kNone : EndOfBracketed(rest, open + 1);
    if (end != kNone) from = end;
  }
  const auto colon = rest.find(": ", from);
  rest.remove_prefix(colon == kNone ? rest.size() : colon);
  return command;
}

// Takes "mx.example.org [192.0.2.7]", as wordings before 4.83 name the server.
void TakeServer(std::string_view& rest, MtaEvent& event) noexcept {
  event.remote_host = TakeUntil(rest, ' ');
  if (!Take(rest, " [")) return;
  event.remote_ip = TakeUntil(rest, ']');
  (void)Take(rest, "]");
}

// "SMTP error from remote mail server after RCPT TO:<...>: 550 ...", also with
// "host mx.example.org [192.0.2.7]: " before the reply.
bool ParseServerError(std::string_view text, MtaEvent& event) noexcept {
  const ServerError* error = nullptr;
  for (const auto& known : kServerErrors) {
    if (!Take(text, known.text)) continue;
    error = &known;
    break;
  }
  if (error == nullptr) return false;
  event.command = TakeCommand(text);
  if (error->each_recipient && event.command == SmtpCommand::kData) {
    event.command = SmtpCommand::kEndOfData;
  }
  if (!Take(text, ": ")) {  // cut within the command
    event.truncated = true;
    return true;
  }
  if (Take(text, "host ")) {
    TakeServer(text, event);
    (void)Take(text, ": ");
  }
  event.reply = text;
  event.authority = error->store || IsEximStore(event) ? Authority::kLocal
                                                       : Authority::kRemote;
  if (event.command == SmtpCommand::kAuth) event.authority = Authority::kRelay;
  return true;
}

// "SMTP timeout after DATA", "SMTP timeout while connected to mx [ip] after
// ...", "Remote host [mx [ip] ]closed connection in response to ...",
// "Malformed SMTP reply [from mx [ip] ]in response to ...".
bool ParseBrokenSession(std::string_view text, MtaEvent& event) noexcept {
  std::string_view before = " in response to ";
  if (Take(text, "SMTP timeout")) {
    before = " after ";
    if (Take(text, " while connected to ")) TakeServer(text, event);
  } else if (Take(text, "Remote host")) {
    if (!StartsWith(text, " closed") && Take(text, " ")) {
      TakeServer(text, event);
    }
  } else if (Take(text, "Malformed SMTP reply")) {
    if (Take(text, " from ")) TakeServer(text, event);
  } else {
    return false;
  }
  const auto at = text.find(before);
  if (at == kNone) return true;
  text.remove_prefix(at + before.size());
  event.command = TakeCommand(text);
  return true;
}

// What Exim found out itself.
void ParseOwnWords(std::string_view text, MtaEvent& event) noexcept {
  if (BeginsWithAny(text, kDnsTexts)) {
    event.authority = Authority::kDns;
  } else if (BeginsWithAny(text, kConnectErrors)) {
    event.command = SmtpCommand::kConnect;
    // "Connection timed out: SMTP timeout after RCPT TO:<...>"
    const auto at = text.find(": SMTP timeout");
    if (at != kNone) (void)ParseBrokenSession(text.substr(at + 2), event);
  } else if (StartsWith(text, "a TLS session is required") ||
             StartsWith(text, "TLS session") || StartsWith(text, "DANE ")) {
    event.command = SmtpCommand::kStartTls;
  } else if (StartsWith(text, "authentication required")) {
    event.command = SmtpCommand::kAuth;
  }
}

// Sets kExpired for the words of one that was given up, and takes them off.
void TakeExpiry(std::string_view& text, MtaEvent& event) noexcept {
  if (event.outcome != Outcome::kBounced) return;
  if (text.ends_with(kGivenUp)) {
    text.remove_suffix(kGivenUp.size());
    if (text.ends_with(": ")) text.remove_suffix(2);
    event.outcome = Outcome::kExpired;
  } else if (Contains(text, "have been failing for a long time") ||
             Contains(text, "after a long failure period")) {
    event.outcome = Outcome::kExpired;
    event.untried = true;
  }
}

}  // namespace

bool IsEximStore(const MtaEvent& event) noexcept {
  return (StartsWith(event.relay_ip, "127.") || event.relay_ip == "::1") &&
         Contains(event.daemon, "lmtp");
}

void ParseEximReply(std::string_view text, ParserMemory& memory,
                    MtaEvent& event) {
  TakeExpiry(text, event);
  event.authority = Authority::kLocal;
  event.reply = text;
  if (!ParseServerError(text, event) && !ParseBrokenSession(text, event)) {
    ParseOwnWords(text, event);
  }
  event.reply = WithoutEximEscapes(event.reply, memory.unescaped);
}

}  // namespace ricochet
