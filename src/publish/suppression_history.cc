#include "publish/suppression_history.h"

#include "publish/event_id.h"
#include "publish/names.h"
#include "publish/suppression_json.h"

namespace ricochet {
namespace {

// What makes the id with the key: the evidence, or of an expiry, which has
// none, its time.
EventId Because(const SuppressionOrigin& origin) noexcept {
  if (origin.event != EventId{}) return origin.event;
  return {0,
          static_cast<std::uint64_t>(origin.time.time_since_epoch().count())};
}

}  // namespace

OutputRecord SuppressionHistoryEncoder::ToRecord(
    std::string_view key, SuppressionChange change,
    const SuppressionEntry& entry, const SuppressionOrigin& origin) {
  json_.Clear();
  json_.BeginObject();
  json_.Plain("change", NameIn(kSuppressionChangeNames, change));
  json_.Time("time", origin.time);
  json_.Text("scope", NameIn(kSuppressionScopeNames, entry.scope));
  json_.Text("tenant", entry.tenant);
  WriteScope(entry, json_);
  json_.Time("since", entry.since);
  json_.Time("expires", entry.expires);
  WriteCauses(entry, json_);
  origin.event == EventId{} ? json_.Null("evidence")
                            : json_.Id("evidence", origin.event);
  origin.who.empty() ? json_.Null("who") : json_.Text("who", origin.who);
  origin.note.empty() ? json_.Null("note") : json_.Text("note", origin.note);
  json_.Text("policy", policy_hash_);
  json_.EndObject();
  headers_.Set(DeriveId(EventType::kSuppressionChange, key, Because(origin)),
               source_, origin.time);
  return OutputRecord{.topic = Topic::kSuppressionHistory,
                      .key = entry.recipient,
                      .value = json_.document(),
                      .headers = headers_.headers()};
}

}  // namespace ricochet
