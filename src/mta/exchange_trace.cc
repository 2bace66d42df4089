#include "mta/exchange_trace.h"

#include <array>
#include <cstdint>

#include "mta/exchange_status.h"
#include "mta/json_members.h"
#include "mta/scan.h"

namespace ricochet {
namespace {

using What = ParseResult::What;

constexpr ParseResult kBadSyntax{What::kRejected, Cause::kBadSyntax,
                                 Mta::kExchange};

struct Status {
  std::string_view name;
  Outcome outcome;
  Cause cause;
};
constexpr auto kStatuses = std::to_array<Status>({
    {"Delivered", Outcome::kDelivered, Cause::kAttempt},
    {"Failed", Outcome::kBounced, Cause::kAttempt},
    {"Pending", Outcome::kDeferred, Cause::kAttempt},
    {"Expanded", {}, Cause::kInternalHop},
    {"Resolved", {}, Cause::kInternalHop},
    {"GettingStatus", {}, Cause::kInternalHop},
    {"None", {}, Cause::kInternalHop},
    {"Quarantined", {}, Cause::kContentAction},
    {"FilteredAsSpam", {}, Cause::kContentAction},
});

const Status* FindStatus(std::string_view name) noexcept {
  for (const auto& status : kStatuses) {
    if (Is(name, status.name)) return &status;
  }
  return nullptr;
}

struct Row {
  std::string_view id;
  std::string_view message_id;
  std::string_view received;
  std::string_view sender;
  std::string_view recipient;
  std::string_view status;
  std::string_view to_ip;
  std::string_view detail;
  std::string_view size;

  std::string_view* Of(std::string_view key) noexcept {
    if (Is(key, "MessageTraceId")) return &id;
    if (Is(key, "MessageId")) return &message_id;
    if (Is(key, "Received")) return &received;
    if (Is(key, "SenderAddress")) return &sender;
    if (Is(key, "RecipientAddress")) return &recipient;
    if (Is(key, "Status")) return &status;
    if (Is(key, "ToIP")) return &to_ip;
    if (Is(key, "Detail")) return &detail;
    return Is(key, "Size") ? &size : nullptr;
  }
};

Row ReadRow(std::string_view text, std::string& unescaped) {
  Row row;
  for (JsonMembers members(text); members.Next();) {
    auto* field = row.Of(members.key());
    if (field == nullptr || Is(members.value(), "null")) continue;
    *field = members.is_string()
                 ? ResolveJsonEscapes(members.value(), unescaped)
                 : members.value();
  }
  return row;
}

// "Received" is UTC but does not say so.
std::string_view WithZone(std::string_view stamp, std::string& out) {
  if (stamp.empty() || !IsDigit(stamp.back())) return stamp;
  const std::size_t begin = out.size();
  out.append(stamp).push_back('Z');
  return std::string_view(out).substr(begin);
}

// "Reason: [{LED=...}]", or a sentence and the reply.
std::string_view ReplyIn(std::string_view detail) noexcept {
  (void)Take(detail, "Reason: ");
  (void)Take(detail, "The message was deferred. ");
  return detail;
}

void SetOutcome(const Row& row, MtaEvent& event) noexcept {
  const bool left = !event.relay_ip.empty();
  if (event.outcome == Outcome::kDelivered) {
    event.authority = left ? Authority::kRemote : Authority::kLocal;
    return;
  }
  const auto entry = ReplyIn(row.detail);
  event.daemon = "SMTP";
  SetExchangeStatus(entry, event);
  event.daemon = {};
  // No reply: all we have is what Microsoft says of it.
  if (entry.empty()) event.authority = Authority::kEsp;
}

}  // namespace

bool IsExchangeTrace(std::string_view text) noexcept {
  return Contains(text, "\"MessageTraceId\"") &&
         Contains(text, "\"RecipientAddress\"");
}

ParseResult ParseExchangeTrace(std::string_view text, ParserMemory& memory,
                               MtaEvent& event) noexcept {
  memory.unescaped.clear();
  memory.unescaped.reserve(text.size() + 1);
  const Row row = ReadRow(text, memory.unescaped);
  const auto* status = FindStatus(row.status);
  if (status == nullptr) return kBadSyntax;
  if (status->cause != Cause::kAttempt) {
    return {What::kIgnored, status->cause, Mta::kExchange};
  }
  if (row.id.empty() || row.recipient.empty()) return kBadSyntax;
  event = MtaEvent{};
  event.mta = Mta::kExchange;
  event.queue_id = row.id;
  event.sender = Is(row.sender, "<>") ? std::string_view{} : row.sender;
  event.has_sender = !row.sender.empty();
  event.message_id = row.message_id;
  auto size = row.size;
  event.size = TakeNumber(size, INT64_MAX);
  event.self_contained = true;
  event.time_text = WithZone(row.received, memory.unescaped);
  event.recipient = row.recipient;
  event.relay_ip = row.to_ip;
  event.outcome = status->outcome;
  SetOutcome(row, event);
  return {What::kEvent, Cause::kAttempt, Mta::kExchange};
}

}  // namespace ricochet
