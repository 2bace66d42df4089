#include "mta/powermta.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "mta/feedback.h"
#include "mta/powermta_columns.h"
#include "mta/powermta_reply.h"
#include "mta/scan.h"
#include "ricochet/ascii.h"

namespace ricochet {
namespace {

using Column = PowerMtaColumn;
using What = ParseResult::What;

ParseResult Rejected(Cause cause) noexcept {
  return {What::kRejected, cause, Mta::kPowerMta};
}

ParseResult Ignored(Cause cause) noexcept {
  return {What::kIgnored, cause, Mta::kPowerMta};
}

struct RecordType {
  std::string_view name;
  Cause cause;
  Outcome outcome = Outcome::kDelivered;  // with a cause that is emitted
};
// A transient-queue record tells of a connection or reply that kept a whole
// queue waiting, and names no recipient.
constexpr auto kTypes = std::to_array<RecordType>({
    {"d", Cause::kAttempt, Outcome::kDelivered},
    {"b", Cause::kAttempt, Outcome::kBounced},
    {"t", Cause::kAttempt, Outcome::kDeferred},
    {"rb", Cause::kReport, Outcome::kBounced},
    {"tq", Cause::kSessionDetail},
    {"r", Cause::kInternalHop},
    {"rs", Cause::kFeedback},
    {"f", Cause::kReport, Outcome::kComplaint},
});

const RecordType* FindType(std::string_view line) noexcept {
  const auto name = TakeUntil(line, ',');
  const auto* const found = std::ranges::find(kTypes, name, &RecordType::name);
  return found == kTypes.end() ? nullptr : found;
}

// ColumnLayouts keeps one layout for each number of columns: files of different
// record types, and so of different columns, come from one host. Those of
// feedback have nothing in common with the others.
struct LayoutKind {
  LayoutKind(bool feedback, std::size_t columns) noexcept
      : octets{feedback ? 'f' : '-',
               static_cast<char>('0' + columns / 100 % 10),
               static_cast<char>('0' + columns / 10 % 10),
               static_cast<char>('0' + columns % 10)} {}
  [[nodiscard]] std::string_view text() const noexcept {
    return {octets.data(), octets.size()};
  }
  std::array<char, 4> octets;
};

ParseResult KeepHeader(std::string_view text, std::string_view host,
                       ParserMemory& memory) {
  SkipByteOrderMark(text);
  if (!memory.fields.Split(text, memory.unescaped)) {
    return Rejected(Cause::kBadSyntax);
  }
  const auto layout = ReadPowerMtaHeader(memory.fields);
  const LayoutKind kind(IsOfPowerMtaFeedback(layout), layout.columns);
  memory.columns.Keep(Mta::kPowerMta, host, kind.text(), layout);
  return Ignored(Cause::kColumns);
}

// "rfc822;ann@example.org" (RFC 3461, section 4.2).
std::string_view WithoutAddressType(std::string_view address) noexcept {
  const auto semicolon = address.find(';');
  return semicolon == std::string_view::npos ? address
                                             : address.substr(semicolon + 1);
}

// "mx.example.org (192.0.2.7)": the host that answered.
void SetRelay(const PowerMtaFields& fields, MtaEvent& event) noexcept {
  auto mta = fields[Column::kDsnMta];
  event.relay_host = TakeUntil(mta, ' ');
  event.relay_ip = fields[Column::kDlvDestinationIp];
  if (event.relay_ip.empty() && Take(mta, " (")) {
    event.relay_ip = TakeUntil(mta, ')');
  }
}

// No record names its message. One that was queued at that second by that
// sender for that recipient is taken for the same.
std::string_view ComposeKey(const PowerMtaFields& fields, Column time,
                            std::string& key) {
  key.assign(fields[time]).push_back('|');
  key.append(fields[Column::kOrig]).push_back('|');
  key.append(fields[Column::kRcpt]);
  return key;
}

void SetMessage(const RecordType& type, const PowerMtaFields& fields,
                ParserMemory& memory, MtaEvent& event) {
  event.mta = Mta::kPowerMta;
  event.self_contained = true;
  event.message_key = ComposeKey(fields, Column::kTimeQueued, memory.composed);
  event.message_id = fields[Column::kMessageId];
  event.sender = fields[Column::kOrig];
  event.report = type.cause == Cause::kReport;
  // A report that came back need not know whose the message was.
  event.has_sender =
      fields.Has(Column::kOrig) && !(event.report && event.sender.empty());
  event.recipient = fields[Column::kRcpt];
  event.original_recipient = WithoutAddressType(fields[Column::kOrcpt]);
  event.daemon = fields[Column::kDlvType];
  event.service = fields[Column::kVmtaPool];
  event.egress = fields[Column::kVmta];
  if (event.egress.empty()) event.egress = fields[Column::kDlvSourceIp];
  auto size = fields[Column::kDlvSize];
  event.size = TakeNumber(size, INT64_MAX);
  event.time_text = fields[Column::kTimeLogged];
  event.delay_s = PowerMtaDelay(fields);
  SetRelay(fields, event);
}

ParseResult ParseRecord(const RecordType& type, const ColumnLayout& layout,
                        ParserMemory& memory, MtaEvent& event) {
  const PowerMtaFields fields(memory.fields, layout);
  if (!fields.Fit()) return Rejected(Cause::kUnknownLayout);
  event = MtaEvent{};
  SetMessage(type, fields, memory, event);
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = type.cause;
  event.outcome = type.outcome;
  SetPowerMtaReply(fields, event);
  return {What::kEvent, event.cause, Mta::kPowerMta};
}

// A complaint, or the wish to get no more. Microsoft's reports (JMRP) have no
// type: they are complaints.
ParseResult ParseFeedback(const ColumnLayout* layout, ParserMemory& memory,
                          MtaEvent& event) {
  if (layout == nullptr) return Ignored(Cause::kFeedback);
  const PowerMtaFields fields(memory.fields, *layout);
  const auto type = fields[Column::kFeedbackType];
  const bool jmrp = EqualsIgnoreCase(fields[Column::kFormat], "jmrp");
  const auto wish = WishOf(type.empty() && jmrp ? "abuse" : type);
  const auto recipient = WithoutBrackets(fields[Column::kRcpt]);
  if (!wish || !Contains(recipient, "@")) return Ignored(Cause::kFeedback);
  event = MtaEvent{};
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = Cause::kReport;
  event.mta = Mta::kPowerMta;
  event.self_contained = event.report = true;
  event.message_key = ComposeKey(fields, Column::kTimeLogged, memory.composed);
  event.message_id = fields[Column::kMessageId];
  event.time_text = fields[Column::kTimeLogged];
  event.outcome = *wish;
  event.recipient = recipient;
  event.sender = WithoutBrackets(fields[Column::kOrig]);
  event.has_sender = !event.sender.empty();
  return {What::kEvent, event.cause, Mta::kPowerMta};
}

}  // namespace

bool RecognisesPowerMta(const LogLine& line) noexcept {
  const auto text = line.text;
  if (text.size() < 4) return false;
  const std::size_t comma = text[1] == ',' ? 1 : 2;
  if (text[comma] == ',') {
    return IsDigit(text[comma + 1]) && FindType(text) != nullptr;
  }
  return IsPowerMtaHeader(text);
}

ParseResult ParsePowerMta(const LogLine& line, ParserMemory& memory,
                          MtaEvent& event) noexcept {
  const auto text = TrimEnd(line.text);
  if (IsPowerMtaHeader(text)) return KeepHeader(text, line.host, memory);
  const auto* type = FindType(text);
  if (type == nullptr) return Rejected(Cause::kBadSyntax);
  if (FateOf(type->cause) != Fate::kEmitted) return Ignored(type->cause);
  auto& fields = memory.fields;
  if (!fields.Split(text, memory.unescaped)) {
    return Rejected(Cause::kBadSyntax);
  }
  const bool feedback = type->outcome == Outcome::kComplaint;
  const LayoutKind kind(feedback, fields.size());
  const auto* layout =
      memory.columns.Find(Mta::kPowerMta, line.host, kind.text());
  if (feedback) return ParseFeedback(layout, memory, event);
  if (layout == nullptr) layout = PublishedPowerMtaLayout(fields.size());
  if (layout == nullptr) return Rejected(Cause::kUnknownLayout);
  return ParseRecord(*type, *layout, memory, event);
}

}  // namespace ricochet
