#include "mta/kumomta.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "mta/feedback.h"
#include "mta/kumomta_record.h"
#include "mta/scan.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kKumoMta};

// https://docs.kumomta.com/reference/log_record/
struct RecordType {
  std::string_view name;
  Cause cause;
  Outcome outcome = Outcome::kDelivered;  // with a cause that is emitted
};
constexpr auto kTypes = std::to_array<RecordType>({
    {"Delivery", Cause::kAttempt, Outcome::kDelivered},
    {"TransientFailure", Cause::kAttempt, Outcome::kDeferred},
    {"Bounce", Cause::kAttempt, Outcome::kBounced},
    {"AdminBounce", Cause::kAttempt, Outcome::kBounced},
    {"OOB", Cause::kReport, Outcome::kBounced},
    {"Expiration", Cause::kExpiry, Outcome::kExpired},
    {"Feedback", Cause::kReport, Outcome::kComplaint},
    {"Rejection", Cause::kInboundReject},
    {"Delayed", Cause::kRetryNotReached},
    {"Delay", Cause::kRetryNotReached},  // in the documentation
    {"Reception", Cause::kInternalHop},
    {"DeferredInjectionRebind", Cause::kInternalHop},
    {"AdminRebind", Cause::kInternalHop},
    {"XferOut", Cause::kInternalHop},
    {"XferIn", Cause::kInternalHop},
});

struct Verb {
  std::string_view text;
  SmtpCommand command;
};
// "." stands for the reply to the end of the message.
constexpr auto kVerbs = std::to_array<Verb>({
    {"RCPT", SmtpCommand::kRcptTo},
    {"MAIL", SmtpCommand::kMailFrom},
    {"DATA", SmtpCommand::kData},
    {".", SmtpCommand::kEndOfData},
    {"BDAT", SmtpCommand::kEndOfData},
    {"EHLO", SmtpCommand::kEhlo},
    {"HELO", SmtpCommand::kEhlo},
    {"LHLO", SmtpCommand::kEhlo},
    {"STARTTLS", SmtpCommand::kStartTls},
    {"AUTH", SmtpCommand::kAuth},
    {"RSET", SmtpCommand::kRset},
    {"QUIT", SmtpCommand::kQuit},
});

// Responses that KumoMTA makes when DNS gives no host to connect to.
constexpr auto kDnsMarks = std::to_array<std::string_view>({
    "null MX",
    "MX didn't resolve",
    "NXDOMAIN",
    "failed to resolve",
});

const RecordType* FindType(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kTypes, name, &RecordType::name);
  return found == kTypes.end() ? nullptr : found;
}

SmtpCommand CommandOf(std::string_view command) noexcept {
  for (const auto& verb : kVerbs) {
    if (EqualsIgnoreCase(command.substr(0, verb.text.size()), verb.text)) {
      return verb.command;
    }
  }
  return SmtpCommand::kUnknown;
}

