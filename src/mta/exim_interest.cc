#include "mta/exim_interest.h"

#include <array>
#include <cstddef>

#include "mta/exim_line.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

struct Words {
  std::string_view text;
  Cause cause;
};

// How lines of no message begin.
constexpr auto kOthers = std::to_array<Words>({
    {"exim ", Cause::kService},
    {"exim: ", Cause::kWarning},
    {"Start ", Cause::kService},
    {"End ", Cause::kService},
    {"daemon ", Cause::kService},
    {"Daemon ", Cause::kService},
    {"pid ", Cause::kService},
    {"cwd=", Cause::kService},
    {"queue run", Cause::kService},
    {"mua_wrapper ", Cause::kService},
    {"SMTP connection ", Cause::kConnection},
    {"SMTP call ", Cause::kConnection},
    {"SMTP command timeout ", Cause::kConnection},
    {"SMTP data timeout ", Cause::kConnection},
    {"SMTP protocol ", Cause::kConnection},
    {"SMTP syntax error ", Cause::kConnection},
    {"SMTP ", Cause::kConnection},
    {"no MAIL in ", Cause::kConnection},
    {"no host name found ", Cause::kConnection},
    {"no IP address found ", Cause::kConnection},
    {"unexpected disconnection ", Cause::kConnection},
    {"unexpected ", Cause::kConnection},
    {"refused connection ", Cause::kConnection},
    {"Connection from ", Cause::kConnection},
    {"connection from ", Cause::kConnection},
    {"host name alias list truncated ", Cause::kConnection},
    {"VRFY ", Cause::kConnection},
    {"EXPN ", Cause::kConnection},
    {"ETRN ", Cause::kConnection},
    {"ATRN ", Cause::kConnection},
    {"rejected ", Cause::kInboundReject},
    {"temporarily rejected ", Cause::kInboundReject},
    {"overlong message header ", Cause::kInboundReject},
    {"ridiculously long message header ", Cause::kInboundReject},
    {"too many ", Cause::kInboundReject},
    {"recipient verify ", Cause::kInboundReject},
    {"sender verify ", Cause::kInboundReject},
    {"TLS ", Cause::kTls},
    {"GnuTLS", Cause::kTls},
    {"OpenSSL", Cause::kTls},
    {"DANE", Cause::kTls},
    {"Warning: ", Cause::kWarning},
    {"WARNING: ", Cause::kWarning},
    {"failed to ", Cause::kWarning},
    {"Failed to ", Cause::kWarning},
    {"unable to ", Cause::kWarning},
    {"cannot ", Cause::kWarning},
    {"Cannot ", Cause::kWarning},
    {"invalid ", Cause::kWarning},
    {"Expansion of ", Cause::kWarning},
    {"expansion of ", Cause::kWarning},
    {"configured error code ", Cause::kWarning},
    {"spool directory space check ", Cause::kWarning},
    {"bind of ", Cause::kWarning},
    {"socket bind() ", Cause::kWarning},
    {"Exim configuration error", Cause::kWarning},
    {"Failed writing ", Cause::kWarning},
});

// How lines of a message begin that are no delivery.
constexpr auto kDetails = std::to_array<Words>({
    {"Frozen", Cause::kService},
    {"frozen ", Cause::kService},
    {"Unfrozen", Cause::kService},
    {"Message is frozen", Cause::kService},
    {"Message thawed", Cause::kService},
    {"thawed ", Cause::kService},
    {"removed by ", Cause::kService},
    {"cancelled by ", Cause::kService},
    {"Spool file ", Cause::kService},
    {"no immediate delivery", Cause::kService},
    {"moved from ", Cause::kService},
    {"recipient <", Cause::kService},
    {"sender address changed ", Cause::kService},
    {"original recipients ignored", Cause::kService},
    {"log string overflowed", Cause::kWarning},
    {"failed to ", Cause::kSessionDetail},
    {"unable to ", Cause::kSessionDetail},
    {"Error in ", Cause::kSessionDetail},
    {"PRDR R=", Cause::kSessionDetail},
    {"TLS ", Cause::kTls},
    {"DANE ", Cause::kTls},
    {"rejected ", Cause::kInboundReject},
    {"temporarily rejected ", Cause::kInboundReject},
    {"discarded ", Cause::kInboundReject},
    {"DKIM", Cause::kContentAction},
    {"ARC", Cause::kContentAction},
    {"malware acl condition", Cause::kContentAction},
    {"spam acl condition", Cause::kContentAction},
});

template <std::size_t N>
Cause Find(std::string_view text, const std::array<Words, N>& all) noexcept {
  for (const auto& words : all) {
    if (text.front() == words.text.front() && StartsWith(text, words.text)) {
      return words.cause;
    }
  }
  return Cause::kRemark;
}

// The part before the reason: fields, and what was done.
std::string_view HeadOf(std::string_view text) noexcept {
  return text.substr(0, text.find(": "));
}

// "H=(client.example.org) [192.0.2.7] F=<ann@example.org> rejected RCPT
// <bob@example.org>: relay not permitted", also with U= or F= first.
Cause NameClient(std::string_view text, Cause otherwise) noexcept {
  const auto head = HeadOf(text);
  for (const std::string_view done :
       {" rejected", " verify ", " dropped by ", " discarded", " closed by "}) {
    if (Contains(head, done)) return Cause::kInboundReject;
  }
  return Contains(head, " Warning") ? Cause::kWarning : otherwise;
}

bool BeginsWithClient(std::string_view text) noexcept {
  return StartsWith(text, "H=") || StartsWith(text, "U=") ||
         StartsWith(text, "F=<");
}

// What an authenticator says, whose name comes first: "plain authenticator
// failed for (client) [192.0.2.7]: 535 Incorrect authentication data".
bool IsAuthenticator(std::string_view text) noexcept {
  (void)TakeUntil(text, ' ');
  return StartsWith(text, " authenticator ");
}

}  // namespace

Cause NameEximDetail(std::string_view text) noexcept {
  if (text.empty()) return Cause::kRemark;
  if (BeginsWithEximFlag(text)) return Cause::kBadSyntax;
  // Of the next host tried, or of the client that sent the message.
  if (BeginsWithClient(text)) return NameClient(text, Cause::kSessionDetail);
  if (text.ends_with(": error ignored")) return Cause::kService;
  if (IsAuthenticator(text)) return Cause::kSessionDetail;
  return Find(text, kDetails);
}

Cause NameEximOther(std::string_view text) noexcept {
  if (text.empty()) return Cause::kEmpty;
  if (BeginsWithClient(text)) return NameClient(text, Cause::kConnection);
  if (IsAuthenticator(text)) return Cause::kInboundReject;
  if (text.front() == '[' && Contains(text, "] SSL verify error")) {
    return Cause::kTls;
  }
  return Find(text, kOthers);
}

bool IsRejectedHeader(std::string_view text) noexcept {
  if (text.starts_with('\t') || StartsWith(text, "Envelope-")) return true;
  if (text.size() < 4 || text[1] != ' ') return false;
  const char type = text[0];
  if (type != ' ' && type != '*' && !(type >= 'A' && type <= 'Z')) return false;
  text.remove_prefix(2);
  std::size_t n = 0;
  while (n < text.size() && (IsAlnum(text[n]) || text[n] == '-')) ++n;
  return n > 0 && n < text.size() && text[n] == ':';
}

}  // namespace ricochet
