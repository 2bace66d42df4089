#include "mta/sendmail.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mta/scan.h"
#include "mta/sendmail_delivery.h"
#include "mta/sendmail_interest.h"

namespace ricochet {
namespace {

using Kind = MtaEvent::Kind;
using What = ParseResult::What;

constexpr auto kNone = std::string_view::npos;

ParseResult Uneventful(Cause cause) noexcept {
  return {cause == Cause::kBadSyntax ? What::kRejected : What::kIgnored, cause,
          Mta::kSendmail};
}

ParseResult Event(MtaEvent& event, Kind kind, Cause cause) noexcept {
  event.kind = kind;
  event.cause = cause;
  return {What::kEvent, cause, Mta::kSendmail};
}

// Takes "uAEKY1Xl007527: " off the front: letters and digits for the time, and
// five or more digits of a process. Empty: there is none.
std::string_view TakeQueueId(std::string_view& rest) noexcept {
  constexpr std::size_t kShortest = 8;  // "HAA03001", before 8.10
  constexpr std::size_t kLongest = 24;
  constexpr std::size_t kDigits = 5;
  auto after = rest.substr(0, kLongest + 1);
  const auto id = TakeAlnum(after);
  if (id.size() < kShortest || !Take(after, ":")) return {};
  const auto process = id.substr(id.size() - kDigits);
  if (!std::ranges::all_of(process, IsDigit)) return {};
  rest.remove_prefix(id.size() + 1);
  (void)Take(rest, " ");
  return id;
}

// The value of "key" up to the next field; empty: there is none.
std::string_view ValueOf(std::string_view fields,
                         std::string_view key) noexcept {
  const auto at = fields.find(key);
  if (at == kNone) return {};
  const auto value = fields.substr(at + key.size());
  return value.substr(0, FindSendmailComma(value, false));
}

// "from=<a@b>, size=123, class=0, nrcpts=1, msgid=<...>, proto=ESMTP,
// daemon=MTA, relay=host [192.0.2.1]". Nothing is queued for no recipients: all
// were rejected, or none was named.
ParseResult ParseReceived(std::string_view rest, MtaEvent& event) noexcept {
  const auto end = FindSendmailComma(rest, false);
  if (end == kNone) return Uneventful(Cause::kBadSyntax);
  event.sender = SendmailAddress(rest.substr(0, end));
  event.has_sender = true;
  rest.remove_prefix(end);
  auto size = ValueOf(rest, ", size=");
  auto recipients = ValueOf(rest, ", nrcpts=");
  event.size = TakeNumber(size, INT64_MAX);
  event.recipients =
      static_cast<std::int32_t>(TakeNumber(recipients, INT32_MAX));
  event.message_id = ValueOf(rest, ", msgid=");
  if (event.recipients < 0) return Uneventful(Cause::kBadSyntax);
  if (event.recipients == 0) return Uneventful(Cause::kInboundReject);
  return Event(event, Kind::kReceived, Cause::kQueued);
}

// What Sendmail says when it gives up; the recipients are those that it last
// deferred.
bool TellsOfExpiry(std::string_view text) noexcept {
  return StartsWith(text, "Cannot send message ") ||
         Contains(text, "could not be delivered for ");
}

// "vB26PuEl004811: sender notify: Cannot send message for 5 days", "...: DSN:
// User unknown": a bounce, or the warning of a delay, was made.
ParseResult ParseNotice(std::string_view rest, MtaEvent& event) noexcept {
  constexpr auto kNotices = std::to_array<std::string_view>(
      {"DSN: ", "return to sender: ", "sender notify: ", "postmaster notify: ",
       "return receipt: "});
  const auto other = TakeQueueId(rest);
  for (const auto notice : kNotices) {
    if (other.empty() || !Take(rest, notice)) continue;
    event.other_id = event.more_recipients = other;
    if (!TellsOfExpiry(rest)) {
      return Event(event, Kind::kNotification, Cause::kNotification);
    }
    event.ResetAttempt();
    return Event(event, Kind::kExpired, Cause::kExpiry);
  }
  return Uneventful(NameSendmailDetail(rest));
}

ParseResult ParseOfMessage(std::string_view rest, MtaEvent& event) noexcept {
  if (StartsWith(rest, "to=")) return ParseSendmailDelivery(rest, event);
  if (Take(rest, "from=")) return ParseReceived(rest, event);
  if (StartsWith(rest, "done; ")) {
    return Event(event, Kind::kRemoved, Cause::kRemoved);
  }
  return ParseNotice(rest, event);
}

bool IsSendmailProgram(std::string_view program) noexcept {
  for (const std::string_view name :
       {"sendmail", "sm-mta", "sm-msp", "sm-client", "sm-que"}) {
    if (StartsWith(program, name)) return true;
  }
  return false;
}

}  // namespace

bool RecognisesSendmail(const LogLine& line) noexcept {
  if (IsSendmailProgram(line.program)) return true;
  auto rest = line.text;
  if (TakeQueueId(rest).empty()) return false;
  if (StartsWith(rest, "to=")) {
    return Contains(rest, ", mailer=") && Contains(rest, ", stat=");
  }
  return StartsWith(rest, "from=") && Contains(rest, ", nrcpts=");
}

ParseResult ParseSendmail(const LogLine& line, ParserMemory& /*memory*/,
                          MtaEvent& event) noexcept {
  auto rest = TrimEnd(line.text);
  const auto queue_id = TakeQueueId(rest);
  if (queue_id.empty()) {
    if (rest.empty()) return Uneventful(Cause::kEmpty);
    if (Take(rest, "NOQUEUE:")) (void)Take(rest, " ");
    return Uneventful(NameSendmailDetail(rest));
  }
  event = MtaEvent{};
  event.mta = Mta::kSendmail;
  event.queue_id = queue_id;
  event.instance = line.program;
  return ParseOfMessage(rest, event);
}

bool NextOfSendmail(ParserMemory& /*memory*/, MtaEvent& event) noexcept {
  if (event.kind == Kind::kAttempt) return NextSendmailRecipient(event);
  if (event.more_recipients.empty()) return false;
  const MtaEvent line = event;
  event = MtaEvent{};
  event.mta = line.mta;
  event.cause = line.cause;
  event.queue_id = line.more_recipients;
  event.instance = line.instance;
  event.kind = Kind::kReceived;
  event.has_sender = true;
  return true;
}

}  // namespace ricochet
