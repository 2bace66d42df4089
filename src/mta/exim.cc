#include "mta/exim.h"

#include <algorithm>
#include <cstddef>

#include "mta/exim_arrival.h"
#include "mta/exim_delivery.h"
#include "mta/exim_interest.h"
#include "mta/exim_line.h"
#include "mta/exim_text.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using Kind = MtaEvent::Kind;
using What = ParseResult::What;

constexpr ParseResult kOtherFormat{What::kRejected, Cause::kUnknownFormat};

// A name for a line that gives no event, or kBadSyntax.
ParseResult Uneventful(Cause cause) noexcept {
  const bool bad = FateOf(cause) == Fate::kDeadLettered;
  return {bad ? What::kRejected : What::kIgnored, cause, Mta::kExim};
}

ParseResult Removed(MtaEvent& event) noexcept {
  event.kind = Kind::kRemoved;
  event.cause = Cause::kRemoved;
  return {What::kEvent, Cause::kRemoved, Mta::kExim};
}

bool IsCompleted(std::string_view rest) noexcept {
  return Take(rest, "Completed") && (rest.empty() || rest.front() == ' ');
}

// Is all of the text of two octets, or its first word?
bool BeginsWithTwo(std::string_view text) noexcept {
  return text.size() > 2 ? text[2] == ' ' : text.size() == 2;
}

constexpr int Flag(char first, char second) noexcept {
  return first * 256 + second;
}

// The line of a message: `text` follows its id. Two characters mark what tells
// of a delivery or an arrival.
[[gnu::always_inline]] inline ParseResult ParseOfMessage(std::string_view text,
                                                         ParserMemory& memory,
                                                         MtaEvent& event) {
  if (!BeginsWithTwo(text)) {
    if (IsCompleted(text)) return Removed(event);
    return Uneventful(NameEximDetail(text));
  }
  const auto rest = text.substr(std::min<std::size_t>(text.size(), 3));
  switch (Flag(text[0], text[1])) {
    case Flag('=', '>'):
    case Flag('-', '>'):  // a further recipient of the same delivery
    case Flag('>', '>'):  // delivered while it was received
      return ParseEximDelivery(rest, EximFlag::kDelivered, memory, event);
    case Flag('*', '*'):
      return ParseEximDelivery(rest, EximFlag::kFailed, memory, event);
    case Flag('=', '='):
      return ParseEximDelivery(rest, EximFlag::kDeferred, memory, event);
    case Flag('<', '='):
    case Flag('(', '='):  // accepted, but the client was told otherwise
      return ParseEximArrival(rest, memory, event);
    case Flag('*', '>'):  // -N: Exim only made as if
      return Uneventful(Cause::kService);
    default:  // no flag, or one that is not known
      return Uneventful(NameEximDetail(text));
  }
}

// Makes `event` one of the message `id`, of which nothing is known yet.
[[gnu::always_inline]] inline void StartMessage(std::string_view id,
                                                MtaEvent& event) noexcept {
  event.ResetMessage();
  event.mta = Mta::kExim;
  event.instance = {};
  event.service = {};
  event.daemon = {};
  event.queue_id = id;
  event.truncated = false;
}

ParseResult ParseContinuation(const EximLine& line) noexcept {
  return Uneventful(line.further_line || IsRejectedHeader(line.text)
                        ? Cause::kInboundReject
                        : Cause::kContinuation);
}

// Can a line of no program not be Exim's, by a few octets? A digit begins every
// stamp and, until the year 2260, every message id.
bool CannotBeExim(std::string_view text) noexcept {
  if (text.size() < 17) return true;
  if (text[0] == ' ') return false;
  return !IsDigit(text[0]) || (text[10] != ' ' && text[6] != '-');
}

constexpr std::size_t kIdAt = kEximStampSize + 1;

// The id in "2026-11-21 19:59:01 1xUrEb-0000l7-2r ...", as nearly all of Exim's
// lines begin. Empty: this one does not.
std::string_view IdBehindStamp(std::string_view text) noexcept {
  if (text.size() <= kIdAt || text[10] != ' ' || text[kIdAt - 1] != ' ' ||
      !BeginsWithEximStamp(text)) {
    return {};
  }
  return text.substr(kIdAt, EximIdLength(text.substr(kIdAt)));
}

// A line that is Exim's, in any of its forms.
ParseResult ParseAny(const LogLine& line, ParserMemory& memory,
                     MtaEvent& event) {
  const auto split = SplitEximLine(TrimEnd(line.text));
  if (split.continuation) return ParseContinuation(split);
  if (split.id.empty()) return Uneventful(NameEximOther(split.text));
  StartMessage(split.id, event);
  event.truncated = split.cut;
  // The line's own stamp is better than syslog's where it knows the zone.
  if (!line.program.empty() && split.zoned) event.time_text = split.stamp;
  return ParseOfMessage(split.text, memory, event);
}

// Is a line of no program Exim's?
bool IsExim(std::string_view text) noexcept {
  const auto split = SplitEximLine(text);
  if (!split.id.empty()) {
    return !split.stamp.empty() || BeginsWithEximFlag(split.text) ||
           IsCompleted(split.text);
  }
  return !split.stamp.empty() && !split.text.empty() &&
         NameEximOther(split.text) != Cause::kRemark;
}

}  // namespace

bool MayBeExim(const LogLine& line) noexcept {
  return line.program.empty() ? !CannotBeExim(line.text)
                              : StartsWith(line.program, "exim");
}

ParseResult ParseExim(const LogLine& line, ParserMemory& memory,
                      MtaEvent& event) noexcept {
  const auto text = line.text;
  if (!line.program.empty()) return ParseAny(line, memory, event);
  const auto id = IdBehindStamp(text);
  if (id.empty()) {
    return IsExim(text) ? ParseAny(line, memory, event) : kOtherFormat;
  }
  StartMessage(id, event);
  auto rest = TrimEnd(text.substr(kIdAt + id.size()));
  (void)Take(rest, " ");
  return ParseOfMessage(rest, memory, event);
}

}  // namespace ricochet
