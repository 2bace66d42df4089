#include "generate_expectation.h"

#include <algorithm>

#include "generate_text.h"

namespace ricochet::bench {
namespace {

// `"name":"value",`; addresses and ids that we made need no escapes.
void Field(std::string* out, std::string_view name, std::string_view value) {
  Append(out, "\"", name, "\":\"", value, "\",");
}

void FieldOrNull(std::string* out, std::string_view name,
                 std::string_view value, bool present) {
  if (present) {
    Field(out, name, value);
  } else {
    Append(out, "\"", name, "\":null,");
  }
}

}  // namespace

Expectation::Expectation(const std::string& events,
                         const std::string& suppressions)
    : events_file_(events), suppressions_file_(suppressions) {}

void Expectation::Add(const ExpectedEvent& event) {
  ++events_;
  const auto at = outcomes_.find(event.outcome);
  if (at == outcomes_.end()) {
    outcomes_.emplace(event.outcome, 1);
  } else {
    ++at->second;
  }
  if (suppressions_file_.open()) Suppress(event);
  if (!events_file_.open()) return;
  const bool expired = event.last_reason != Reason::kNone;
  line_ = "{";
  Field(&line_, "time", Rfc3339Millis(event.time));
  Field(&line_, "host", event.host);
  Field(&line_, "queue_id", event.queue_id);
  FieldOrNull(&line_, "message_id", event.message_id,
              !event.message_id.empty());
  Field(&line_, "recipient", event.recipient);
  FieldOrNull(&line_, "original", event.original, !event.original.empty());
  FieldOrNull(&line_, "sender", event.sender, event.has_sender);
  Field(&line_, "outcome", event.outcome);
  Field(&line_, "role", event.role);
  Append(&line_, "\"final\":", event.final ? "true" : "false", ",");
  Append(&line_,
         "\"attempt\":", event.attempt == 0 ? "null" : Concat(event.attempt),
         ",");
  FieldOrNull(&line_, "dsn", event.dsn, !event.dsn.empty());
  Field(&line_, "reason", Info(event.reason).name);
  FieldOrNull(&line_, "last_reason", Info(event.last_reason).name, expired);
  const auto kind = Info(expired ? event.last_reason : event.reason).kind;
  Field(&line_, "kind", kKindNames[static_cast<std::size_t>(kind)]);
  line_.back() = '}';
  line_ += '\n';
  events_file_.Write(line_);
}

void Expectation::Suppress(const ExpectedEvent& event) {
  if (!event.final || event.role != "message") return;
  const auto lower = [](std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return low;
  };
  const bool expired = event.last_reason != Reason::kNone;
  const auto sender = lower(event.has_sender ? event.sender : "");
  reckoning_.Add(
      lower(event.original.empty() ? event.recipient : event.original),
      {.time = event.time,
       .reason = event.outcome == "delivered" ? Reason::kDelivered
                 : expired                    ? event.last_reason
                                              : event.reason,
       .permanent = event.outcome == "bounced",
       .remote = event.remote,
       .sender_domain =
           sender.substr(std::min(sender.rfind('@') + 1, sender.size()))});
}

std::uint64_t Expectation::Count(std::string_view outcome) const {
  const auto at = outcomes_.find(outcome);
  return at == outcomes_.end() ? 0 : at->second;
}

void Expectation::WriteSuppressions() {
  if (!suppressions_file_.open()) return;
  const auto suppressed = reckoning_.Result();
  suppressions_ = suppressed.size();
  for (const auto& [scope, key, qualifier, reason] : suppressed) {
    suppressions_file_.Write(Concat(
        "{\"scope\":\"", scope, "\",\"key\":\"", key, "\",\"qualifier\":\"",
        qualifier, "\",\"reason\":\"", Info(reason).name, "\"}\n"));
  }
}

}  // namespace ricochet::bench
