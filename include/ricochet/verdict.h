#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ricochet/smtp.h"

namespace ricochet {

// Would the same attempt ever succeed?
enum class Permanence : std::uint8_t { kNone, kPermanent, kTransient };
inline constexpr std::array<std::string_view, 3> kPermanenceNames = {
    "", "permanent", "transient"};

// Who has to change something?
enum class Fault : std::uint8_t {
  kNone,
  kRecipient,
  kDomain,
  kReceiver,
  kSender,
  kContent,
  kUnknown
};
inline constexpr std::array<std::string_view, 7> kFaultNames = {
    "", "recipient", "domain", "receiver", "sender", "content", "unknown"};

// Which bounce rate does it count in?
enum class Kind : std::uint8_t {
  kDelivered,
  kHard,
  kSoft,
  kBlock,
  kAdmin,
  kUndetermined,  // no rule decided
  kNone,          // not a bounce
};
inline constexpr std::array<std::string_view, 7> kKindNames = {
    "delivered", "hard", "soft", "block", "admin", "undetermined", "none"};

// What happened: one closed list; a metric label and an API. The defaults are
// overridden by a rule, or by the reply's own class, where docs/verdicts.md
// allows. `sparkpost` is SparkPost's bounce classification code for the reason.
// X(enumerator, name, permanence, fault, kind, sparkpost)
// clang-format off
#define RICOCHET_REASONS(X)                                                       \
  X(kNone, "", kNone, kNone, kNone, 0)                                            \
  X(kDelivered, "delivered", kNone, kNone, kDelivered, 0)                         \
  X(kUserUnknown, "user_unknown", kPermanent, kRecipient, kHard, 10)              \
  X(kMailboxDisabled, "mailbox_disabled", kPermanent, kRecipient, kHard, 10)      \
  X(kMailboxMoved, "mailbox_moved", kPermanent, kRecipient, kHard, 10)            \
  X(kAddressSyntax, "address_syntax", kPermanent, kRecipient, kHard, 10)          \
  X(kMailboxFull, "mailbox_full", kTransient, kRecipient, kSoft, 22)              \
  X(kRecipientRestricted, "recipient_restricted", kPermanent, kRecipient, kSoft, 50) \
  X(kRecipientRateLimited, "recipient_rate_limited", kTransient, kRecipient, kSoft, 20) \
  X(kDomainNotFound, "domain_not_found", kPermanent, kDomain, kHard, 10)          \
  X(kDomainNoMail, "domain_no_mail", kPermanent, kDomain, kHard, 10)              \
  X(kDnsFailure, "dns_failure", kTransient, kDomain, kSoft, 21)                   \
  X(kRelayDenied, "relay_denied", kPermanent, kDomain, kBlock, 54)                \
  X(kRoutingLoop, "routing_loop", kPermanent, kDomain, kSoft, 20)                 \
  X(kNoAnswer, "no_answer", kTransient, kReceiver, kSoft, 20)                     \
  X(kConnectionLost, "connection_lost", kTransient, kReceiver, kSoft, 20)         \
  X(kReceiverUnavailable, "receiver_unavailable", kTransient, kReceiver, kSoft, 20) \
  X(kReceiverFull, "receiver_full", kTransient, kReceiver, kSoft, 20)             \
  X(kReceiverError, "receiver_error", kTransient, kReceiver, kSoft, 20)           \
  X(kGreylisted, "greylisted", kTransient, kReceiver, kSoft, 20)                  \
  X(kTlsFailure, "tls_failure", kTransient, kReceiver, kSoft, 20)                 \
  X(kRateLimited, "rate_limited", kTransient, kSender, kSoft, 20)                 \
  X(kTooManyConnections, "too_many_connections", kTransient, kSender, kSoft, 20)  \
  X(kIpReputation, "ip_reputation", kPermanent, kSender, kBlock, 51)              \
  X(kDomainReputation, "domain_reputation", kPermanent, kSender, kBlock, 51)      \
  X(kBlocklisted, "blocklisted", kPermanent, kSender, kBlock, 51)                 \
  X(kSpfFailed, "spf_failed", kPermanent, kSender, kBlock, 50)                    \
  X(kDkimFailed, "dkim_failed", kPermanent, kSender, kBlock, 50)                  \
  X(kDmarcFailed, "dmarc_failed", kPermanent, kSender, kBlock, 50)                \
  X(kAuthenticationFailed, "authentication_failed", kPermanent, kSender, kBlock, 50) \
  X(kReverseDns, "reverse_dns", kPermanent, kSender, kBlock, 50)                  \
  X(kSenderRejected, "sender_rejected", kPermanent, kSender, kBlock, 50)          \
  X(kSmtpAuthRequired, "smtp_auth_required", kPermanent, kSender, kAdmin, 25)     \
  X(kSpamContent, "spam_content", kPermanent, kContent, kBlock, 52)               \
  X(kPhishingContent, "phishing_content", kPermanent, kContent, kBlock, 52)       \
  X(kVirus, "virus", kPermanent, kContent, kBlock, 53)                            \
  X(kContentRejected, "content_rejected", kPermanent, kContent, kBlock, 53)       \
  X(kMessageTooLarge, "message_too_large", kPermanent, kContent, kSoft, 23)       \
  X(kMessageFormat, "message_format", kPermanent, kContent, kSoft, 20)            \
  X(kTooManyRecipients, "too_many_recipients", kTransient, kContent, kSoft, 20)   \
  X(kPolicyRejected, "policy_rejected", kPermanent, kUnknown, kBlock, 50)         \
  X(kProtocolError, "protocol_error", kPermanent, kSender, kSoft, 20)             \
  X(kExpired, "expired", kPermanent, kUnknown, kUndetermined, 24)                 \
  X(kSuppressedUpstream, "suppressed_upstream", kPermanent, kRecipient, kAdmin, 25) \
  X(kComplaint, "complaint", kPermanent, kRecipient, kNone, 0)                    \
  X(kUnsubscribed, "unsubscribed", kPermanent, kRecipient, kNone, 90)             \
  X(kAutoReply, "auto_reply", kNone, kNone, kNone, 60)                            \
  X(kUnclassified, "unclassified", kTransient, kUnknown, kUndetermined, 1)
// clang-format on

enum class Reason : std::uint8_t {
#define X(enumerator, ...) enumerator,
  RICOCHET_REASONS(X)
#undef X
};

struct ReasonInfo {
  std::string_view name;
  Permanence permanence;
  Fault fault;
  Kind kind;
  std::uint8_t sparkpost_code;  // 0: SparkPost has none
};

inline constexpr auto kReasons = std::to_array<ReasonInfo>({
#define X(enumerator, name, permanence, fault, kind, sparkpost) \
  {name, Permanence::permanence, Fault::fault, Kind::kind, sparkpost},
    RICOCHET_REASONS(X)
#undef X
});

[[nodiscard]] constexpr const ReasonInfo& Info(Reason reason) noexcept {
  return kReasons[static_cast<std::size_t>(reason)];
}

// Which kind of evidence decided, most specific first.
enum class DecidedBy : std::uint8_t {
  kProviderRule,
  kTextRule,
  kEnhancedCode,
  kReplyCode,
  kNone
};
inline constexpr std::array<std::string_view, 5> kDecidedByNames = {
    "provider_rule", "text_rule", "enhanced_code", "reply_code", "none"};

// Index into RuleBook::providers(). 0 is "other": not a known provider.
using ProviderId = std::uint8_t;
inline constexpr ProviderId kOtherProvider = 0;
inline constexpr std::size_t kMaxProviders = 64;

// What a reply means. A pure function of (provider, authority, command, reply
// code, enhanced code, text) and the rules.
struct Verdict {
  Reason reason = Reason::kUnclassified;
  // Of an `expired` outcome: the reason of the recipient's last reply.
  Reason last_reason = Reason::kNone;
  Permanence permanence = Permanence::kTransient;
  Fault fault = Fault::kUnknown;
  Kind kind = Kind::kUndetermined;
  Authority authority = Authority::kRemote;
  DecidedBy decided_by = DecidedBy::kNone;
  ProviderId provider = kOtherProvider;
  // Reply code, enhanced code and text point to different classes.
  bool disagreement = false;
  // The winning rule's id, or empty. Interned: lives as long as the process.
  std::string_view rule;
};

}  // namespace ricochet
