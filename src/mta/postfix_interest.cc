#include "mta/postfix_interest.h"

#include <array>
#include <span>

#include "mta/scan.h"

namespace ricochet {
namespace {

// What smtp and lmtp log with the queue id when they go on to the next server,
// in the words of a reply; and what they and local remark on their way.
constexpr auto kSessionDetails = std::to_array<std::string_view>({
    "host ",
    "connect to ",
    "lost connection with ",
    "conversation with ",
    "local data error while talking to ",
    "Protocol error: ",
    "delivery temporarily suspended: ",
    "Host or domain name not found",
    "Host not found",
    "Name service error for ",
    "Malformed or unexpected name server reply",
    "Malformed DNS server reply",
    "unable to look up host ",
    "unable to find primary relay for ",
    "no MX host for ",
    "mail for ",
    "message size ",
    "SMTPUTF8 is required",
    "REQUIRETLS is required",
    "TLS is required",
    "Cannot start TLS",
    "Server certificate ",
    "SASL authentication ",
    "all network protocols are disabled",
    "network address conversion failed",
    "address resolver failure",
    "breaking line > ",
    "enabling PIX ",
    "disabling PIX ",
    "non-ESMTP response ",
    "non-LMTP response ",
    "server dropped connection ",
    "alias database loop ",
    "address with illegal extension",
});

// What any daemon logs about itself, and what qmgr and cleanup say of a message
// without telling anything about it. "> " and "< ": debug_peer_list.
constexpr auto kServices = std::to_array<std::string_view>({
    "table ",
    "terminating on signal",
    "daemon started",
    "reload",
    "refreshing ",
    "starting ",
    "stopping ",
    "skipped, still being delivered",
    "skipping further client input",
    "> ",
    "< ",
});

constexpr auto kTlsMarks = std::to_array<std::string_view>(
    {"TLS", "SSL", "ertificate", "subject_CN=", "fingerprint", "DANE"});

constexpr auto kLevels = std::to_array<std::string_view>(
    {"warning: ", "error: ", "fatal: ", "panic: "});

constexpr auto kConnections = std::to_array<std::string_view>({
    "connect from ",
    "disconnect from ",
    "lost connection after ",
    "timeout after ",
    "too many errors after ",
    "improper command pipelining after ",
    "client=",
    "idle timeout",
});

// access(5), header_checks(5), smtpd_proxy_filter and milters.
constexpr auto kActions = std::to_array<std::string_view>({
    "hold",    "discard",    "filter", "redirect",        "warn",
    "warning", "info",       "permit", "prepend",         "replace",
    "bcc",     "delay",      "accept", "strip",           "ignore",
    "dunno",   "quarantine", "add",    "defer_if_permit", "defer_if_reject",
    "pass",    "tempfail",
});

// Prefixes, and the octets that one of them begins with: most texts begin with
// another, and need no comparison.
template <std::size_t N>
struct Prefixes {
  constexpr explicit Prefixes(const std::array<std::string_view, N>& all)
      : list(all) {
    for (const auto prefix : all) {
      first[static_cast<unsigned char>(prefix[0])] = true;
    }
  }
  std::array<std::string_view, N> list;
  std::array<bool, 256> first{};
};

template <std::size_t N>
bool BeginsWithAny(std::string_view text,
                   const Prefixes<N>& prefixes) noexcept {
  if (text.empty() || !prefixes.first[static_cast<unsigned char>(text[0])]) {
    return false;
  }
  for (const auto prefix : prefixes.list) {
    if (text[0] == prefix[0] && StartsWith(text, prefix)) return true;
  }
  return false;
}

constexpr Prefixes kSessionDetailSet(kSessionDetails);
constexpr Prefixes kServiceSet(kServices);
constexpr Prefixes kLevelSet(kLevels);
constexpr Prefixes kConnectionSet(kConnections);

bool ContainsAny(std::string_view text,
                 std::span<const std::string_view> parts) noexcept {
  for (const auto part : parts) {
    if (Contains(text, part)) return true;
  }
  return false;
}

}  // namespace

bool IsPostfixWarning(std::string_view rest) noexcept {
  return BeginsWithAny(rest, kLevelSet);
}

Cause NameDeliveryDetail(std::string_view rest) noexcept {
  if (BeginsWithAny(rest, kSessionDetailSet)) return Cause::kSessionDetail;
  if (Contains(rest, "status=") || Contains(rest, "from=<")) {
    return Cause::kBadSyntax;
  }
  if (BeginsWithAny(rest, kServiceSet)) return Cause::kService;
  return ContainsAny(rest, kTlsMarks) ? Cause::kTls : Cause::kBadSyntax;
}

Cause NameInboundAction(std::string_view rest) noexcept {
  auto action = rest.substr(0, rest.find(':'));
  if (action.size() == rest.size()) return Cause::kBadSyntax;
  if (Take(action, "milter-") || Take(action, "proxy-")) {
    return StartsWith(action, "reject") ? Cause::kInboundReject
                                        : Cause::kContentAction;
  }
  if (action == "reject" || action == "reject_warning") {
    return Cause::kInboundReject;
  }
  for (const auto known : kActions) {
    if (action == known) return Cause::kContentAction;
  }
  return Cause::kBadSyntax;
}

Cause NameOther(std::string_view rest, PostfixDaemon daemon) noexcept {
  if (BeginsWithAny(rest, kConnectionSet)) return Cause::kConnection;
  if (const auto cause = NameInboundAction(rest); cause != Cause::kBadSyntax) {
    return cause;
  }
  if (daemon != PostfixDaemon::kUnknown &&
      (Contains(rest, "status=") || Contains(rest, "from=<"))) {
    return Cause::kBadSyntax;
  }
  switch (daemon) {
    case PostfixDaemon::kStatistics:
      return Cause::kStatistics;
    case PostfixDaemon::kTls:
      return Cause::kTls;
    case PostfixDaemon::kPostscreen:
      return Cause::kConnection;
    case PostfixDaemon::kSmtpd:
      return ContainsAny(rest, kTlsMarks) ? Cause::kTls : Cause::kService;
    default:
      return Cause::kService;
  }
}

}  // namespace ricochet
