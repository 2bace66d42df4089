#include "mta/exchange_protocol.h"

#include <cstddef>
#include <cstdint>

#include "mta/exchange_tracking.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using Step = MtaEvent::Step;
using What = ParseResult::What;

constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kExchange};

ParseResult Ignored(Cause cause) noexcept {
  return {What::kIgnored, cause, Mta::kExchange};
}

bool IsReply(std::string_view data) noexcept {
  return data.size() >= 3 && IsDigit(data[0]) && IsDigit(data[1]) &&
         IsDigit(data[2]) &&
         (data.size() == 3 || data[3] == ' ' || data[3] == '-');
}

// A line of a session in which we are the server.
ParseResult Inbound(std::string_view data) noexcept {
  const bool refusal = IsReply(data) && data.front() >= '4';
  return Ignored(refusal ? Cause::kInboundReject : Cause::kConnection);
}

// "192.0.2.25:25", "[2001:db8::25]:25"
void SetRelay(std::string_view endpoint, MtaEvent& event) noexcept {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return;
  auto port = endpoint.substr(colon + 1);
  const auto number = TakeNumber(port, UINT16_MAX);
  if (number < 0 || !port.empty()) return;
  auto ip = endpoint.substr(0, colon);
  if (Take(ip, "[") && ip.ends_with(']')) ip.remove_suffix(1);
  event.relay_ip = ip;
  event.relay_port = static_cast<std::uint16_t>(number);
}

ParseResult Dialogue(const CsvFields& fields, std::string_view time_text,
                     Step step, std::string_view dialogue,
                     MtaEvent& event) noexcept {
  event = MtaEvent{};
  event.mta = Mta::kExchange;
  event.kind = MtaEvent::Kind::kDialogue;
  event.cause = Cause::kDialogue;
  event.queue_id = fields[2];
  event.egress = fields[1];
  event.time_text = time_text;
  event.step = step;
  event.dialogue = dialogue;
  SetRelay(fields[5], event);
  return {What::kEvent, Cause::kDialogue, Mta::kExchange};
}

// Notes stand in the context, some in the data.
ParseResult Note(const CsvFields& fields, std::string_view time_text,
                 MtaEvent& event) noexcept {
  const auto note = fields[8].empty() ? fields[7] : fields[8];
  if (StartsWith(note, "sending message ")) {
    return Dialogue(fields, time_text, Step::kNote, note, event);
  }
  if (StartsWith(note, "Failed to connect")) return Ignored(Cause::kConnection);
  const bool tls = StartsWith(note, "TLS ") || Contains(note, "ertificate");
  return Ignored(tls ? Cause::kTls : Cause::kSessionDetail);
}

}  // namespace

ParseResult ParseExchangeProtocol(const CsvFields& fields,
                                  std::string_view time_text,
                                  MtaEvent& event) noexcept {
  const auto data = fields[7];
  if (fields[2].empty() || fields[6].size() != 1) return kBadSyntax;
  const char step = fields[6].front();
  const bool known = Contains("+-<>*", fields[6]);
  if (known && IsInternalConnector(fields[1])) {
    return Ignored(Cause::kInternalHop);
  }
  switch (step) {
    case '+':
      return Ignored(Cause::kConnection);
    case '-':
      return Dialogue(fields, time_text, Step::kDisconnected, fields[8], event);
    case '>':
      if (IsReply(data)) return Inbound(data);
      return Dialogue(fields, time_text, Step::kSent, data, event);
    case '<':
      if (!IsReply(data)) return Inbound(data);
      return Dialogue(fields, time_text, Step::kHeard, data, event);
    case '*':
      return Note(fields, time_text, event);
    default:
      return kBadSyntax;
  }
}

}  // namespace ricochet
