#include "mta/postfix_reply.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "mta/scan.h"

namespace ricochet {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kInReplyTo = " (in reply to ";

struct Phrase {
  std::string_view text;
  SmtpCommand command;
};

// "(in reply to RCPT TO command)"
constexpr auto kRequests = std::to_array<Phrase>({
    {"RCPT TO", SmtpCommand::kRcptTo},
    {"MAIL FROM", SmtpCommand::kMailFrom},
    {"end of DATA", SmtpCommand::kEndOfData},
    {"DATA", SmtpCommand::kData},
    {"BDAT", SmtpCommand::kEndOfData},
    {"EHLO", SmtpCommand::kEhlo},
    {"HELO", SmtpCommand::kEhlo},
    {"LHLO", SmtpCommand::kEhlo},
    {"STARTTLS", SmtpCommand::kStartTls},
    {"AUTH", SmtpCommand::kAuth},
    {"RSET", SmtpCommand::kRset},
    {"final RSET", SmtpCommand::kRset},
    {"QUIT", SmtpCommand::kQuit},
});

// "lost connection with mx.example.org[192.0.2.7] while sending RCPT TO"
constexpr auto kStages = std::to_array<Phrase>({
    {"greeting", SmtpCommand::kConnect},
    {"HLO handshake", SmtpCommand::kEhlo},
    {"HELO handshake", SmtpCommand::kEhlo},
    {"MAIL FROM", SmtpCommand::kMailFrom},
    {"RCPT TO", SmtpCommand::kRcptTo},
    {"end of data", SmtpCommand::kEndOfData},
    {"DATA command", SmtpCommand::kData},
    {"message body", SmtpCommand::kData},
    {"TLS", SmtpCommand::kStartTls},
    {"SASL", SmtpCommand::kAuth},
    {"AUTH", SmtpCommand::kAuth},
    {"RSET", SmtpCommand::kRset},
    {"QUIT", SmtpCommand::kQuit},
});

// What Postfix says when DNS gave no address to connect to.
constexpr auto kDnsTexts = std::to_array<std::string_view>({
    "Host or domain name not found",
    "Host not found",
    "Name service error for name=",
    "Malformed or unexpected name server reply",
    "Malformed DNS server reply",
    "unable to look up host ",
    "unable to find primary relay for ",
    "no MX host for ",
    "TLSA lookup error for ",
});

bool SameLetter(char a, char b) noexcept {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  };
  return lower(a) == lower(b);
}

SmtpCommand CommandOfRequest(std::string_view request) noexcept {
  for (const auto& phrase : kRequests) {
    const auto head = request.substr(0, phrase.text.size());
    if (std::ranges::equal(head, phrase.text, SameLetter)) {
      return phrase.command;
    }
  }
  return SmtpCommand::kUnknown;
}

SmtpCommand CommandOfStage(std::string_view stage) noexcept {
  for (const auto& phrase : kStages) {
    if (Contains(stage, phrase.text)) return phrase.command;
  }
  return SmtpCommand::kUnknown;
}

// "name[192.0.2.7]", "name[192.0.2.7]:25:" or "name:", up to a blank.
PostfixEndpoint TakeEndpoint(std::string_view& rest) noexcept {
  auto word = TakeUntil(rest, ' ');
  while (word.ends_with(':') || word.ends_with(',')) word.remove_suffix(1);
  return SplitPostfixEndpoint(word);
}

void SetRemote(const PostfixEndpoint& remote, MtaEvent& event) noexcept {
  event.remote_host = remote.host;
  event.remote_ip = remote.ip;
}

Authority AuthorityOf(const PostfixEndpoint& server,
                      PostfixDaemon daemon) noexcept {
  const bool store = server.unix_socket || (daemon == PostfixDaemon::kLmtp &&
                                            IsOnThisMachine(server));
  return store ? Authority::kLocal : Authority::kRemote;
}

// What is left of " (in reply to " at the end of a line cut within it.
std::string_view WithoutCutTail(std::string_view reply) noexcept {
  for (auto n = std::min(kInReplyTo.size() - 1, reply.size()); n > 1; --n) {
    if (reply.ends_with(kInReplyTo.substr(0, n))) {
      return reply.substr(0, reply.size() - n);
    }
  }
  return reply;
}

// Sets the reply from "550 5.1.1 No such user (in reply to RCPT TO command)".
// Postfix never leaves the second half out, so without it the line was cut.
void SetSaid(std::string_view said, MtaEvent& event) noexcept {
  const auto tail = said.rfind(kInReplyTo);
  if (tail != kNone) {
    const auto request = said.substr(tail + kInReplyTo.size());
    event.command = CommandOfRequest(request);
    event.reply = said.substr(0, tail);
    if (!request.ends_with(')')) event.truncated = true;
    return;
  }
  if (!event.truncated) {  // the bracket that was taken for the last was not
    said = {said.data(), said.size() + 1};
    event.truncated = true;
  }
  event.reply = WithoutCutTail(said);
}

