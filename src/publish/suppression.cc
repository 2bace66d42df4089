#include "publish/suppression.h"

#include <algorithm>

#include "publish/event_id.h"
#include "publish/key.h"
#include "publish/names.h"

namespace ricochet {
namespace {

// When the latest evidence happened: the record's time.
EventTime LastOf(const SuppressionEntry& entry) noexcept {
  auto last = entry.since;
  for (const auto& cause : entry.causes) last = std::max(last, cause.last());
  return last;
}

}  // namespace

std::string_view SuppressionEncoder::Encode(const SuppressionEntry& entry,
                                            SuppressionAction action) {
  json_.Clear();
  json_.BeginObject();
  json_.Plain("action", NameIn(kSuppressionActionNames, action));
  json_.Text("scope", NameIn(kSuppressionScopeNames, entry.scope));
  json_.Text("tenant", entry.tenant);
  WriteScope(entry);
  json_.Time("since", entry.since);
  json_.Time("expires", entry.expires);
  json_.BeginArray("causes");
  for (const auto& cause : entry.causes) WriteCause(cause);
  json_.EndArray();
  json_.Text("advice", entry.advice);
  json_.Text("policy", policy_hash_);
  json_.EndObject();
  return json_.document();
}

// What it covers; null where the scope has none.
void SuppressionEncoder::WriteScope(const SuppressionEntry& entry) {
  const bool domain = entry.scope == SuppressionScope::kDomain;
  const bool of_sender = entry.scope == SuppressionScope::kAddressSenderDomain;
  const bool of_list =
      entry.scope == SuppressionScope::kAddressList && !entry.qualifier.empty();
  domain ? json_.Null("recipient") : json_.Text("recipient", entry.recipient);
  domain ? json_.Text("domain", entry.recipient) : json_.Null("domain");
  of_sender ? json_.Text("sender_domain", entry.qualifier)
            : json_.Null("sender_domain");
  of_list ? json_.Text("list", entry.qualifier) : json_.Null("list");
}

void SuppressionEncoder::WriteCause(const SuppressionCause& cause) {
  json_.BeginObject();
  const auto reason = Info(cause.reason).name;
  reason.empty() ? json_.Null("reason") : json_.Plain("reason", reason);
  json_.Plain("kind", NameIn(kKindNames, cause.kind));
  json_.Number("count", cause.days.size());
  json_.Time("first", cause.first);
  json_.Time("last", cause.last());
  json_.BeginArray("evidence");
  for (const auto& day : cause.days) json_.IdElement(day.event);
  json_.EndArray();
  cause.rule.empty() ? json_.Null("rule") : json_.Text("rule", cause.rule);
  if (cause.addresses > 0) json_.Number("addresses", cause.addresses);
  if (!cause.who.empty()) json_.Text("who", cause.who);
  if (!cause.note.empty()) json_.Text("note", cause.note);
  json_.EndObject();
}

OutputRecord SuppressionEncoder::Tombstone(const SuppressionEntry& entry) {
  SetKey(entry);
  return OutputRecord{
      .topic = Topic::kSuppressions, .key = key_, .tombstone = true};
}

void SuppressionEncoder::SetKey(const SuppressionEntry& entry) {
  key_.clear();
  AppendKeyField(entry.tenant, key_);
  key_ += '|';
  key_ += NameIn(kSuppressionScopeNames, entry.scope);
  key_ += '|';
  if (entry.scope == SuppressionScope::kAddressSenderDomain ||
      entry.scope == SuppressionScope::kAddressList) {
    AppendKeyField(entry.qualifier, key_);
    key_ += '|';
  }
  key_ += entry.recipient;
}

OutputRecord SuppressionEncoder::ToRecord(const SuppressionEntry& entry,
                                          SuppressionAction action,
                                          EventId because) {
  SetKey(entry);
  const auto time = LastOf(entry);
  headers_.Set(DeriveId(EventType::kSuppression, key_, because), source_, time);
  return OutputRecord{.topic = Topic::kSuppressions,
                      .key = key_,
                      .value = Encode(entry, action),
                      .headers = headers_.headers()};
}

}  // namespace ricochet
