#include "mta/postfix.h"

#include <bit>
#include <cstddef>
#include <cstdint>

#include "mta/postfix_delivery.h"
#include "mta/postfix_interest.h"
#include "mta/postfix_program.h"
#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

using Kind = MtaEvent::Kind;
using What = ParseResult::What;
using Daemon = PostfixDaemon;

constexpr std::size_t kMaxQueueId = 32;
constexpr std::string_view kNoQueue = "NOQUEUE";

ParseResult Ignored(Cause cause) noexcept {
  return {What::kIgnored, cause, Mta::kPostfix};
}

// A name for a line of no interest, or kBadSyntax.
ParseResult Uneventful(Cause cause) noexcept {
  return {cause == Cause::kBadSyntax ? What::kRejected : What::kIgnored, cause,
          Mta::kPostfix};
}

ParseResult Event(MtaEvent& event, Kind kind, Cause cause) noexcept {
  event.kind = kind;
  event.cause = cause;
  return {What::kEvent, cause, Mta::kPostfix};
}

// How many of the first octets are letters or digits; and is one of those a
// digit or a capital?
struct Identifier {
  std::size_t size = 0;
  bool marked = false;
};
Identifier ScanIdentifier(std::string_view text) noexcept {
  Identifier read;
  for (; read.size + 16 <= text.size(); read.size += 16) {
    const Sixteen octets(text.data() + read.size);
    const unsigned marks = octets.In('0', '9') | octets.In('A', 'Z');
    const unsigned others = ~(marks | octets.In('a', 'z'));
    const auto taken = static_cast<unsigned>(std::countr_zero(others));
    if ((marks & ((1U << taken) - 1)) != 0) read.marked = true;
    if (taken < 16) return {read.size + taken, read.marked};
    if (read.size > kMaxQueueId) return read;
  }
  for (; read.size < text.size() && IsAlnum(text[read.size]); ++read.size) {
    if (text[read.size] < 'a') read.marked = true;
  }
  return read;
}

// Takes "4F1C2T: " off the front: 5 to about 20 hexadecimal digits, or letters
// and digits with enable_long_queue_ids. At least one is a digit or a capital,
// which tells an id from words such as "warning:". Empty: there is none.
std::string_view TakeQueueId(std::string_view& rest) noexcept {
  const auto [size, marked] = ScanIdentifier(rest);
  if (size < 4 || size > kMaxQueueId || size + 1 >= rest.size() || !marked ||
      rest[size] != ':' || rest[size + 1] != ' ') {
    return {};
  }
  const auto id = rest.substr(0, size);
  if (Is(id, kNoQueue)) return {};
  rest.remove_prefix(size + 2);
  return id;
}

// "from=<a@b>, size=123, nrcpt=1 (queue active)"
bool TakeQueued(std::string_view rest, MtaEvent& event) noexcept {
  if (!Take(rest, ", size=")) return false;
  event.size = TakeNumber(rest, INT64_MAX);
  if (!Take(rest, ", nrcpt=")) return false;
  event.recipients = static_cast<std::int32_t>(TakeNumber(rest, INT32_MAX));
  return StartsWith(rest, " (");
}

ParseResult ParseQmgr(std::string_view rest, MtaEvent& event) noexcept {
  if (Is(rest, "removed")) return Event(event, Kind::kRemoved, Cause::kRemoved);
  if (Take(rest, "from=")) {
    if (!TakePostfixAddress(rest, event.sender, ", size=", ", status=")) {
      return Uneventful(Cause::kBadSyntax);
    }
    event.has_sender = true;
    if (TakeQueued(rest, event)) {
      return Event(event, Kind::kQueued, Cause::kQueued);
    }
    if (StartsWith(rest, ", status=expired") ||
        StartsWith(rest, ", status=force-expired")) {
      event.ResetAttempt();
      return Event(event, Kind::kExpired, Cause::kExpiry);
    }
    return Uneventful(Cause::kBadSyntax);
  }
  return Uneventful(NameDeliveryDetail(rest));
}

// "header Subject: Hello from mx.example.org[192.0.2.7]; from=<a@b> to=<c@d>
// proto=ESMTP helo=<e>: text". The value is the sender's to choose, so the end
// is found from behind.
bool TakeHeader(std::string_view rest, MtaEvent& event) noexcept {
  if (!Take(rest, "header ")) return false;
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  event.header_name = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  (void)Take(rest, " ");
  auto value = rest.substr(0, rest.rfind("; from=<"));
  const auto client = value.rfind(" from ");
  if (client != std::string_view::npos) {
    const auto word = value.substr(client + 6);
    if (value.size() < rest.size() || Contains(word, "[")) {
      value = value.substr(0, client);
    }
  }
  event.header_value = value;
  return true;
}

ParseResult ParseCleanup(std::string_view rest, MtaEvent& event) noexcept {
  if (Take(rest, "message-id=") || Take(rest, "resent-message-id=")) {
    event.message_id = rest;
    return Event(event, Kind::kMessageId, Cause::kMessageId);
  }
  auto info = rest;
  if (Take(info, "info: ") && TakeHeader(info, event)) {
    return Event(event, Kind::kHeader, Cause::kHeader);
  }
  const auto action = NameInboundAction(rest);
  if (action != Cause::kBadSyntax) return Ignored(action);
  return Uneventful(NameDeliveryDetail(rest));
}