void AppendNumber(std::uint32_t number, std::string& out) {
  std::array<char, 10> digits{};
  std::size_t n = digits.size();
  do {
    digits[--n] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  out.append(&digits[n], digits.size() - n);
}

// Appends "550 5.1.1 No such user" as the server said it, on one line.
void AppendReply(const KumoMtaRecord& record, std::string& out) {
  if (record.content.empty()) return;
  if (record.code >= 200 && record.code < 700) {
    AppendNumber(static_cast<std::uint32_t>(record.code), out);
    out.push_back(' ');
  }
  const auto& status = record.enhanced_code;
  const auto& content = record.content;
  const bool repeated = content.size() > 1 && IsDigit(content[0]) &&
                        content[1] == '.';  // out-of-band reports
  if (status.present() && !repeated) {
    AppendNumber(status.cls, out);
    out.push_back('.');
    AppendNumber(status.subject, out);
    out.push_back('.');
    AppendNumber(status.detail, out);
    out.push_back(' ');
  }
  for (const char c : content) {
    out.push_back(c == '\n' || c == '\r' ? ' ' : c);
  }
}

Authority AuthorityOf(const KumoMtaRecord& record) noexcept {
  const bool own = record.peer_name.empty() && record.peer_addr.empty();
  if (!own && !StartsWith(record.content, "KumoMTA internal: ")) {
    return Authority::kRemote;
  }
  const bool dns = std::ranges::any_of(kDnsMarks, [&](std::string_view mark) {
    return Contains(record.content, mark);
  });
  return dns ? Authority::kDns : Authority::kLocal;
}

double Seconds(std::string_view token) noexcept {
  return TakeDecimal<double>(token);
}

// What is the same for every type of record.
void SetMessage(const KumoMtaRecord& record, MtaEvent& event) noexcept {
  event.mta = Mta::kKumoMta;
  event.self_contained = true;
  event.queue_id = record.id;
  event.instance = record.nodeid;
  event.service = record.egress_pool;
  event.egress = record.egress_source;
  event.daemon = record.delivery_protocol;
  event.message_id = record.message_id;
  event.size = record.size;
  event.time_text =
      record.event_time.empty() ? record.timestamp : record.event_time;
  event.relay_host = record.peer_name;
  if (event.relay_host.ends_with('.')) event.relay_host.remove_suffix(1);
  if (record.peer_addr != "0.0.0.0") event.relay_ip = record.peer_addr;
  event.dsn = record.enhanced_code;
}

// A report that came back later has come from the recipient's side, and its
// sender is not the message's; the others tell of a try, or of the last one.
void SetTry(const KumoMtaRecord& record, MtaEvent& event) noexcept {
  event.sender = record.sender;
  event.has_sender = record.has_sender;
  const bool tried = event.outcome != Outcome::kExpired;
  if (record.num_attempts >= 0 && record.num_attempts < 1'000'000) {
    event.attempt = static_cast<std::uint32_t>(record.num_attempts) + tried;
  }
  const double logged = Seconds(record.timestamp);
  const double created = Seconds(record.created);
  if (created >= 0 && logged >= created) event.delay_s = logged - created;
}

// The record's own sender, recipient and reply are those of the report.
ParseResult ParseFeedback(const KumoMtaRecord& record, MtaEvent& event) {
  const auto wish = WishOf(record.feedback_type);
  const auto recipient =
      record.complainer.empty() ? record.original_rcpt_to : record.complainer;
  if (!wish || recipient.empty()) {
    return {What::kIgnored, Cause::kFeedback, Mta::kKumoMta};
  }
  event = MtaEvent{};
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = Cause::kReport;
  event.mta = Mta::kKumoMta;
  event.self_contained = event.report = true;
  event.queue_id = record.id;
  event.instance = record.nodeid;
  event.time_text =
      record.event_time.empty() ? record.timestamp : record.event_time;
  event.outcome = *wish;
  event.recipient = WithoutBrackets(recipient);
  event.sender = WithoutBrackets(record.original_mail_from);
  event.has_sender = !event.sender.empty();
  return {What::kEvent, event.cause, Mta::kKumoMta};
}

ParseResult ParseAttempt(const RecordType& type, const KumoMtaRecord& record,
                         ParserMemory& memory, MtaEvent& event) {
  if (record.id.empty() || record.recipient.empty()) return kBadSyntax;
  event = MtaEvent{};
  SetMessage(record, event);
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = type.cause;
  event.outcome = type.outcome;
  event.recipient = record.recipient;
  event.report = type.cause == Cause::kReport;
  if (!event.report) SetTry(record, event);
  auto& composed = memory.composed;
  const auto more = composed.size();
  // Why it expired is what the last attempt was told, not what this one says.
  if (type.outcome != Outcome::kExpired) {
    event.command = CommandOf(record.command);
    event.authority = AuthorityOf(record);
    AppendReply(record, composed);
  } else {
    event.authority = Authority::kLocal;
  }
  event.more_recipients = std::string_view(composed).substr(0, more);
  event.reply = std::string_view(composed).substr(more);
  return {What::kEvent, type.cause, Mta::kKumoMta};
}

}  // namespace

bool RecognisesKumoMta(const LogLine& line) noexcept {
  return line.text.starts_with('{') &&
         Contains(line.text, "\"num_attempts\"") &&
         Contains(line.text, "\"type\"");
}

ParseResult ParseKumoMta(const LogLine& line, ParserMemory& memory,
                         MtaEvent& event) noexcept {
  KumoMtaRecord record;
  if (!memory.kumomta.Read(TrimEnd(line.text), record, memory.composed)) {
    return kBadSyntax;
  }
  const auto* type = FindType(record.type);
  if (type == nullptr) return kBadSyntax;
  if (FateOf(type->cause) == Fate::kIgnored) {
    return {What::kIgnored, type->cause, Mta::kKumoMta};
  }
  if (record.reception_protocol == "LogRecord") {
    return {What::kIgnored, Cause::kInternalHop, Mta::kKumoMta};
  }
  if (type->outcome == Outcome::kComplaint) return ParseFeedback(record, event);
  return ParseAttempt(*type, record, memory, event);
}

bool NextOfKumoMta(ParserMemory& /*memory*/, MtaEvent& event) noexcept {
  auto& rest = event.more_recipients;
  while (!rest.empty()) {
    event.recipient = TakeUntil(rest, '\0');
    if (!rest.empty()) rest.remove_prefix(1);
    if (!event.recipient.empty()) return true;
  }
  return false;
}

}  // namespace ricochet