// "host mx.example.org[192.0.2.7] said: ..." or "... refused to talk to me:".
bool ParseHostSaid(std::string_view text, PostfixDaemon daemon,
                   MtaEvent& event) noexcept {
  if (!Take(text, "host ")) return false;
  const auto server = TakeEndpoint(text);
  if (Take(text, " said:")) {
    (void)Take(text, " ");
    SetSaid(text, event);
  } else if (Take(text, " refused to talk to me:")) {
    (void)Take(text, " ");
    event.command = SmtpCommand::kConnect;
    event.reply = text;
  } else {
    return false;
  }
  SetRemote(server, event);
  event.authority = AuthorityOf(server, daemon);
  return true;
}

// "TLS is required, but host mx.example.org[192.0.2.7] refused to start TLS:
// 454 ...", "... but was not offered by host ...".
bool ParseTls(std::string_view text, MtaEvent& event) noexcept {
  if (Take(text, "TLS is required, but host ")) {
    SetRemote(TakeEndpoint(text), event);
    if (Take(text, " refused to start TLS: ")) {
      event.authority = Authority::kRemote;
      event.reply = text;
    }
  } else if (!StartsWith(text, "TLS ") &&
             !StartsWith(text, "Cannot start TLS") &&
             !StartsWith(text, "Server certificate ")) {
    return false;
  }
  event.command = SmtpCommand::kStartTls;
  return true;
}

// "SASL authentication failed; server mx.example.org[192.0.2.7] said: 535 ...",
// "... cannot authenticate to server ...: no mechanism available".
bool ParseSasl(std::string_view text, MtaEvent& event) noexcept {
  if (!StartsWith(text, "SASL authentication ")) return false;
  event.command = SmtpCommand::kAuth;
  constexpr std::string_view kServer = "server ";
  const auto at = text.find(kServer);
  if (at == kNone) return true;
  text.remove_prefix(at + kServer.size());
  SetRemote(TakeEndpoint(text), event);
  if (Take(text, " said: ")) {
    event.authority = Authority::kRelay;
    event.reply = text;
  }
  return true;
}

// "connect to mx.example.org[192.0.2.7]:25: Connection timed out", and the
// sessions that broke off.
bool ParseBrokenSession(std::string_view text, MtaEvent& event) noexcept {
  const bool connect = Take(text, "connect to ");
  if (!connect && !Take(text, "lost connection with ") &&
      !Take(text, "conversation with ") &&
      !Take(text, "local data error while talking to ")) {
    return false;
  }
  SetRemote(TakeEndpoint(text), event);
  event.command = connect ? SmtpCommand::kConnect : CommandOfStage(text);
  return true;
}

// "SMTPUTF8 is required, but was not offered by host mx.example.org[...]",
// "message size 9 exceeds size limit 5 of server mx.example.org[...]".
void FindNamedServer(std::string_view text, MtaEvent& event) noexcept {
  for (const std::string_view phrase : {" by host ", " of server "}) {
    const auto at = text.rfind(phrase);
    if (at == kNone) continue;
    text.remove_prefix(at + phrase.size());
    SetRemote(TakeEndpoint(text), event);
    return;
  }
}

bool IsDns(std::string_view text) noexcept {
  for (const auto dns : kDnsTexts) {
    if (StartsWith(text, dns)) return true;
  }
  // RFC 7505: "Domain example.org does not accept mail (nullMX)"
  return StartsWith(text, "Domain ") && Contains(text, "(nullMX");
}

}  // namespace

PostfixEndpoint SplitPostfixEndpoint(std::string_view text) noexcept {
  PostfixEndpoint endpoint;
  const auto open = text.find('[');
  const auto close = open == kNone ? kNone : text.find(']', open);
  if (close == kNone) {
    endpoint.host = text;
    return endpoint;
  }
  endpoint.host = text.substr(0, open);
  const auto inside = text.substr(open + 1, close - open - 1);
  endpoint.unix_socket = Contains(inside, "/");
  if (!endpoint.unix_socket) endpoint.ip = inside;
  if (endpoint.host.empty()) endpoint.host = inside;
  auto rest = text.substr(close + 1);
  if (Take(rest, ":")) {
    const auto port = TakeNumber(rest, 65535);
    if (port > 0) endpoint.port = static_cast<std::uint16_t>(port);
  }
  return endpoint;
}

bool IsOnThisMachine(const PostfixEndpoint& endpoint) noexcept {
  return endpoint.unix_socket || StartsWith(endpoint.ip, "127.") ||
         endpoint.ip == "::1";
}

void ParsePostfixReply(std::string_view text, PostfixDaemon daemon,
                       MtaEvent& event) noexcept {
  // What the queue manager remembers of a dead destination, and how the client
  // marks a reply of a class that does not fit.
  while (Take(text, "delivery temporarily suspended: ") ||
         Take(text, "Protocol error: ")) {
  }
  event.authority = Authority::kLocal;
  event.reply = text;
  if (ParseHostSaid(text, daemon, event) || ParseBrokenSession(text, event) ||
      ParseSasl(text, event)) {
    return;
  }
  if (IsDns(text)) {
    event.authority = Authority::kDns;
  } else if (!ParseTls(text, event) || event.remote_host.empty()) {
    FindNamedServer(text, event);
  }
}

}  // namespace ricochet