// "uid=0 from=<bob>", and " orig_id=..." of a message that was requeued.
ParseResult ParsePickup(std::string_view rest, MtaEvent& event) noexcept {
  const auto from = rest.find(" from=<");
  if (!StartsWith(rest, "uid=") || from == std::string_view::npos) {
    return Uneventful(NameDeliveryDetail(rest));
  }
  rest.remove_prefix(from + 7);
  const auto end = rest.rfind('>');
  if (end == std::string_view::npos) return Uneventful(Cause::kBadSyntax);
  event.sender = rest.substr(0, end);
  event.has_sender = true;
  return Event(event, Kind::kAccepted, Cause::kSubmission);
}

// "sender non-delivery notification: 4F1C2T", also "postmaster", "delay", and
// "delivery status".
ParseResult ParseBounce(std::string_view rest, MtaEvent& event) noexcept {
  const bool notice =
      (StartsWith(rest, "sender ") || StartsWith(rest, "postmaster ")) &&
      Contains(rest, " notification");
  const auto colon = rest.rfind(": ");
  if (!notice || colon == std::string_view::npos) {
    return Uneventful(NameDeliveryDetail(rest));
  }
  rest.remove_prefix(colon + 2);
  event.other_id = TakeAlnum(rest);
  if (event.other_id.empty() || !rest.empty()) {
    return Uneventful(Cause::kBadSyntax);
  }
  return Event(event, Kind::kNotification, Cause::kNotification);
}

// A line that carries a queue id, already taken.
ParseResult ParseOfMessage(std::string_view rest, Daemon daemon,
                           MtaEvent& event) noexcept {
  if (StartsWith(rest, "to=")) {
    return ParsePostfixDelivery(rest, daemon, event);
  }
  if (daemon == Daemon::kQmgr) return ParseQmgr(rest, event);
  if (daemon == Daemon::kCleanup) return ParseCleanup(rest, event);
  if (daemon == Daemon::kSmtpd && StartsWith(rest, "client=")) {
    return Event(event, Kind::kAccepted, Cause::kClient);
  }
  if (IsPostfixWarning(rest)) return Ignored(Cause::kWarning);
  if (daemon == Daemon::kPickup) return ParsePickup(rest, event);
  if (daemon == Daemon::kBounce) return ParseBounce(rest, event);
  if (daemon == Daemon::kTool && Is(rest, "removed")) {
    return Event(event, Kind::kRemoved, Cause::kRemoved);
  }
  if (IsDeliveryAgent(daemon)) return Uneventful(NameDeliveryDetail(rest));
  return Uneventful(NameOther(rest, daemon));
}

// Delivers mail, or handles the queue: what it says must be understood.
bool MustBeUnderstood(Daemon daemon) noexcept {
  return daemon <= Daemon::kBounce;
}

ParseResult ParseOther(std::string_view text, Daemon daemon) noexcept {
  if (text.empty()) return Ignored(Cause::kEmpty);
  if (IsPostfixWarning(text)) return Ignored(Cause::kWarning);
  if (StartsWith(text, kNoQueue)) {
    text.remove_prefix(kNoQueue.size());
    (void)Take(text, ": ");
    return Uneventful(NameOther(text, daemon));
  }
  return Uneventful(MustBeUnderstood(daemon) ? NameDeliveryDetail(text)
                                             : NameOther(text, daemon));
}

// Is a line of another program than "postfix/..." Postfix's?
[[gnu::noinline]] bool IsUnderAnotherName(const LogLine& line) noexcept {
  const auto slash = line.program.find('/');
  if (slash == 0 || slash == std::string_view::npos) return false;
  if (StartsWith(line.program, "postfix")) return true;
  // Under another syslog_name. Others, too, have an "error" or an "lmtp".
  const auto daemon = SplitPostfixProgram(line.program).daemon;
  if (daemon == Daemon::kUnknown || daemon == Daemon::kOther) return false;
  if (daemon == Daemon::kSmtp || daemon >= Daemon::kQmgr) return true;
  auto rest = line.text;
  return !TakeQueueId(rest).empty() && StartsWith(rest, "to=");
}

}  // namespace

bool RecognisesPostfix(const LogLine& line) noexcept {
  if (StartsWith(line.program, "postfix/")) return true;
  return !line.program.empty() && IsUnderAnotherName(line);
}

ParseResult ParsePostfix(const LogLine& line, ParserMemory& /*memory*/,
                         MtaEvent& event) noexcept {
  const auto program = SplitPostfixProgram(line.program);
  auto rest = TrimEnd(line.text);
  const auto queue_id = TakeQueueId(rest);
  if (queue_id.empty()) return ParseOther(rest, program.daemon);
  event.ResetMessage();
  event.mta = Mta::kPostfix;
  event.queue_id = queue_id;
  event.instance = program.instance;
  event.service = program.service;
  event.daemon = program.name;
  return ParseOfMessage(rest, program.daemon, event);
}

}  // namespace ricochet
