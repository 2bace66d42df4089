#include "mta/powermta_reply.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mta/scan.h"

namespace ricochet {
namespace {

using Column = PowerMtaColumn;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

int TakePart(std::string_view& rest, char separator, int max) noexcept {
  const auto part = TakeNumber(rest, max);
  if (!rest.empty() && rest.front() == separator) rest.remove_prefix(1);
  return static_cast<int>(part);
}

// "+0100" or "+01:00" behind a time; none is UTC.
seconds TakeOffset(std::string_view rest) noexcept {
  const bool west = StartsWith(rest, "-");
  if (!west && !StartsWith(rest, "+")) return seconds{0};
  rest.remove_prefix(1);
  auto hour = rest.substr(0, 2);
  auto minute = rest.substr(std::min<std::size_t>(2, rest.size()));
  (void)Take(minute, ":");
  const auto h = TakeNumber(hour, 23);
  const auto m = TakeNumber(minute, 59);
  const seconds offset = hours{h < 0 ? 0 : h} + minutes{m < 0 ? 0 : m};
  return west ? -offset : offset;
}

// "2026-11-21 19:58:52+0000", or seconds since 1970.
std::optional<seconds> ReadTime(std::string_view text) noexcept {
  auto rest = text;
  const auto number = TakeNumber(rest, 99'999'999'999);
  if (number < 0) return std::nullopt;
  if (rest.empty()) return seconds{number};
  if (number > 9999 || !Take(rest, "-")) return std::nullopt;
  const int month = TakePart(rest, '-', 12);
  const int day = TakePart(rest, ' ', 31);
  (void)Take(rest, "T");
  const int hour = TakePart(rest, ':', 23);
  const int minute = TakePart(rest, ':', 59);
  const int second = TakePart(rest, '.', 60);
  if (month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year{static_cast<int>(number)},
      std::chrono::month{static_cast<unsigned>(month)},
      std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch() + hours{hour} +
         minutes{minute} + seconds{second} - TakeOffset(rest);
}

EnhancedCode ReadStatus(std::string_view text) noexcept {
  const auto cls = TakeNumber(text, 9);
  if (cls < 0 || !Take(text, ".")) return {};
  const auto subject = TakeNumber(text, 999);
  if (subject < 0 || !Take(text, ".")) return {};
  const auto detail = TakeNumber(text, 999);
  if (detail < 0) return {};
  return {static_cast<std::uint8_t>(cls), static_cast<std::uint16_t>(subject),
          static_cast<std::uint16_t>(detail)};
}

// Takes "smtp;" off the front (RFC 3464, section 2.3.6). Empty: no type.
std::string_view TakeDiagnosticType(std::string_view& diagnostic) noexcept {
  auto rest = diagnostic;
  std::size_t n = 0;
  while (n < rest.size() && (IsAlnum(rest[n]) || rest[n] == '-')) ++n;
  if (n == 0 || n == rest.size() || rest[n] != ';') return {};
  diagnostic.remove_prefix(n + 1);
  while (Take(diagnostic, " ")) {
  }
  return rest.substr(0, n);
}

// What PowerMTA says without having been told. The words behind the status in
// dsnStatus are RFC 3463's name of that status, and say no more than it does.
void SetOwnWords(const PowerMtaFields& fields, MtaEvent& event) noexcept {
  const auto dsn = event.dsn;
  event.authority = dsn.subject == 4 ? Authority::kLocal : Authority::kEsp;
  const bool dns = (dsn.subject == 1 && dsn.detail == 2) ||
                   (dsn.subject == 4 && dsn.detail == 4);
  if (dns) event.authority = Authority::kDns;
  auto status = fields[Column::kDsnStatus];
  event.reply = TakeUntil(status, ' ');
  if (event.reply.empty()) event.reply = fields[Column::kBounceCat];
}

// "bounce-queue;reply:550 5.7.1 ...": the whole queue was given up for a reply
// to another recipient.
std::string_view WithoutQueueCommand(std::string_view words) noexcept {
  constexpr std::string_view kReply = ";reply:";
  const auto at = words.find(kReply);
  return at == std::string_view::npos ? words
                                      : words.substr(at + kReply.size());
}

}  // namespace

double PowerMtaDelay(const PowerMtaFields& fields) noexcept {
  const auto logged = ReadTime(fields[Column::kTimeLogged]);
  const auto queued = ReadTime(fields[Column::kTimeQueued]);
  if (!logged || !queued || *logged < *queued) return -1;
  return static_cast<double>((*logged - *queued).count());
}

void SetPowerMtaReply(const PowerMtaFields& fields, MtaEvent& event) noexcept {
  event.dsn = ReadStatus(fields[Column::kDsnStatus]);
  auto diagnostic = fields[Column::kDsnDiag];
  const auto type = TakeDiagnosticType(diagnostic);
  const bool remote =
      Is(type, "smtp") ||
      (type.empty() && !diagnostic.empty() && IsDigit(diagnostic.front()));
  // Not of a report: the mail was delivered, and expired beyond.
  if (event.outcome == Outcome::kBounced && !event.report &&
      (fields[Column::kBounceCat] == "message-expired" ||
       (event.dsn.subject == 4 && event.dsn.detail == 7))) {
    event.outcome = Outcome::kExpired;
    event.cause = Cause::kExpiry;
    // Unless it quotes the last reply, the correlator knows it better.
    event.authority = remote ? Authority::kRemote : Authority::kLocal;
    if (remote) event.reply = diagnostic;
    return;
  }
  if (remote) {
    event.reply = diagnostic;
  } else if (!diagnostic.empty()) {
    event.authority = Authority::kLocal;
    event.reply = WithoutQueueCommand(diagnostic);
  } else if (event.outcome != Outcome::kDelivered) {
    SetOwnWords(fields, event);
  }
}

}  // namespace ricochet
