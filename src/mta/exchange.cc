#include "mta/exchange.h"

#include <cstddef>
#include <optional>

#include "mta/exchange_columns.h"
#include "mta/exchange_protocol.h"
#include "mta/exchange_trace.h"
#include "mta/exchange_tracking.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr std::string_view kKind = "tracking";

ParseResult Rejected(Cause cause) noexcept {
  return {What::kRejected, cause, Mta::kExchange};
}
constexpr ParseResult kColumns{What::kIgnored, Cause::kColumns, Mta::kExchange};

// "2026-11-21T10:00:00.000Z", also without the fraction: its length; else 0.
std::size_t StampLength(std::string_view text) noexcept {
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T' ||
      text[13] != ':' || !IsDigit(text[0])) {
    return 0;
  }
  std::size_t end = 19;
  if (text[end] == '.') {
    for (++end; end < text.size() && end < 28 && IsDigit(text[end]);) ++end;
  }
  return end < text.size() && text[end] == 'Z' ? end + 1 : 0;
}

bool BeginsRow(std::string_view text) noexcept {
  const bool quoted = Take(text, "\"");
  const auto length = StampLength(text);
  if (length == 0) return false;
  text.remove_prefix(length);
  if (quoted && !Take(text, "\"")) return false;
  return text.empty() || text.front() == ',';
}

bool IsComment(std::string_view text) noexcept {
  return StartsWith(text, "#Software: ") || StartsWith(text, "#Version: ") ||
         StartsWith(text, "#Log-type: ") || StartsWith(text, "#Log-Type: ") ||
         StartsWith(text, "#Date: ");
}

// A header without "#Fields: ".
bool BeginsHeader(std::string_view text) noexcept {
  (void)Take(text, "\"");
  return StartsWith(text, "date_time") || StartsWith(text, "date-time") ||
         StartsWith(text, "origin_timestamp_utc");
}

// Remembers a header that differs from the published one, or takes the place
// of one that did.
ParseResult ParseHeader(const LogLine& line, std::string_view names,
                        ParserMemory& memory) noexcept {
  names = TrimEnd(names);
  if (IsExchangeProtocolHeader(names)) return kColumns;
  const auto layout = ReadExchangeHeader(names);
  if (!layout) return Rejected(Cause::kUnknownLayout);
  const auto* published = PublishedExchangeColumns(layout->columns);
  const bool confirms =
      published != nullptr && ExchangeColumnsOf(*layout) == *published;
  auto& columns = memory.columns;
  if (!confirms || columns.Find(Mta::kExchange, line.host, kKind) != nullptr) {
    columns.Keep(Mta::kExchange, line.host, kKind, *layout);
  }
  return kColumns;
}

ParseResult ParseRow(const LogLine& line, std::string_view text,
                     ParserMemory& memory, MtaEvent& event) noexcept {
  const auto& fields = memory.fields;
  if (!memory.fields.Split(text, memory.unescaped)) {
    return Rejected(Cause::kBadSyntax);
  }
  // Of a row that a shipper brought, the line's time may be its journey's.
  const bool plain =
      line.program.empty() && line.text.data() == fields[0].data();
  const auto time_text = plain ? std::string_view{} : fields[0];
  if (fields.size() == kExchangeProtocolColumns) {
    return ParseExchangeProtocol(fields, time_text, event);
  }
  const auto* kept = memory.columns.Find(Mta::kExchange, line.host, kKind);
  if (kept != nullptr && kept->columns == fields.size()) {
    return ParseExchangeTracking(ExchangeColumnsOf(*kept), fields, time_text,
                                 event);
  }
  const auto* at = PublishedExchangeColumns(fields.size());
  if (at == nullptr) return Rejected(Cause::kUnknownLayout);
  return ParseExchangeTracking(*at, fields, time_text, event);
}

}  // namespace

bool RecognisesExchange(const LogLine& line) noexcept {
  auto text = line.text;
  SkipByteOrderMark(text);
  if (text.empty()) return false;
  switch (text.front()) {
    case '#':
      return StartsWith(text, "#Fields: ") || IsComment(text);
    case '{':
      return IsExchangeTrace(text);
    case '"':
      return BeginsRow(text) || BeginsHeader(text);
    case 'd':
    case 'o':
      return BeginsHeader(text);
    default:
      return BeginsRow(text);
  }
}

ParseResult ParseExchange(const LogLine& line, ParserMemory& memory,
                          MtaEvent& event) noexcept {
  auto text = line.text;
  SkipByteOrderMark(text);
  text = TrimEnd(text);
  if (!text.empty() && IsDigit(text.front())) {  // as nearly all lines
    return ParseRow(line, text, memory, event);
  }
  if (StartsWith(text, "{")) return ParseExchangeTrace(text, memory, event);
  if (IsComment(text)) return kColumns;
  if (Take(text, "#Fields: ") || BeginsHeader(text)) {
    return ParseHeader(line, text, memory);
  }
  return ParseRow(line, text, memory, event);
}

bool NextExchangeRecipient(ParserMemory& /*memory*/, MtaEvent& event) noexcept {
  return NextTrackedRecipient(event);
}

}  // namespace ricochet
