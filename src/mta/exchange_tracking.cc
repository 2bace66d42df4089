#include "mta/exchange_tracking.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "mta/exchange_event.h"
#include "mta/exchange_status.h"
#include "mta/scan.h"
#include "ricochet/bytes.h"

namespace ricochet {
namespace {

using Field = ExchangeField;
using Kind = MtaEvent::Kind;
using Tells = ExchangeEventId::Tells;
using What = ParseResult::What;

constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kExchange};

ParseResult Ignored(Cause cause) noexcept {
  return {What::kIgnored, cause, Mta::kExchange};
}

ParseResult Event(MtaEvent& event, Kind kind, Cause cause) noexcept {
  event.kind = kind;
  event.cause = cause;
  return {What::kEvent, cause, Mta::kExchange};
}

// A row and where its fields stand.
struct Row {
  const ExchangeColumns& at;
  const CsvFields& fields;

  [[nodiscard]] std::string_view operator[](Field field) const noexcept {
    return fields[at.Of(field)];
  }
};

std::int64_t NumberOf(std::string_view text, std::int64_t max) noexcept {
  const auto number = TakeNumber(text, max);
  return text.empty() ? number : -1;
}

// "2026-11-21T10:00:02.500Z" in milliseconds; -1: it is no such stamp.
std::int64_t Milliseconds(std::string_view stamp) noexcept {
  if (stamp.size() < 23 || stamp[10] != 'T' || stamp[19] != '.') return -1;
  // Where "2026-11-21T10:00" has digits, the first octet's bit lowest.
  constexpr unsigned kDigits = 0b1101'1011'0110'1111;
  if (Sixteen(stamp.data()).In('0', '9') != kDigits) return -1;
  for (const std::size_t at : {17U, 18U, 20U, 21U, 22U}) {
    if (!IsDigit(stamp[at])) return -1;
  }
  const auto pair = [&](std::size_t at) {
    return (stamp[at] - '0') * 10 + stamp[at + 1] - '0';
  };
  const std::chrono::year_month_day date{
      std::chrono::year{pair(0) * 100 + pair(2)},
      std::chrono::month{static_cast<unsigned>(pair(5))},
      std::chrono::day{static_cast<unsigned>(pair(8))}};
  if (!date.ok()) return -1;
  const std::int64_t days =
      std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds =
      ((days * 24 + pair(11)) * 60 + pair(14)) * 60 + pair(17);
  return seconds * 1000 + pair(20) * 10 + (stamp[22] - '0');
}

// Since the message's arrival in the organisation, with whose stamp
// message-info begins.
double DelayOf(const Row& row) noexcept {
  const auto arrived = Milliseconds(row[Field::kMessageInfo]);
  if (arrived < 0) return -1;
  const auto now = Milliseconds(row[Field::kTime]);
  if (now < arrived) return -1;
  return static_cast<double>(now - arrived) / 1000;
}

void SetSender(const Row& row, MtaEvent& event) noexcept {
  auto sender = row[Field::kReturnPath];
  if (sender.empty()) sender = row[Field::kSender];
  event.has_sender = !sender.empty();
  event.sender = Is(sender, "<>") ? sender.substr(1, 0) : sender;
}

bool SetMessage(const Row& row, MtaEvent& event) noexcept {
  event.ResetMessage();
  event.ResetAttempt();
  event.mta = Mta::kExchange;
  event.instance = {};
  event.service = {};
  event.truncated = false;
  event.queue_id = row[Field::kNetworkMessageId];
  if (event.queue_id.empty()) event.queue_id = row[Field::kInternalMessageId];
  event.daemon = row[Field::kSource];
  return !event.queue_id.empty();
}

void SetFacts(const Row& row, MtaEvent& event) noexcept {
  SetSender(row, event);
  event.message_id = row[Field::kMessageId];
  event.size = NumberOf(row[Field::kSize], INT64_MAX);
}

// Takes the next address off a list; empty: there is none.
std::string_view TakeRecipient(std::string_view& rest) noexcept {
  std::string_view recipient;
  while (recipient.empty() && !rest.empty()) {
    recipient = TakeUntil(rest, ';');
    (void)Take(rest, ";");
  }
  return recipient;
}

void SetStatus(std::string_view entry, MtaEvent& event) noexcept {
  if (event.outcome != Outcome::kDelivered) {
    return SetExchangeStatus(entry, event);
  }
  const bool reply = !entry.empty() && IsDigit(entry.front());
  event.reply = reply ? entry : std::string_view{};
  event.authority =
      Is(event.daemon, "SMTP") ? Authority::kRemote : Authority::kLocal;
}

void TakeStatus(MtaEvent& event) noexcept {
  SetStatus(
      TakeExchangeStatus(event.more_replies, event.more_recipients.empty()),
      event);
}

Outcome OutcomeOf(Tells tells) noexcept {
  if (tells == Tells::kDelivered) return Outcome::kDelivered;
  return tells == Tells::kDeferred ? Outcome::kDeferred : Outcome::kBounced;
}

ParseResult ParseReceived(const Row& row, MtaEvent& event) noexcept {
  SetFacts(row, event);
  event.recipients = static_cast<std::int32_t>(
      NumberOf(row[Field::kRecipientCount], INT32_MAX));
  return Event(event, Kind::kReceived, Cause::kQueued);
}

ParseResult ParseAttempt(const Row& row, Tells tells,
                         MtaEvent& event) noexcept {
  const auto connector = row[Field::kConnector];
  const bool internal = IsInternalConnector(connector);
  if (internal && tells == Tells::kDelivered) {
    // Gone to another server, which tells the rest.
    return Event(event, Kind::kRemoved, Cause::kInternalHop);
  }
  SetFacts(row, event);
  event.self_contained = true;
  event.egress = Is(event.daemon, "SMTP") ? connector : std::string_view{};
  event.outcome = OutcomeOf(tells);
  event.relay_host = row[Field::kServerHostname];
  event.relay_ip = row[Field::kServerIp];
  event.delay_s = DelayOf(row);
  event.more_recipients = row[Field::kRecipients];
  event.more_replies = row[Field::kStatuses];
  event.recipient = TakeRecipient(event.more_recipients);
  if (event.recipient.empty()) return kBadSyntax;
  TakeStatus(event);
  if (tells != Tells::kDelivered &&
      Is(row[Field::kDirectionality], "Incoming") &&
      (internal || event.authority != Authority::kRemote)) {
    return Ignored(Cause::kInboundReject);
  }
  return Event(event, Kind::kAttempt, Cause::kAttempt);
}

}  // namespace

