#include "mta/exim_delivery.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mta/exim_address.h"
#include "mta/exim_fields.h"
#include "mta/exim_reply.h"
#include "mta/exim_text.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr auto kNone = std::string_view::npos;
constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kExim};

// How a "==" line says that nothing was tried.
constexpr auto kNotTried = std::to_array<std::string_view>({
    "retry time not reached",
    "Retry time not yet reached",
    "SMTP delivery explicitly queued",
    "first-pass only routing due to ",
    "reusing SMTP connection skips previous routing defer",
    "some host address lookups failed and retry time not reached",
    "concurrency limit reached for transport",
    "domain is held",
});

bool WasTried(std::string_view reason) noexcept {
  for (const auto text : kNotTried) {
    if (StartsWith(reason, text)) return false;
  }
  return true;
}

// What a line says beside its fields, while they are read.
struct Line {
  std::string_view system_error;  // "Connection refused"; empty: none
  std::string_view confirmation;  // C="250 OK"
  bool cut = false;               // within C="..."
  bool plain = false;             // that has no escapes
};

// Takes " (111): Connection refused" behind "defer": a number above zero is the
// system's, whose words follow up to the next field or colon.
void TakeErrorNumber(std::string_view& rest, Line& line) noexcept {
  if (!Take(rest, " (")) return;
  const bool system = !rest.starts_with('-') && !rest.starts_with('0');
  (void)TakeUntil(rest, ')');
  (void)Take(rest, ")");
  if (!system || !StartsWith(rest, ": ")) return;
  const auto text = rest.substr(2);
  auto end = std::min(text.find(": "), text.size());
  for (const std::string_view field : {" H=", " DT="}) {
    end = std::min(end, text.substr(0, end).find(field));
  }
  end = std::min(end, text.size());
  line.system_error = text.substr(0, end);
  rest = text.substr(end);
}

void SetSeconds(std::string_view text, double& seconds) noexcept {
  const auto value = TakeEximInterval(text);
  if (value >= 0) seconds = value;
}

void SetDeliveryTime(std::string_view text, MtaEvent& event) noexcept {
  const auto value = TakeEximInterval(text);
  if (value >= 0) event.delays_s[3] = static_cast<float>(value);
}

void SetHost(std::string_view host, std::string_view& rest,
             MtaEvent& event) noexcept {
  event.relay_host = host;
  const auto endpoint = TakeEximEndpoint(rest);
  event.relay_ip = endpoint.ip;
  event.relay_port = endpoint.port;
}

void SetField(const EximField& field, std::string_view& rest, Line& line,
              MtaEvent& event) noexcept {
  switch (EximKey(field.key)) {
    case EximKey("T"):
      event.daemon = field.value;
      break;
    case EximKey("H"):
      SetHost(field.value, rest, event);
      break;
    case EximKey("C"):
      line.confirmation = field.value;
      line.cut = !field.closed;
      line.plain = field.plain;
      break;
    case EximKey("F"):
      event.sender = field.value;
      event.has_sender = true;
      break;
    case EximKey("I"):
      event.egress = SplitEximEndpoint(field.value).ip;
      break;
    case EximKey("QT"):
      SetSeconds(field.value, event.delay_s);
      break;
    case EximKey("DT"):
      SetDeliveryTime(field.value, event);
      break;
    default:
      if (Is(field.key, "defer")) TakeErrorNumber(rest, line);
  }
}

// Takes " DT=0.003s" off the end: a failure's reason stands before it.
void TakeTrailingTime(std::string_view& text, MtaEvent& event) noexcept {
  const auto at = FindLast(text, " DT=");
  if (at == kNone) return;
  auto value = text.substr(at + 4);
  const auto seconds = TakeEximInterval(value);
  if (seconds < 0 || !value.empty()) return;
  event.delays_s[3] = static_cast<float>(seconds);
  text = text.substr(0, at);
}

// The reason, of which `rest` is what the fields left. Both the system's words
// and Exim's, where they stand side by side.
std::string_view TakeReason(std::string_view rest, const Line& line,
                            MtaEvent& event) noexcept {
  TakeTrailingTime(rest, event);
  const auto behind_colon = rest.starts_with(':') ? rest.substr(1) : rest;
  auto reason = behind_colon;
  while (reason.starts_with(' ')) reason.remove_prefix(1);
  if (line.system_error.empty()) return reason;
  const auto* const system_end =
      line.system_error.data() + line.system_error.size();
  if (reason.empty()) return line.system_error;
  if (system_end != rest.data()) return reason;
  return {line.system_error.data(),
          static_cast<std::size_t>(reason.data() + reason.size() -
                                   line.system_error.data())};
}

// The id under which a program on this machine took the message, which may be
// this Exim itself: "250 OK id=1xUrEb-0000l7-2r".
std::string_view IdGiven(const MtaEvent& event) noexcept {
  if (!StartsWith(event.relay_ip, "127.") && event.relay_ip != "::1") return {};
  for (const std::string_view before : {"id=", "queued as "}) {
    const auto at = FindLast(event.reply, before);
    if (at == kNone) continue;
    auto rest = event.reply.substr(at + before.size());
    if (const auto id = TakeEximId(rest); !id.empty()) return id;
    return TakeAlnum(rest);
  }
  return {};
}

void SetDelivered(const Line& line, ParserMemory& memory, MtaEvent& event) {
  event.outcome = Outcome::kDelivered;
  event.reply = line.plain
                    ? line.confirmation
                    : WithoutEximEscapes(line.confirmation, memory.unescaped);
  event.truncated = event.truncated || line.cut;
  const bool local = event.relay_ip.empty() || IsEximStore(event);
  event.authority = local ? Authority::kLocal : Authority::kRemote;
  event.other_id = IdGiven(event);
}

}  // namespace

ParseResult ParseEximDelivery(std::string_view rest, EximFlag flag,
                              ParserMemory& memory, MtaEvent& event) {
  // With mua_wrapper set, a failure of the message, not of a recipient.
  if (StartsWith(rest, "mua_wrapper is set but ")) {
    return {What::kIgnored, Cause::kWarning, Mta::kExim};
  }
  const auto recipient = TakeEximRecipient(rest);
  if (recipient.address.empty()) return kBadSyntax;
  event.ResetAttempt();
  event.kind = MtaEvent::Kind::kAttempt;
  event.cause = Cause::kAttempt;
  event.recipient = recipient.address;
  event.original_recipient = recipient.original;
  Line line;
  for (EximField field; TakeEximField(rest, field);) {
    SetField(field, rest, line, event);
  }
  if (flag == EximFlag::kDelivered) {
    SetDelivered(line, memory, event);
    return {What::kEvent, Cause::kAttempt, Mta::kExim};
  }
  const auto reason = TakeReason(rest, line, event);
  event.outcome =
      flag == EximFlag::kFailed ? Outcome::kBounced : Outcome::kDeferred;
  if (flag == EximFlag::kDeferred && !WasTried(reason)) {
    return {What::kIgnored, Cause::kRetryNotReached, Mta::kExim};
  }
  ParseEximReply(reason, memory, event);
  return {What::kEvent, Cause::kAttempt, Mta::kExim};
}

}  // namespace ricochet
