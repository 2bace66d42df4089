#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ricochet/fate.h"
#include "ricochet/smtp.h"

namespace ricochet {

enum class Mta : std::uint8_t {
  kUnknown,
  kPostfix,
  kExim,
  kExchange,
  kSendmail,
  kPowerMta,
  kKumoMta
};
inline constexpr std::array<std::string_view, 7> kMtaNames = {
    "unknown",  "postfix",  "exim",   "exchange",
    "sendmail", "powermta", "kumomta"};

// What became of one attempt, or of a message.
enum class Outcome : std::uint8_t {
  kDelivered,
  kDeferred,
  kBounced,
  kExpired,
  kComplaint,
  kUnsubscribed
};
inline constexpr std::array<std::string_view, 6> kOutcomeNames = {
    "delivered", "deferred", "bounced", "expired", "complaint", "unsubscribed"};

// One fact that a log line tells about a message, in no MTA's own terms.
// Only the fields named beside a kind are set; all views die with the LogLine
// it was parsed from (or the parser's next call, for unescaped text).
struct MtaEvent {
  enum class Kind : std::uint8_t {
    kAccepted,      // a message entered the queue (smtpd client=, pickup)
    kMessageId,     // message_id
    kHeader,        // header_name, header_value: a header logged by the MTA
    kQueued,        // sender, size, recipients: the message became active
    kAttempt,       // outcome and everything from `recipient` down
    kExpired,       // gave up; names no recipient
    kNotification,  // a bounce for this message was queued as `other_id`
    kRemoved,       // the message left the queue
    kReceived,      // all of an arrival in one line: kAccepted, kMessageId and
                    // kQueued together
    kDialogue,      // a line of an SMTP session's log: `step`, `dialogue`
  };
  // What a line of a session's log is: Exchange's + - > < and *.
  enum class Step : std::uint8_t {
    kConnected,
    kDisconnected,
    kSent,   // a command of ours
    kHeard,  // a line of the server's reply
    kNote,
  };

  Kind kind = Kind::kAttempt;
  Mta mta = Mta::kUnknown;
  Cause cause = Cause::kAttempt;  // what the line counts as
  std::string_view queue_id;  // or what else identifies the message, or session
  std::string_view instance;  // "postfix-mx"; empty: not logged
  std::string_view service;   // "submission", "smtp-pool1"; empty: none
  std::string_view daemon;    // "smtp", "local", "qmgr"

  std::string_view sender;  // without brackets; empty with has_sender: "<>"
  bool has_sender = false;
  std::string_view message_id;  // with its brackets, as logged
  std::string_view header_name;
  std::string_view header_value;
  std::int64_t size = -1;        // octets; -1: not logged
  std::int32_t recipients = -1;  // of the message; -1: not logged
  std::string_view other_id;     // queue id of a message made from this one

  std::string_view recipient;           // without brackets
  std::string_view original_recipient;  // empty: the same
  Outcome outcome = Outcome::kDelivered;
  std::string_view relay_host;  // next hop as logged; empty: none
  std::string_view relay_ip;
  std::uint16_t relay_port = 0;
  // The host whose words `reply` are, when the line names one; may differ
  // from the relay.
  std::string_view remote_host;
  std::string_view remote_ip;
  EnhancedCode dsn;     // the MTA's own status of the attempt
  double delay_s = -1;  // since arrival; -1: not logged
  // Before the queue manager, in it, connecting, transmitting; -1: not logged.
  std::array<float, 4> delays_s = {-1, -1, -1, -1};
  Authority authority = Authority::kRemote;
  SmtpCommand command = SmtpCommand::kUnknown;
  // The server's reply, or the MTA's own explanation; codes included.
  std::string_view reply;
  // "forwarded as <other_id>": alias expansion, not a delivery.
  bool forwarded = false;
  // The line ends within the reply.
  bool truncated = false;

  // What only some formats log. ResetMessage() empties these too.

  // The record tells all that is known of its message: sender, size and
  // message_id of this event hold, and no line says that the message is gone.
  bool self_contained = false;
  // Given up without a try: `reply` says why, and an earlier try's reply, where
  // one is known, says more.
  bool untried = false;
  // What tells messages apart where no queue_id is logged; for the correlator
  // alone.
  std::string_view message_key;
  // Came by mail after the delivery: a DSN (RFC 3464), or a complaint or wish
  // to be left alone (ARF, RFC 5965). No try of ours.
  bool report = false;
  std::uint32_t attempt = 0;   // 1 for the first; 0: not logged
  std::string_view time_text;  // the stamp, when it is not the line's first
                               // words
  std::string_view egress;     // the sending address or pool, where logged
  // What the line has for further recipients; the format's NextRecipient()
  // takes from them.
  std::string_view more_recipients;
  std::string_view more_replies;
  Step step = Step::kNote;  // with kDialogue
  std::string_view dialogue;

  // Each view is cleared by itself: of "a = b = {}" GCC copies b in one load
  // that waits for the two stores before it.

  // Forgets what an earlier line told of its message.
  void ResetMessage() noexcept {
    sender = {};
    message_id = {};
    header_name = {};
    header_value = {};
    other_id = {};
    has_sender = false;
    size = -1;
    recipients = -1;
    ResetRest();
  }
  void ResetRest() noexcept {
    self_contained = untried = report = false;
    attempt = 0;
    message_key = {};
    time_text = {};
    egress = {};
    more_recipients = {};
    more_replies = {};
    dialogue = {};
    step = Step::kNote;
  }
  // And of its attempt, but for the outcome and `truncated`.
  void ResetAttempt() noexcept {
    recipient = {};
    original_recipient = {};
    relay_host = {};
    relay_ip = {};
    remote_host = {};
    remote_ip = {};
    reply = {};
    relay_port = 0;
    dsn = {};
    delay_s = -1;
    delays_s = {-1, -1, -1, -1};
    authority = Authority::kRemote;
    command = SmtpCommand::kUnknown;
    forwarded = false;
  }
};

}  // namespace ricochet