bool IsInternalConnector(std::string_view connector) noexcept {
  constexpr auto kInternal = std::to_array<std::string_view>(
      {"Intra-Organization SMTP Send Connector",
       "Inbound Proxy Internal Send Connector", "Client Proxy Send Connector",
       "Mailbox Transport Submission"});
  return std::ranges::any_of(kInternal, [&](std::string_view name) {
    return StartsWith(connector, name);
  });
}

ParseResult ParseExchangeTracking(const ExchangeColumns& at,
                                  const CsvFields& fields,
                                  std::string_view time_text,
                                  MtaEvent& event) noexcept {
  const Row row{at, fields};
  const auto* id = FindExchangeEventId(row[Field::kEventId]);
  if (id == nullptr) return kBadSyntax;
  if (id->tells == Tells::kNothing) return Ignored(id->cause);
  if (!SetMessage(row, event)) return kBadSyntax;
  event.time_text = time_text;
  if (id->tells == Tells::kReceived) return ParseReceived(row, event);
  return ParseAttempt(row, id->tells, event);
}

bool NextTrackedRecipient(MtaEvent& event) noexcept {
  const auto recipient = TakeRecipient(event.more_recipients);
  if (recipient.empty()) return false;
  event.recipient = recipient;
  if (event.more_replies.empty()) return true;
  if (event.outcome == Outcome::kExpired) event.outcome = Outcome::kBounced;
  event.dsn = {};
  TakeStatus(event);
  return true;
}

}  // namespace ricochet
