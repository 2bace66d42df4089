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

constexpr int Flag(char first, char second) noexcept {
  return first * 256 + second;
}

// The line of a message that is marked by two characters.
ParseResult ParseFlagged(std::string_view rest, ParserMemory& memory,
                         MtaEvent& event) {
  const auto flag = Flag(rest[0], rest[1]);
  rest.remove_prefix(std::min<std::size_t>(rest.size(), 3));
  switch (flag) {
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
    default:
      return Uneventful(Cause::kBadSyntax);
  }
}

bool IsCompleted(std::string_view rest) noexcept {
  return Take(rest, "Completed") && (rest.empty() || rest.front() == ' ');
}

// The line of a message: `rest` follows its id.
ParseResult ParseOfMessage(std::string_view rest, ParserMemory& memory,
                           MtaEvent& event) {
  if (BeginsWithEximFlag(rest)) return ParseFlagged(rest, memory, event);
  if (IsCompleted(rest)) return Removed(event);
  return Uneventful(NameEximDetail(rest));
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

// "2026-11-21 19:59:01 1xUrEb-0000l7-2r ...", as nearly all of Exim's lines.
bool BeginsWithStampAndId(std::string_view text) noexcept {
  return BeginsWithEximStamp(text) && text.size() > kEximStampSize &&
         text[kEximStampSize] == ' ' &&
         EximIdLength(text.substr(kEximStampSize + 1)) != 0;
}

}  // namespace

bool RecognisesExim(const LogLine& line) noexcept {
  if (!line.program.empty()) return StartsWith(line.program, "exim");
  const auto text = line.text;
  if (CannotBeExim(text)) return false;
  if (BeginsWithStampAndId(text)) return true;
  const auto split = SplitEximLine(text);
  if (!split.id.empty()) {
    return !split.stamp.empty() || BeginsWithEximFlag(split.text) ||
           IsCompleted(split.text);
  }
  return !split.stamp.empty() && !split.text.empty() &&
         NameEximOther(split.text) != Cause::kRemark;
}

ParseResult ParseExim(const LogLine& line, ParserMemory& memory,
                      MtaEvent& event) noexcept {
  const auto split = SplitEximLine(TrimEnd(line.text));
  if (split.continuation) return ParseContinuation(split);
  if (split.id.empty()) return Uneventful(NameEximOther(split.text));
  event.ResetMessage();
  event.mta = Mta::kExim;
  event.instance = {};
  event.service = {};
  event.daemon = {};
  event.queue_id = split.id;
  event.truncated = split.cut;
  // The line's own stamp is better than syslog's where it knows the zone.
  if (!line.program.empty() && split.zoned) event.time_text = split.stamp;
  return ParseOfMessage(split.text, memory, event);
}

}  // namespace ricochet
