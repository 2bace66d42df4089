#include "mta/sendmail_interest.h"

#include <array>

#include "mta/scan.h"

namespace ricochet {
namespace {

struct Words {
  std::string_view text;
  Cause cause;
};

// How a line begins.
constexpr auto kBeginnings = std::to_array<Words>({
    {"SYSERR", Cause::kWarning},
    {"WARNING", Cause::kWarning},
    {"Warning", Cause::kWarning},
    {"warning", Cause::kWarning},
    {"error", Cause::kWarning},
    {"Losing ", Cause::kWarning},
    {"Saved message in ", Cause::kWarning},
    {"setsender: ", Cause::kWarning},
    {"gethostbyaddr", Cause::kWarning},
    {"hash map ", Cause::kWarning},
    {"cannot ", Cause::kWarning},
    {"forward ", Cause::kWarning},
    {"STARTTLS", Cause::kTls},
    {"TLS", Cause::kTls},
    {"tls_", Cause::kTls},
    {"SSL", Cause::kTls},
    {"AUTH=client", Cause::kSessionDetail},
    {"AUTH", Cause::kConnection},
    {"ruleset=check_", Cause::kInboundReject},
    {"ruleset=", Cause::kSessionDetail},
    {"collect: ", Cause::kConnection},
    {"timeout waiting for input ", Cause::kConnection},
    {"lost input channel ", Cause::kConnection},
    {"lost connection ", Cause::kConnection},
    {"connect from ", Cause::kConnection},
    {"SMTP connect from ", Cause::kConnection},
    {"Null connection from ", Cause::kConnection},
    {"rejecting commands from ", Cause::kConnection},
    {"SMTP outgoing connect ", Cause::kSessionDetail},
    {"makeconnection ", Cause::kSessionDetail},
    {"--- ", Cause::kSessionDetail},
    {"<-- ", Cause::kSessionDetail},
    {"--> ", Cause::kSessionDetail},
    {"alias database ", Cause::kService},
    {"alias ", Cause::kInternalHop},
    {"clone", Cause::kInternalHop},
    {"split", Cause::kInternalHop},
    {"owner", Cause::kInternalHop},
    {"discarded", Cause::kContentAction},
    {"discard", Cause::kContentAction},
    {"quarantine", Cause::kContentAction},
    {"Dropped invalid ", Cause::kContentAction},
    {"Truncated ", Cause::kContentAction},
    {"Fixed ", Cause::kContentAction},
    {"starting daemon", Cause::kService},
    {"stopping daemon", Cause::kService},
    {"restarting ", Cause::kService},
    {"started as: ", Cause::kService},
    {"rejecting connections on daemon ", Cause::kService},
    {"accepting connections again ", Cause::kService},
    {"daemon ", Cause::kService},
    {"runqueue: ", Cause::kService},
    {"grew WorkList ", Cause::kService},
    {"queueup, ", Cause::kService},
    {"unlock", Cause::kService},
    {"dropenvelope, ", Cause::kService},
    {"My unqualified host name ", Cause::kService},
    {"unable to qualify my own domain name ", Cause::kService},
    {"/", Cause::kService},  // "/etc/mail/aliases: 13 aliases, ..."
});

// What stands anywhere in it.
constexpr auto kMarks = std::to_array<Words>({
    {"did not issue MAIL/", Cause::kConnection},
    {"probable open proxy", Cause::kConnection},
    {"possible SMTP attack", Cause::kConnection},
    {" [pre-greeting traffic", Cause::kConnection},
    {"Connection rate limit exceeded", Cause::kInboundReject},
    {"Too many open connections", Cause::kInboundReject},
    {"Authentication-Warning: ", Cause::kWarning},
    {", reject=", Cause::kInboundReject},
    {"... User unknown", Cause::kInboundReject},
    {"... Relaying denied", Cause::kInboundReject},
    {"... No such user", Cause::kInboundReject},
    {" tempfailed", Cause::kInboundReject},
});

// "Milter: data, reject=550 ...", "Milter (name): init success", "Milter add:
// header: ...", "milter=name, action=rcpt, reject=...".
Cause NameMilter(std::string_view rest) noexcept {
  return Contains(rest, "reject=") || Contains(rest, "tempfail")
             ? Cause::kInboundReject
             : Cause::kContentAction;
}

}  // namespace

Cause NameSendmailDetail(std::string_view rest) noexcept {
  if (StartsWith(rest, "Milter") || StartsWith(rest, "milter")) {
    return NameMilter(rest);
  }
  for (const auto& words : kBeginnings) {
    if (StartsWith(rest, words.text)) return words.cause;
  }
  for (const auto& words : kMarks) {
    if (Contains(rest, words.text)) return words.cause;
  }
  return Cause::kBadSyntax;
}

}  // namespace ricochet
