#include "publish/suppression.h"

#include <algorithm>

#include "publish/event_id.h"
#include "publish/key.h"
#include "publish/names.h"
#include "publish/suppression_json.h"

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
  WriteScope(entry, json_);
  json_.Time("since", entry.since);
  json_.Time("expires", entry.expires);
  WriteCauses(entry, json_);
  json_.Text("advice", entry.advice);
  json_.Text("policy", policy_hash_);
  json_.EndObject();
  return json_.document();
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
