#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ricochet {

// Every input line has exactly one fate:
//   lines in = emitted + absorbed + ignored + dead-lettered.
enum class Fate : std::uint8_t {
  kEmitted,       // gave at least one delivery event
  kAbsorbed,      // changed what we know about a message; no event
  kIgnored,       // recognised, and of no interest
  kDeadLettered,  // not understood; its bytes go to mail.dead-letters
};
inline constexpr std::array<std::string_view, 4> kFateNames = {
    "emitted", "absorbed", "ignored", "dead_lettered"};

// Why a line had its fate. A closed list: `cause` is a metric label.
// X(enumerator, name, fate)
// clang-format off
#define RICOCHET_CAUSES(X)                                                  \
  /* emitted */                                                             \
  X(kAttempt, "attempt", kEmitted)        /* one try for one recipient */   \
  X(kExpiry, "expiry", kEmitted)          /* gave up on a message */        \
  X(kReport, "report", kEmitted)          /* a DSN or complaint by mail */  \
  /* absorbed: facts about a message */                                     \
  X(kClient, "client", kAbsorbed)         /* smtpd accepted a message */    \
  X(kSubmission, "submission", kAbsorbed) /* pickup: local submission */    \
  X(kMessageId, "message_id", kAbsorbed)                                    \
  X(kHeader, "header", kAbsorbed)         /* a header logged by cleanup */  \
  X(kQueued, "queued", kAbsorbed)         /* sender, size, recipients */    \
  X(kRemoved, "removed", kAbsorbed)                                         \
  X(kNotification, "notification", kAbsorbed) /* a bounce was sent */       \
  X(kExpiryUnknown, "expiry_unknown", kAbsorbed)                            \
      /* gave up on a message whose recipients were never seen */           \
  X(kProbe, "probe", kAbsorbed)                                             \
      /* an address verification probe's verdict: no mail was delivered */  \
  X(kDialogue, "dialogue", kAbsorbed)     /* a line of an SMTP session */   \
  X(kColumns, "columns", kAbsorbed)       /* a CSV header: what columns */  \
  /* ignored */                                                             \
  X(kEmpty, "empty", kIgnored)                                              \
  X(kInboundReject, "inbound_reject", kIgnored)                             \
  X(kConnection, "connection", kIgnored)  /* connect, disconnect, timeouts */\
  X(kSessionDetail, "session_detail", kIgnored)                             \
      /* an unsuccessful host or reply within an attempt that goes on */    \
  X(kTls, "tls", kIgnored)                                                  \
  X(kStatistics, "statistics", kIgnored)                                    \
  X(kWarning, "warning", kIgnored)        /* and error, fatal, panic */     \
  X(kContentAction, "content_action", kIgnored)                             \
      /* cleanup or milter held, discarded, changed an incoming mail */     \
  X(kService, "service", kIgnored)        /* start, stop, reload, debug */  \
  X(kRetryNotReached, "retry_not_reached", kIgnored)                        \
      /* not tried, since its time had not come */                          \
  X(kInternalHop, "internal_hop", kIgnored)                                 \
      /* within the system: submission, resolution, transfer, expansion */  \
  X(kFeedback, "feedback", kIgnored)                                        \
      /* a report of no failure, or one that does not say of whom */        \
  X(kRemark, "remark", kIgnored)                                            \
      /* what the administrator has the MTA write: Exim's logwrite */       \
  X(kForeignProgram, "foreign_program", kIgnored)                           \
  X(kOutOfRange, "out_of_range", kIgnored) /* outside --since/--until */    \
  /* dead-lettered; the names are Reject's */                               \
  X(kDecode, "decode", kDeadLettered)                                       \
  X(kOversize, "oversize", kDeadLettered)                                   \
  X(kUnknownFormat, "unknown_format", kDeadLettered)                        \
  X(kUnknownLayout, "unknown_layout", kDeadLettered)                        \
  X(kBadSyntax, "bad_syntax", kDeadLettered)                                \
  X(kContinuation, "continuation", kDeadLettered)                           \
  X(kRejectedByBroker, "rejected_by_broker", kDeadLettered)
// clang-format on

enum class Cause : std::uint8_t {
#define X(enumerator, name, fate) enumerator,
  RICOCHET_CAUSES(X)
#undef X
};

struct CauseInfo {
  std::string_view name;
  Fate fate;
};

inline constexpr auto kCauses = std::to_array<CauseInfo>({
#define X(enumerator, name, fate) {name, Fate::fate},
    RICOCHET_CAUSES(X)
#undef X
});

[[nodiscard]] constexpr std::string_view Name(Cause cause) noexcept {
  return kCauses[static_cast<std::size_t>(cause)].name;
}
[[nodiscard]] constexpr Fate FateOf(Cause cause) noexcept {
  return kCauses[static_cast<std::size_t>(cause)].fate;
}

// Why input went to mail.dead-letters: one byte, so that rejecting a line
// allocates nothing.
enum class Reject : std::uint8_t {
  kDecode = static_cast<std::uint8_t>(Cause::kDecode),
  kOversize = static_cast<std::uint8_t>(Cause::kOversize),
  kUnknownFormat = static_cast<std::uint8_t>(Cause::kUnknownFormat),
  kUnknownLayout = static_cast<std::uint8_t>(Cause::kUnknownLayout),
  kBadSyntax = static_cast<std::uint8_t>(Cause::kBadSyntax),
  kContinuation = static_cast<std::uint8_t>(Cause::kContinuation),
  kRejectedByBroker = static_cast<std::uint8_t>(Cause::kRejectedByBroker),
};

[[nodiscard]] constexpr Cause CauseOf(Reject reject) noexcept {
  return static_cast<Cause>(reject);
}
[[nodiscard]] constexpr std::string_view Name(Reject reject) noexcept {
  return Name(CauseOf(reject));
}

}  // namespace ricochet
