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
  json_.Text("recipient", entry.recipient);
  json_.Null("sender_domain");  // of the scopes that have one
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

void SuppressionEncoder::WriteCause(const SuppressionCause& cause) {
  json_.BeginObject();
  json_.Plain("reason", Info(cause.reason).name);
  json_.Plain("kind", NameIn(kKindNames, cause.kind));
  json_.Number("count", cause.days.size());
  json_.Time("first", cause.first);
  json_.Time("last", cause.last());
  json_.BeginArray("evidence");
  for (const auto& day : cause.days) json_.IdElement(day.event);
  json_.EndArray();
  cause.rule.empty() ? json_.Null("rule") : json_.Text("rule", cause.rule);
  json_.EndObject();
}

OutputRecord SuppressionEncoder::ToRecord(const SuppressionEntry& entry,
                                          SuppressionAction action,
                                          EventId because) {
  key_.clear();
  AppendKeyField(entry.tenant, key_);
  key_ += '|';
  key_ += NameIn(kSuppressionScopeNames, entry.scope);
  key_ += '|';
  key_ += entry.recipient;
  const auto time = LastOf(entry);
  headers_.Set(DeriveId(EventType::kSuppression, key_, because), source_, time);
  return OutputRecord{.topic = Topic::kSuppressions,
                      .key = key_,
                      .value = Encode(entry, action),
                      .headers = headers_.headers()};
}

}  // namespace ricochet
